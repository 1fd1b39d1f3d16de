/**
 * Opens the artifact store of a folder: content by digest, the index of records, and room for temporary files.
 * The version of the layout is in the path; docs/store.md describes it. Never throws: a store whose folder cannot be
 * used reports it once, keeps what it can in memory, and is a miss for the rest.
 */
import { existsSync, mkdirSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ContentStore } from "../../core/store/model.ts";
import { answersFolder } from "./answer-path.ts";
import { createContent, type DiskContent } from "./content.ts";
import { loadKeys, type StoreKeys } from "./keys.ts";
import { isOwnFolder } from "./listing.ts";
import { createMaintenance, type Maintenance } from "./maintenance.ts";
import { type StoreProblem, writeProblem } from "./problem.ts";
import { createIndex, type DiskIndex } from "./record-index.ts";
import { createSigner } from "./signer.ts";
import { openSqliteBackend } from "./sqlite-backend.ts";

export interface Store {
  readonly content: DiskContent;
  readonly index: DiskIndex;
  /** Waits for what is being written; reads nothing afterwards. */
  close(): Promise<void>;
  /** Absolute; for files that are then renamed into `contentDir`. */
  readonly tmp: string;
  readonly contentDir: string;
  /** The layout's folder, above the others. */
  readonly root: string;
  readonly maintenance: Maintenance;
  /** Does now what later writes would have to wait for; itself waits for the disk. */
  settle(): void;
  /** Makes the folders, for others who write into them. */
  make(): void;
}

export interface StoreOptions {
  /** Called once for each code and path. */
  readonly onProblem: (problem: StoreProblem) => void;
  /** Milliseconds since the epoch, for the age of left-over temporary files. */
  readonly now?: () => number;
  /** What results are signed with; by default this user's key, and a team's where the environment names one. */
  readonly keys?: StoreKeys;
  /** File with the key of a team that shares the store. */
  readonly teamKeyFile?: string | undefined;
  /** A store that is not there is made when something is kept in it, and not by looking. */
  readonly later?: boolean;
}

const LAYOUT = "v2";
/** No cell writes one file for this long; older ones were left by a process that was killed. */
const LEFT_OVER_MS = 7 * 24 * 60 * 60 * 1000;

export async function openStore(dir: string, options: StoreOptions): Promise<Store> {
  const root = join(dir, LAYOUT);
  const contentDir = join(root, "content");
  const tmp = join(root, "tmp");
  const onProblem = once(options.onProblem);
  const make = (): void => {
    try {
      if (existsSync(contentDir) && existsSync(tmp)) return;
      for (const folder of [contentDir, tmp]) mkdirSync(folder, { recursive: true });
    } catch (error) {
      onProblem(writeProblem(error, root));
    }
  };
  const later = options.later === true && !existsSync(root);
  if (!later) make();
  const content = createContent({ contentDir, tmp, onProblem });
  const keys = options.keys ?? loadKeys({ env: process.env, teamKeyFile: options.teamKeyFile, onProblem });
  const backend = await openSqliteBackend({ file: join(root, "index.sqlite"), tmp, onProblem, later });
  const signer = createSigner(keys);
  const index = createIndex(backend, content satisfies ContentStore, signer, onProblem);
  const sweeping = sweep(tmp, (options.now ?? Date.now)() - LEFT_OVER_MS);
  return {
    content,
    index,
    tmp,
    contentDir,
    root,
    make,
    settle: backend.settle,
    maintenance: createMaintenance({
      place: { root, contentDir, tmp, answersDir: answersFolder(dir) },
      backend,
      signer,
      index,
    }),
    async close() {
      await sweeping;
      await backend.close();
    },
  };
}

/** A full disk fails every write: it is said once, not a hundred times. */
function once(report: (problem: StoreProblem) => void): (problem: StoreProblem) => void {
  const said = new Set<string>();
  return (problem) => {
    const id = `${problem.code} ${problem.path}`;
    if (said.has(id)) return;
    said.add(id);
    report(problem);
  };
}

async function sweep(tmp: string, before: number): Promise<void> {
  if (!(await isOwnFolder(tmp))) return;
  const names = await readdir(tmp).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const path = join(tmp, name);
      try {
        if ((await lstat(path)).mtimeMs < before) await rm(path, { recursive: true, force: true });
      } catch {
        // Another process swept it first, or the folder cannot be written, which openStore has reported.
      }
    }),
  );
}

/**
 * Long runs outlive their host: a window may be closed, and the next one goes on where it was. How the guest does its part is said in
 * python-harness/strata_harness/keeping.py. What it leaves lies in a folder of the user's own, because it is believed: one in a notebook's
 * folder could have come with the notebook.
 */
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { CellJob } from "../../core/run/model.ts";
import { readGrowing } from "../runs/growing-file.ts";
import { openConnection } from "./connection.ts";
import { type Guest, guestOver } from "./guest.ts";

export interface Keeping {
  /** Absolute; of the user's own, and private. */
  readonly folder: string;
  /** How long a cell must have run to outlive its host; undefined: none does, but those of others are joined. */
  readonly afterMs: number | undefined;
}

/** A run that goes on without a host, or has ended without one. */
export interface KeptRun {
  /** Absolute path of the notebook's folder. */
  readonly folder: string;
  readonly cell: string;
  /** The recipe key it was started for. */
  readonly key: string;
  readonly run: string;
  readonly pid: number;
  readonly began: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Joined {
  readonly guest: Guest;
  readonly run: string;
  readonly stdout: string;
  readonly stderr: string;
}

const LOOK_MS = 50;
/** How long what an ended run has left waits for its notebook to be opened, and what no run has announced waits at all. */
const LEFT_MS = 30 * 24 * 3_600_000;
const UNNAMED_MS = 24 * 3_600_000;

/** What the run message says of it. */
export function keepOf(keeping: Keeping, job: CellJob): object | undefined {
  if (keeping.afterMs === undefined) return undefined;
  return { folder: placeOf(keeping, job), after: keeping.afterMs / 1000 };
}

/** From now on the run can be joined. */
export async function announceKept(
  keeping: Keeping,
  job: CellJob,
  { pid, run, stdout, stderr }: { readonly pid: number } & Omit<Joined, "guest">,
): Promise<void> {
  const place = placeOf(keeping, job);
  const { folder, cell, seed: key } = job;
  const kept: KeptRun = { folder, cell, key, run, pid, began: processStart(pid) ?? "", stdout, stderr };
  await mkdir(place, { recursive: true, mode: 0o700 });
  await writeFile(join(place, "guest.draft"), JSON.stringify(kept));
  await rename(join(place, "guest.draft"), join(place, "guest.json"));
}

export async function listKept(keeping: Keeping, notebookFolder: string): Promise<readonly KeptRun[]> {
  const names = await readdir(keeping.folder).catch(() => []);
  const found = await Promise.all(names.map((name) => readKept(join(keeping.folder, name))));
  return found.filter((kept) => kept !== undefined && kept.folder === notebookFolder) as readonly KeptRun[];
}

/** Removes what runs have left that nobody has come back for. */
export async function forgetOldKept(keeping: Keeping, now: number): Promise<void> {
  for (const name of await readdir(keeping.folder).catch(() => [])) {
    const place = join(keeping.folder, name);
    const kept = await readKept(place);
    if (kept !== undefined && isAlive(kept)) continue;
    const age =
      now -
      (await stat(place)
        .then(({ mtimeMs }) => mtimeMs)
        .catch(() => now));
    if (age > (kept === undefined ? UNNAMED_MS : LEFT_MS)) await rm(place, { recursive: true, force: true });
  }
}

/** Nothing more will be asked of it. */
export function forgetKept(keeping: Keeping, job: CellJob): void {
  rmSync(placeOf(keeping, job), { recursive: true, force: true });
}

/** The same run, if one was left: its process, or all that it said. */
export async function joinKept(keeping: Keeping, job: CellJob): Promise<Joined | undefined> {
  const place = placeOf(keeping, job);
  const kept = await readKept(place);
  if (kept === undefined || kept.folder !== job.folder || kept.key !== job.seed) return undefined;
  const over = whenGone(kept);
  const frames = Duplex.from(readGrowing(join(place, "frames"), over));
  const connection = openConnection(frames, () => frames.destroy());
  const exited = over.then(() => ({ status: null, signal: null }));
  const guest = guestOver(connection, exited, kept.pid, (signal) => {
    if (!isAlive(kept)) return;
    try {
      process.kill(process.platform === "win32" ? kept.pid : -kept.pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  });
  return { guest, run: kept.run, stdout: kept.stdout, stderr: kept.stderr };
}

function placeOf(keeping: Keeping, { folder, cell, seed }: CellJob): string {
  const name = createHash("sha256")
    .update(JSON.stringify([folder, cell, seed]))
    .digest("hex");
  return join(keeping.folder, name.slice(0, 32));
}

async function readKept(place: string): Promise<KeptRun | undefined> {
  try {
    const kept = JSON.parse(await readFile(join(place, "guest.json"), "utf8")) as KeptRun;
    return Number.isInteger(kept.pid) && kept.pid > 1 ? kept : undefined;
  } catch {
    return undefined;
  }
}

async function whenGone(kept: KeptRun): Promise<void> {
  while (isAlive(kept)) await sleep(LOOK_MS);
}

/** A number alone may be a later process's. */
function isAlive({ pid, began }: KeptRun): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return began === "" || processStart(pid) === began;
}

/** When a process began, in the kernel's own count; undefined where there is no such file, and of one that has ended. */
function processStart(pid: number): string | undefined {
  try {
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, "utf8").split(")").at(-1)?.trim().split(" ") ?? [];
    return state === "Z" ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/**
 * Where a detached run keeps what it has to say: `.strata/runs/ID/` in the notebook's folder, with `run.json` (who), `journal.jsonl` (what
 * happened, a line each, only ever appended to) and `stderr.log`. The folders of the last few runs are kept, to be read again.
 */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface DetachedRun {
  readonly version: 1;
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Options it was called with, for people. */
  readonly args: readonly string[];
  /** It listens here for as long as it lives: a number of a process may be another one's later, this cannot. */
  readonly socket: string;
}

export interface RunFiles {
  readonly journal: string;
  readonly stderr: string;
}

const KEPT = 5;

const runsFolder = (notebookFolder: string): string => join(notebookFolder, ".strata", "runs");

export function runFiles(notebookFolder: string, id: string): RunFiles {
  const folder = join(runsFolder(notebookFolder), id);
  return { journal: join(folder, "journal.jsonl"), stderr: join(folder, "stderr.log") };
}

/** Makes the folder of a new run. `alive` says of an earlier one whether it still goes on. */
export async function createRun(
  notebookFolder: string,
  args: readonly string[],
  alive: (run: DetachedRun) => Promise<boolean>,
): Promise<DetachedRun> {
  const now = new Date();
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const id = `${time}-${randomBytes(2).toString("hex")}`;
  const run: DetachedRun = { version: 1, id, startedAt: now.toISOString(), args, socket: await newSocket(id) };
  await forgetOld(notebookFolder, alive);
  const folder = join(runsFolder(notebookFolder), id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "journal.jsonl"), "");
  await writeFile(join(folder, "stderr.log"), "");
  await writeFile(join(folder, "run.json"), `${JSON.stringify(run, undefined, 2)}\n`);
  return run;
}

/** The oldest first. What cannot be read is no run. */
export async function listRuns(notebookFolder: string): Promise<readonly DetachedRun[]> {
  const names = await readdir(runsFolder(notebookFolder)).catch(() => []);
  const runs = await Promise.all(names.sort().map((name) => readRun(notebookFolder, name)));
  return runs.filter((run) => run !== undefined);
}

export async function readRun(notebookFolder: string, id: string): Promise<DetachedRun | undefined> {
  try {
    const run = JSON.parse(await readFile(join(runsFolder(notebookFolder), id, "run.json"), "utf8")) as DetachedRun;
    return run.version === 1 && run.id === id && isSocket(run.socket) ? run : undefined;
  } catch {
    return undefined;
  }
}

/** In a folder that only this user can enter: whoever reaches it may stop the run. */
async function newSocket(id: string): Promise<string> {
  if (process.platform === "win32") return `\\\\.\\pipe\\strata-run-${id}-${randomBytes(8).toString("hex")}`;
  return join(await mkdtemp(resolve(tmpdir(), "strata-run-")), "s");
}

/** A notebook may come from anybody, with runs in it: nothing is spoken to but what `newSocket` makes. */
function isSocket(path: unknown): boolean {
  if (typeof path !== "string") return false;
  if (process.platform === "win32") return /^\\\\\.\\pipe\\strata-run-[\w-]+$/.test(path);
  return /^\/(?:[^/]+\/)*strata-run-\w{6}\/s$/.test(path) && !path.includes("/../");
}

async function forgetOld(notebookFolder: string, alive: (run: DetachedRun) => Promise<boolean>): Promise<void> {
  const runs = await listRuns(notebookFolder);
  for (const run of runs.slice(0, Math.max(0, runs.length - KEPT + 1))) {
    if (!(await alive(run))) await rm(join(runsFolder(notebookFolder), run.id), { recursive: true, force: true });
  }
}

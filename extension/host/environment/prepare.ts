/**
 * Makes a notebook's environment ready: the interpreter that the user named, or the notebook's `.venv` brought up to
 * date by `uv sync`. What the last successful sync was made from is remembered, so that the next run starts nothing.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { EnvironmentIdentity } from "../../core/store/model.ts";
import { messageOf } from "../../core/thrown.ts";
import { stateAt } from "../observe/look.ts";
import type { Identifier } from "./identity.ts";
import { findPython, isExecutable, type Located, type Variables, venvAt } from "./locate.ts";
import { CANCELLED, type Failed, failed, isFailed } from "./problem.ts";
import { runTool } from "./tool.ts";
import { findUv, pythonsOnPath } from "./uv.ts";

export interface PrepareOptions {
  /** Absolute folder of the notebook. */
  readonly folder: string;
  /** What the user chose instead of the notebook's own environment. */
  readonly python?: string | undefined;
  /** False to take the `.venv` as it is. */
  readonly sync: boolean;
  /** Absolute folder for a fetched uv. */
  readonly storage: string;
  /** What was found the last time: it counts while it is there. */
  readonly before?: Located | undefined;
  /** The variables of this process. */
  readonly env: Variables;
  readonly identifier: Identifier;
  /** What was found in line before, so that nothing is read again while nothing has changed. */
  readonly synced?: Synced;
  /** Lines for a person: uv's own, and what else is going on. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** For one notebook: states of all files that tell whether its environment is in line, when it last was. */
export interface Synced {
  states?: string;
}

export interface Prepared extends Located {
  readonly identity: EnvironmentIdentity;
}

export async function prepareEnvironment(options: PrepareOptions): Promise<Prepared | Failed> {
  const { folder, python, identifier, env, signal } = options;
  const named = python !== undefined && python.trim() !== "";
  if (!named && options.sync) {
    const problem = await bringUpToDate(options);
    if (problem !== undefined) return problem;
  }
  const { before } = options;
  const located = before !== undefined && isExecutable(before.python) ? before : findPython({ folder, python, env });
  if (located === undefined) return missing(folder, options.sync);
  if (isFailed(located)) return located;
  const identity = await identifier.ask(located, { folder, env, signal });
  return isFailed(identity) ? identity : { ...identifier.resolve(located), identity };
}

/** True when `prepareEnvironment` would run uv; looks at files only. */
export function needsSync(folder: string, synced: Synced = {}): boolean {
  const venv = join(folder, ".venv");
  if (venvAt(venv) === undefined) return true;
  const states = [...SOURCES.map((name) => join(folder, name)), join(venv, "pyvenv.cfg"), statePath(folder)]
    .map(stateAt)
    .join(" ");
  if (synced.states === states) return false;
  const state = currentState(folder);
  // Without a project there is nothing to bring the environment in line with.
  const needed = state.project !== null && JSON.stringify(readState(folder)) !== JSON.stringify(state);
  synced.states = needed ? "" : states;
  return needed;
}

async function bringUpToDate(options: PrepareOptions): Promise<Failed | undefined> {
  const { folder, signal } = options;
  if (!needsSync(folder, options.synced)) return undefined;
  // Whatever happens from here on, the environment is not known to be in line any more.
  rmSync(statePath(folder), { force: true });
  const problem = currentState(folder).project === null ? await makeEmpty(options) : await sync(options);
  if (problem !== undefined) return problem;
  if (signal.aborted) return CANCELLED;
  await remember(folder, options.onProgress);
  return undefined;
}

async function sync(options: PrepareOptions): Promise<Failed | undefined> {
  const { folder, onProgress } = options;
  const found = await findUv(options);
  if (isFailed(found)) return found;
  onProgress("Preparing the notebook's environment with uv sync");
  const run = () =>
    runUv(
      found.uv,
      ["sync", "--color", "never"],
      options,
      `The environment of ${folder} could not be made from its pyproject.toml.`,
    );
  const problem = await run();
  const venv = join(folder, ".venv");
  if (problem?.problem.code === "cancelled" || !isHalfMade(venv, options.identifier)) return problem;
  // Looked at only now, after uv has ended: before, another process might have been making it, behind uv's lock.
  onProgress(`${venv} was left half-made by a sync that was stopped: making it again`);
  rmSync(venv, { recursive: true, force: true });
  return run();
}

/**
 * An environment by its marks, but without an interpreter or without what pyvenv.cfg says. Of what a killed uv leaves
 * behind, uv refuses to touch the first, and installs packages into the second, which Python does not look for there.
 */
function isHalfMade(venv: string, identifier: Identifier): boolean {
  const marked = ["pyvenv.cfg", "CACHEDIR.TAG"].some((mark) =>
    statSync(join(venv, mark), { throwIfNoEntry: false })?.isFile(),
  );
  if (!marked) return false;
  const located = venvAt(venv);
  return located === undefined || identifier.identify(located) === undefined;
}

/** A folder without pyproject.toml: an environment with no packages, made by uv, or by Python where uv is not at hand. */
async function makeEmpty(options: PrepareOptions): Promise<Failed | undefined> {
  const { folder, env, signal, onProgress } = options;
  onProgress("This folder has no pyproject.toml: making a .venv without packages");
  const what = `A virtual environment could not be made in ${folder}.`;
  const args = ["venv", "--no-project", "--color", "never", "--clear", join(folder, ".venv")];
  const near = await findUv({ ...options, fetch: false });
  if (!isFailed(near)) return runUv(near.uv, args, options, what);
  for (const python of pythonsOnPath(env)) {
    const ended = await runTool(python, ["-m", "venv", "--without-pip", "--clear", join(folder, ".venv")], {
      cwd: folder,
      env: uvEnvironment(folder, env),
      signal,
      onLine: onProgress,
    });
    if (ended.kind === "cancelled") return CANCELLED;
    if (ended.kind === "exited" && ended.code === 0) return undefined;
  }
  const fetched = await findUv(options);
  return isFailed(fetched) ? fetched : runUv(fetched.uv, args, options, what);
}

async function runUv(
  uv: string,
  args: readonly string[],
  options: PrepareOptions,
  what: string,
): Promise<Failed | undefined> {
  const { folder, env, signal, onProgress } = options;
  const ended = await runTool(uv, args, { cwd: folder, env: uvEnvironment(folder, env), signal, onLine: onProgress });
  switch (ended.kind) {
    case "cancelled":
      return CANCELLED;
    case "failed":
      return failed("sync-failed", `${what} uv did not finish: ${ended.message}\n${ended.stderr}`.trim());
    case "exited":
      if (ended.code === 0) return undefined;
      return failed(
        "sync-failed",
        `${what} uv says:\n${ended.stderr.trim()}\nCorrect pyproject.toml, or choose an existing Python environment (setting strata.python, option --python).`,
      );
    default:
      return ended satisfies never;
  }
}

/**
 * The notebook's folder decides, and nothing that happens to be active where this process was started: not another
 * virtual environment, not another project, not another default Python. Indexes, caches and proxies stay.
 */
export function uvEnvironment(folder: string, env: Variables): Record<string, string> {
  const left =
    /^(VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYTHONHOME|PYTHONPATH|PYTHONSTARTUP|__PYVENV_LAUNCHER__|UV_(PROJECT|PROJECT_ENVIRONMENT|PYTHON|WORKING_DIR|WORKING_DIRECTORY|NO_PROJECT|ACTIVE|ISOLATED|FROZEN|LOCKED|NO_SYNC))$/i;
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !left.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), UV_PROJECT_ENVIRONMENT: join(folder, ".venv") };
}

function missing(folder: string, syncAllowed: boolean): Failed {
  const venv = join(folder, ".venv");
  if (statSync(venv, { throwIfNoEntry: false }) !== undefined) {
    return failed(
      "environment-broken",
      `${venv} has no Python interpreter that can be started. Delete the folder and run again, so that it is made anew.`,
    );
  }
  const how = syncAllowed
    ? "Run again, or choose an existing Python environment (setting strata.python, option --python)."
    : "Run without --no-sync to make it, or choose an existing Python environment with --python.";
  return failed("no-environment", `${folder} has no .venv. ${how}`);
}

const SOURCES = ["pyproject.toml", "uv.lock", ".python-version"] as const;

/** What a sync was made from, by digest; `venv` tells an environment that was made again by somebody else. */
interface SyncState {
  readonly version: 1;
  readonly project: string | null;
  readonly lock: string | null;
  readonly pythonVersion: string | null;
  readonly venv: string | null;
}

function currentState(folder: string): SyncState {
  const config = statSync(join(folder, ".venv", "pyvenv.cfg"), { bigint: true, throwIfNoEntry: false });
  const [project = null, lock = null, pythonVersion = null] = SOURCES.map((name) => digestOf(join(folder, name)));
  return {
    version: 1,
    project,
    lock,
    pythonVersion,
    venv: config === undefined ? null : `${config.ino}:${config.mtimeNs}`,
  };
}

function statePath(folder: string): string {
  return join(folder, ".strata", "environment.json");
}

function readState(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(statePath(folder), "utf8"));
  } catch {
    // Absent or torn: the sync runs again, which is always right.
    return undefined;
  }
}

async function remember(folder: string, onProgress: (line: string) => void): Promise<void> {
  try {
    mkdirSync(join(folder, ".strata"), { recursive: true });
    await writeFileAtomic(statePath(folder), JSON.stringify(currentState(folder)));
  } catch (error) {
    onProgress(
      `${statePath(folder)} cannot be written, so the next run checks the environment again: ${messageOf(error)}`,
    );
  }
}

function digestOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}

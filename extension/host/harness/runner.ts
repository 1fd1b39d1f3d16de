/**
 * Runs each cell in a Python process of its own: one that waits with the notebook's libraries in memory (ahead.ts), where
 * such are asked for and one is there, otherwise one that is started for the cell.
 */
import { availableParallelism } from "node:os";
import type { CellJob, JobEvent, JobResult, Runner } from "../../core/run/model.ts";
import { createAhead, type Taken } from "./ahead.ts";
import { CELL_INTERRUPTED, pythonUnavailable, systemError } from "./errors.ts";
import { type Guest, startGuest } from "./guest.ts";
import type { Keeping } from "./keep.ts";
import { memoryNow } from "./room.ts";
import { runOnGuest } from "./run-on-guest.ts";
import { startsAlike } from "./same-start.ts";

export interface ProcessRunnerOptions {
  /** Path or name of the interpreter. */
  readonly python: string;
  /** The folder `python-harness`. */
  readonly harness: string;
  /** Folders of the content store, which must exist. */
  readonly content: string;
  readonly tmp: string;
  /** How runs outlive this process; absent: none does. */
  readonly keeping?: Keeping;
  /** Names of modules to load in processes that wait; absent or undefined: none waits. */
  readonly ahead?: () => readonly string[] | undefined;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

export interface ProcessRunner extends Runner {
  /** Starts processes that wait, and resolves when they do. */
  prepare(environ: Readonly<Record<string, string>>): Promise<void>;
  /** What those that wait have in memory, and what they cannot have; `why`: why none waits any more. */
  state(): {
    readonly warm: readonly string[];
    readonly unfit: Readonly<Record<string, string>>;
    readonly why?: string;
  };
  waiting(): readonly (number | undefined)[];
}

/** How long a guest that has sent its result may take to end by itself (atexit functions). */
const ENDING_MS = 2000;
/** The result that is being stored needs the processor more than whoever is to wait next. */
const REFILL_MS = 8;
const IDLE_MS = 30 * 60_000;

export function createProcessRunner(options: ProcessRunnerOptions): ProcessRunner {
  const { python, harness, platform = process.platform } = options;
  const alive = new Set<Guest>();
  const ending = new Set<Promise<void>>();
  /** Where none waits with libraries: Python and the harness alone. */
  let spare: { readonly guest: Guest; readonly environ: Readonly<Record<string, string>> } | undefined;
  let running = 0;
  let refilling: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let disposed = false;

  const killAll = () => {
    for (const guest of alive) if (!guest.leave()) guest.kill();
  };
  process.on("exit", killAll);

  function start(environ: Readonly<Record<string, string>>): Guest {
    const guest = startGuest({ python, harness, environ, platform });
    alive.add(guest);
    void guest.ended.then(() => {
      // Whatever the cell started and did not wait for ends with it.
      guest.kill();
      alive.delete(guest);
      if (spare?.guest === guest) spare = undefined;
    });
    return guest;
  }

  function takeSpare(environ: Readonly<Record<string, string>>): Guest | undefined {
    const ready = spare;
    spare = undefined;
    if (ready === undefined || startsAlike(ready.environ, environ, [], platform)) return ready?.guest;
    ready.guest.kill();
    return undefined;
  }

  const ahead = createAhead({
    start,
    wanted: () => (disposed ? undefined : options.ahead?.()),
    content: options.content,
    platform,
    memory: () => memoryNow(platform),
    processors: availableParallelism(),
    busy: () => running + ending.size,
  });

  function refillSoon(environ: Readonly<Record<string, string>>): void {
    clearTimeout(refilling);
    refilling = setTimeout(() => ahead.refill(environ), REFILL_MS).unref();
    clearTimeout(idle);
    idle = setTimeout(() => (running === 0 ? ahead.drop() : refillSoon(environ)), IDLE_MS).unref();
  }

  /** Runs the job there. Undefined: it ended before it had read what it should run, so nothing was done. */
  async function runOn(
    guest: Guest,
    job: CellJob,
    on: (event: JobEvent) => void,
    signal: AbortSignal,
    taken?: Taken,
  ): Promise<JobResult | undefined> {
    try {
      const result = await runOnGuest(guest, job, options, on, signal);
      const back = guest.again() && result.status === "ok" && !signal.aborted && !disposed;
      if (taken !== undefined && back) {
        ahead.putBack(taken);
        return result;
      }
      const end = endOf(guest);
      ending.add(end);
      void end.then(() => {
        ending.delete(end);
        if (!disposed) refillSoon(job.environ);
      });
      if (taken === undefined || result.status !== "error" || signal.aborted || guest.taken()) return result;
      guest.kill();
      await guest.ended;
      return guest.taken() ? result : undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      guest.kill();
      return {
        status: "error",
        error: systemError("CellNotRun", `The cell could not be run: ${why}`),
        durationMs: 0,
      };
    }
  }

  return {
    async run(job: CellJob, on: (event: JobEvent) => void, signal: AbortSignal): Promise<JobResult> {
      const stopped: JobResult = {
        status: "interrupted",
        error: systemError(CELL_INTERRUPTED, "The run was cancelled before the cell started."),
        durationMs: 0,
      };
      if (signal.aborted || disposed) return stopped;
      const taken = await ahead.take(job, signal);
      if (signal.aborted || disposed) {
        taken?.guest.kill();
        return stopped;
      }
      running += 1;
      try {
        refillSoon(job.environ);
        const first = taken && (await runOn(taken.guest, job, on, signal, taken));
        if (first !== undefined) return first;
        let guest = takeSpare(job.environ) ?? start(job.environ);
        let greeting = await guest.greeting;
        if (!greeting.ok && !disposed) {
          // A spare may have been killed while it waited; nothing has been sent to it, so trying once more repeats nothing.
          guest.kill();
          guest = start(job.environ);
          greeting = await guest.greeting;
        }
        if (!greeting.ok) {
          guest.kill();
          return { status: "error", error: pythonUnavailable(python, greeting.why), durationMs: 0 };
        }
        if (signal.aborted) {
          guest.kill();
          return stopped;
        }
        if (!disposed && options.ahead?.() === undefined) {
          spare ??= { guest: start(job.environ), environ: job.environ };
        }
        return (await runOn(guest, job, on, signal)) ?? stopped;
      } finally {
        running -= 1;
        if (!disposed) refillSoon(job.environ);
      }
    },
    async prepare(environ) {
      ahead.refill(environ);
      await ahead.settled();
    },
    state: () => ahead.state(),
    waiting: () => ahead.pids(),
    async dispose() {
      disposed = true;
      clearTimeout(refilling);
      clearTimeout(idle);
      ahead.drop();
      killAll();
      await Promise.all([...alive].map((guest) => Promise.race([guest.ended, guest.left])));
      await Promise.all(ending);
      process.off("exit", killAll);
    },
  };
}

export async function endOf(guest: Guest): Promise<void> {
  const force = setTimeout(() => guest.kill(), ENDING_MS);
  await Promise.race([guest.ended, guest.left]);
  clearTimeout(force);
}

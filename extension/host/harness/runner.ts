/**
 * Runs each cell in a fresh Python process. One spare process is started ahead, so that a cell starts at once; a spare has
 * run nothing of the user's. A forking zygote can take the place of this file: what runs a job on a guest does not change.
 */
import type { CellJob, JobEvent, JobResult, Runner } from "../../core/run/model.ts";
import { CELL_INTERRUPTED, pythonUnavailable, systemError } from "./errors.ts";
import { type Guest, startGuest } from "./guest.ts";
import type { Keeping } from "./keep.ts";
import { runOnGuest } from "./run-on-guest.ts";

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
  /** Environment of the spare; a job that needs another one for Python's own start gets a process of its own. */
  readonly spawnEnv?: Readonly<Record<string, string>>;
}

/** How long a guest that has sent its result may take to end by itself (atexit functions). */
const ENDING_MS = 2000;

export function createProcessRunner(options: ProcessRunnerOptions): Runner {
  const { python, harness } = options;
  const alive = new Set<Guest>();
  const ending = new Set<Promise<void>>();
  let spare: { readonly guest: Guest; readonly start: string } | undefined;
  let disposed = false;

  const killAll = () => {
    for (const guest of alive) if (!guest.leave()) guest.kill();
  };
  process.on("exit", killAll);

  function start(environ: Readonly<Record<string, string>>): Guest {
    const guest = startGuest({ python, harness, environ });
    alive.add(guest);
    void guest.ended.then(() => {
      // Whatever the cell started and did not wait for ends with it.
      guest.kill();
      alive.delete(guest);
      if (spare?.guest === guest) spare = undefined;
    });
    return guest;
  }

  function prepare(environ: Readonly<Record<string, string>>): void {
    if (disposed || spare !== undefined) return;
    spare = { guest: start(environ), start: startKey(environ) };
  }

  function take(environ: Readonly<Record<string, string>>): Guest {
    const ready = spare;
    spare = undefined;
    if (ready === undefined) return start(environ);
    if (ready.start === startKey(environ)) return ready.guest;
    ready.guest.kill();
    return start(environ);
  }

  if (options.spawnEnv !== undefined) prepare(withoutInherited(options.spawnEnv));

  return {
    async run(job: CellJob, on: (event: JobEvent) => void, signal: AbortSignal): Promise<JobResult> {
      const stopped: JobResult = {
        status: "interrupted",
        error: systemError(CELL_INTERRUPTED, "The run was cancelled before the cell started."),
        durationMs: 0,
      };
      if (signal.aborted || disposed) return stopped;
      let guest = take(job.environ);
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
      prepare(job.environ);
      try {
        return await runOnGuest(guest, job, options, on, signal);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        guest.kill();
        return {
          status: "error",
          error: systemError("CellNotRun", `The cell could not be run: ${why}`),
          durationMs: 0,
        };
      } finally {
        const end = endOf(guest);
        ending.add(end);
        void end.then(() => ending.delete(end));
      }
    },
    async dispose() {
      disposed = true;
      killAll();
      await Promise.all([...alive].map((guest) => Promise.race([guest.ended, guest.left])));
      await Promise.all(ending);
      process.off("exit", killAll);
    },
  };
}

export async function endOf(guest: Guest, again?: Promise<void>): Promise<void> {
  const force = setTimeout(() => guest.kill(), ENDING_MS);
  await Promise.race([guest.ended, guest.left, ...(again === undefined ? [] : [again])]);
  clearTimeout(force);
}

/** What Python and the dynamic loader read when a process starts; everything else is set by the guest itself. */
function startKey(environ: Readonly<Record<string, string>>): string {
  const matters = /^(PYTHON|LD_|DYLD_|VIRTUAL_ENV|PATH$|HOME$|LANG$|LC_|MALLOC_|ASAN_)/;
  return JSON.stringify(
    Object.entries(environ)
      .filter(([name]) => matters.test(name))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Read by compiled libraries when they are loaded, where no Python code asks for them. */
const EARLY =
  /^(OMP_|OPENBLAS_|GOTO_|MKL_|KMP_|BLIS_|VECLIB_|NUMEXPR_|NUMBA_|MPL|ARROW_|TORCH_|CUDA_|TF_|XLA_|JAX_|TZ$)/;

/** Whether a process started with one of them is as one started with the other; `asked`: what libraries ask for as they load. */
export function startsAlike(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
  asked: readonly string[],
): boolean {
  const early = [...Object.keys(one), ...Object.keys(other)].filter((name) => EARLY.test(name));
  return startKey(one) === startKey(other) && [...asked, ...early].every((name) => one[name] === other[name]);
}

/** A user's shell may carry settings for another Python; those reach a cell only when its job says so. */
function withoutInherited(environ: Readonly<Record<string, string>>): Record<string, string> {
  const drop = new Set(["PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME"]);
  return Object.fromEntries(Object.entries(environ).filter(([name]) => !drop.has(name)));
}

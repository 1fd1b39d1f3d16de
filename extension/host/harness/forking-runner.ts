/**
 * Runs each cell in a child of a zygote, so that a cell pays for no start of Python and no import; two children wait
 * ahead. Whatever the zygote cannot serve exactly as a fresh process would goes to a process of its own (runner.ts), and
 * so does everything where forking has proved bad or does not exist; those processes then have the libraries ahead.
 */
import type { CellJob, JobEvent, JobResult } from "../../core/run/model.ts";
import { overError, systemError } from "./errors.ts";
import { type Expected, expectedOf, needsOf, worthWaiting } from "./expected-imports.ts";
import type { Guest } from "./guest.ts";
import { joinKept } from "./keep.ts";
import { removeUnused } from "./log-files.ts";
import { knows, type Nest } from "./nest.ts";
import { probe } from "./probe.ts";
import { runOnGuest } from "./run-on-guest.ts";
import { createProcessRunner, endOf } from "./runner.ts";
import { type ModalRunner, modeOf, type RunnerOptions, refusalOf, wayOf } from "./runner-mode.ts";
import { startsAlike } from "./same-start.ts";
import { createShadows } from "./shadows.ts";
import { orAborted } from "./waits.ts";
import { startZygote, type Zygote } from "./zygote.ts";

type Taken = { readonly guest: Guest; readonly from: Nest };

const SPARES = 2;
const IDLE_MS = 30 * 60_000;
/** Forking and rehearsing take processor time, which the result that is being stored meanwhile needs more. */
const REFILL_MS = 8;
/** A zygote that keeps dying is not started for ever. */
const DEATHS = 3;
/** Jobs in a row that needed another environment before the zygote is started anew in theirs. */
const STRANGERS = 3;

export function createRunner(options: RunnerOptions): ModalRunner {
  const { python, harness } = options;
  const way = wayOf(options, process.env);
  const ahead = (): readonly string[] | undefined => (refusal === undefined || way === "fresh" ? undefined : wanted());
  const plain = createProcessRunner({ ...options, ahead });
  const shadows = createShadows();
  const alive = new Set<Guest>();
  const unfit: Record<string, string> = {};
  const zygotes = new Set<Zygote>();
  let nest: Nest | undefined;
  let starting: { readonly names: readonly string[]; readonly done: Promise<void> } | undefined;
  let refusal = refusalOf(options, way);
  const deaths: string[] = [];
  let strangers = 0;
  let disposed = false;
  let idle: NodeJS.Timeout | undefined;
  let refilling: NodeJS.Timeout | undefined;
  let running = 0;

  const killAll = () => {
    for (const guest of alive) {
      if (!guest.leave()) guest.kill();
      removeUnused(guest);
    }
    for (const zygote of zygotes) zygote.kill();
  };
  process.on("exit", killAll);

  const wanted = () => [...new Set(options.warm?.() ?? [])].filter((name) => !(name in unfit)).sort();

  /** Starts a zygote when there is none, or one that knows more; the one in use serves until then. The first need not know all. */
  function ensure(environ: Readonly<Record<string, string>>, first: readonly string[] = []): Promise<void> {
    if (disposed || refusal !== undefined) return Promise.resolve();
    if (starting !== undefined) return starting.done;
    const [current, all] = [nest, wanted()];
    const names = current === undefined && first.length > 0 && !worthWaiting(first, all) ? first : all;
    if (current !== undefined && strangers < STRANGERS && names.every((name) => knows(current, name))) {
      return Promise.resolve();
    }
    strangers = 0;
    const done = hatch(environ, names).finally(() => {
      starting = undefined;
      if (names === first && nest !== undefined) void ensure(environ);
    });
    starting = { names, done };
    return done;
  }

  async function hatch(environ: Readonly<Record<string, string>>, asked: readonly string[]): Promise<void> {
    const zygote = startZygote({ python, harness, environ, warm: asked, tmp: options.tmp });
    zygotes.add(zygote);
    void zygote.ended.then(() => zygotes.delete(zygote));
    const warmed = await zygote.ready;
    if (disposed) return zygote.kill();
    if ("problem" in warmed) {
      zygote.kill();
      // An interpreter that does not start is told by the process runner; here it only must not be tried for ever.
      return died(warmed.problem);
    }
    if (warmed.unfit.length > 0) {
      zygote.kill();
      for (const { module, reason } of warmed.unfit) unfit[module] = reason;
      const names = asked.filter((name) => !(name in unfit));
      // A module that is none of those asked for is one of the harness's own.
      if (names.length === asked.length) return refuse(`${warmed.unfit[0]?.module}: ${warmed.unfit[0]?.reason}`);
      return hatch(environ, names);
    }
    const child = await zygote.fork();
    if (child !== undefined) keepTrack(child);
    const bad = await probe(child);
    if (disposed) return zygote.kill();
    if (bad !== undefined) {
      zygote.kill();
      return refuse(bad);
    }
    const next: Nest = {
      zygote,
      environ,
      asked: new Set(asked),
      warmed,
      spares: [],
      hatching: 0,
      expected: { imports: warmed.ready, first: [], values: false },
    };
    const before = nest;
    nest = next;
    if (before !== undefined) retire(before);
    void zygote.ended.then(() => {
      if (nest !== next) return;
      nest = undefined;
      for (const spare of next.spares) spare.kill();
      if (!disposed) died("it ended");
    });
    refill(next);
    rest();
  }

  function died(why: string): void {
    deaths.push(why);
    if (deaths.length >= DEATHS) refusal = `The process that forks the cells could not be kept running (${why}).`;
  }

  function refuse(reason: string): void {
    refusal = `Forking is not safe in this environment: ${reason}.`;
    options.verdicts?.write(refusal);
  }

  function retire(old: Nest): void {
    if (nest === old) nest = undefined;
    for (const spare of old.spares.splice(0)) spare.kill();
    old.zygote.retire();
  }

  function refill(of: Nest): void {
    while (nest === of && !disposed && of.spares.length + of.hatching < SPARES) {
      of.hatching += 1;
      void fork(of, of.expected).then((guest) => {
        of.hatching -= 1;
        if (guest === undefined) return;
        if (nest !== of || disposed || of.spares.length >= SPARES) return guest.kill();
        of.spares.push(guest);
      });
    }
  }

  function keepTrack(guest: Guest): void {
    alive.add(guest);
    void guest.ended.then(() => {
      // Whatever the cell started and did not wait for ends with it.
      guest.kill();
      removeUnused(guest);
      alive.delete(guest);
    });
  }

  async function fork(of: Nest, expected?: Expected): Promise<Guest | undefined> {
    const guest = await of.zygote.fork(expected);
    if (guest === undefined) return undefined;
    keepTrack(guest);
    void guest.ended.then(() => {
      const at = of.spares.indexOf(guest);
      if (at >= 0) of.spares.splice(at, 1);
    });
    return guest;
  }

  /** A run in the zygote must be what a fresh process gives: same start, and nothing in the folder that comes first. */
  function suits({ environ, warmed }: Nest, job: CellJob): boolean {
    if (job.environ !== environ && !startsAlike(job.environ, environ, warmed.environ)) {
      strangers += 1;
      return false;
    }
    strangers = 0;
    return !shadows.over(job.folder, warmed);
  }

  async function take(job: CellJob, signal: AbortSignal): Promise<Taken | undefined> {
    const needs = nest === undefined && refusal === undefined ? needsOf(job, wanted(), options.content) : [];
    void ensure(job.environ, needs);
    // Two processes that import the same at the same time are both there later.
    if (starting !== undefined && worthWaiting(needs, starting.names)) await orAborted(starting.done, signal);
    const from = nest;
    if (from === undefined || !suits(from, job)) return undefined;
    // Cells of a notebook mostly use the libraries that the one before used.
    from.expected = expectedOf(job, from.warmed.ready, from.expected);
    const spare = from.spares.shift();
    const guest = spare ?? (await fork(from));
    // The child of the cell before may be about to come back.
    refillSoon(from, from.spares.length > 0 ? REFILL_MS : spare === undefined ? 0 : 2);
    return guest && { guest, from };
  }

  /** First in line: whoever has just run a cell is warm. */
  function shelve(guest: Guest, of: Nest): void {
    if (nest === of && !disposed) of.spares.unshift(guest);
    else guest.kill();
    for (const one of of.spares.splice(SPARES)) one.kill();
  }

  /** Not between two quick cells: the child of the first may come back. */
  function refillSoon(of: Nest, ms = REFILL_MS): void {
    clearTimeout(refilling);
    const look = () => (of.spares.length > 0 && ms < REFILL_MS ? refillSoon(of) : refill(of));
    // What has arrived meanwhile is heard first.
    refilling = setTimeout(() => setImmediate(look), ms).unref();
  }

  function rest(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (running === 0 && nest !== undefined) retire(nest);
      else rest();
    }, IDLE_MS).unref();
  }

  return {
    async run(job: CellJob, on: (event: JobEvent) => void, signal: AbortSignal): Promise<JobResult> {
      if (signal.aborted || disposed) return plain.run(job, on, signal);
      running += 1;
      rest();
      try {
        const joined = options.keeping && (await joinKept(options.keeping, job));
        if (joined !== undefined) return await runOnGuest(joined.guest, job, options, on, signal, joined);
        if (job.onlyJoin) return { status: "left", error: overError(), durationMs: 0 };
        const taken = await take(job, signal);
        if (taken === undefined || signal.aborted) {
          taken?.guest.kill();
          return await plain.run(job, on, signal);
        }
        const { guest, from } = taken;
        const result = await runOnGuest(guest, job, options, on, signal);
        if (result.status === "ok" || result.status === "left" || guest.taken() || signal.aborted) {
          if (!guest.again()) void endOf(guest);
          // An interrupt may still be on its way to it.
          else if (result.status !== "ok" || signal.aborted) guest.kill();
          else shelve(guest, from);
          return result;
        }
        // It ended, or was ended, before it had read what it should run: nothing was done, so this repeats nothing.
        guest.kill();
        await guest.ended;
        return guest.taken() ? result : await plain.run(job, on, signal);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const told = systemError("CellNotRun", `The cell could not be run: ${why}`);
        return { status: "error", error: told, durationMs: 0 };
      } finally {
        running -= 1;
        if (nest !== undefined) refillSoon(nest);
      }
    },
    mode: () => modeOf(refusal, way, plain.state(), { warm: nest?.warmed.ready, unfit, problem: deaths.at(-1) }),
    async prepare(environ) {
      await ensure(environ);
      if (refusal !== undefined) await plain.prepare(environ);
    },
    processes() {
      return { zygote: nest?.zygote.pid(), spares: nest?.spares.map((guest) => guest.pid()) ?? plain.waiting() };
    },
    async dispose() {
      disposed = true;
      clearTimeout(idle);
      const [guests, ends] = [[...alive], [...zygotes]];
      killAll();
      await starting?.done.catch(() => {});
      killAll();
      await Promise.all([
        ...guests.map((guest) => Promise.race([guest.ended, guest.left])),
        ...ends.map((zygote) => zygote.ended),
      ]);
      await plain.dispose();
      process.off("exit", killAll);
    },
  };
}

/**
 * Processes that are started ahead of the cells, each for one of them, where cells are not forked: they have Python, the
 * harness and the notebook's libraries in memory, as unseen by the cell as in a zygote (hidden.py). Some have no
 * libraries: a cell that needs none takes one of those.
 */
import type { CellJob } from "../../core/run/model.ts";
import { needsOf, worthWaiting } from "./expected-imports.ts";
import type { Guest } from "./guest.ts";
import { type Memory, MOST_AHEAD, roomAhead } from "./room.ts";
import { startsAlike } from "./same-start.ts";
import { createShadows } from "./shadows.ts";
import { orAborted } from "./waits.ts";
import { type Warmed, warmedOf } from "./zygote.ts";

type Environ = Readonly<Record<string, string>>;

export interface AheadOptions {
  start(environ: Environ): Guest;
  /** Modules to load ahead; undefined when no process is to wait. */
  readonly wanted: () => readonly string[] | undefined;
  /** Folder of the content store. */
  readonly content: string;
  readonly platform: NodeJS.Platform;
  readonly memory: () => Memory;
  readonly processors: number;
  /** Cells that run, and processes that have run one and are not gone or back yet. */
  readonly busy: () => number;
}

export interface Ahead {
  /** One that is ready for this job, if there is one or will be soon. It is the caller's from then on. */
  take(job: CellJob, signal: AbortSignal): Promise<Taken | undefined>;
  /** It has run a cell that left nothing behind, and may have another. */
  putBack(taken: Taken): void;
  /** Starts what is missing: one of each kind while cells run, as far as they leave processors free, and all after them. */
  refill(environ: Environ): void;
  /** Resolves when those that are being started are there. */
  settled(): Promise<void>;
  /** Ends those that wait. */
  drop(): void;
  /** Modules in memory of those that wait, and those that cannot be, with the reason. */
  state(): {
    readonly warm: readonly string[];
    readonly unfit: Readonly<Record<string, string>>;
    readonly why?: string;
  };
  pids(): readonly (number | undefined)[];
}

export interface Taken {
  readonly guest: Guest;
  readonly environ: Environ;
  /** What it was told to load. */
  readonly asked: readonly string[];
  readonly warmed: Warmed;
}

interface Coming extends Omit<Taken, "warmed"> {
  readonly warmed?: undefined;
  readonly done: Promise<void>;
}

/** What a process with libraries takes, before one has said so. */
const GUESS = 300e6;
/** Processes that keep dying are not started for ever. */
const DEATHS = 3;

export function createAhead(options: AheadOptions): Ahead {
  const { content, platform } = options;
  const waiting: Taken[] = [];
  const coming = new Set<Coming>();
  const unfit: Record<string, string> = {};
  const shadows = createShadows();
  let largest = GUESS;
  let deaths = 0;
  let why: string | undefined;
  let latest: Environ | undefined;

  const wanted = (): readonly string[] | undefined =>
    options
      .wanted()
      ?.filter((name) => !(name in unfit))
      .toSorted();
  /** The standard library loads fast enough: a new import of a part of it is no reason to start again. */
  const current = ({ asked, warmed }: Coming | Taken, names: readonly string[]): boolean =>
    asked.length === 0 ||
    names.every((name) => asked.includes(name) || warmed?.standard.has(name.split(".")[0] ?? "") === true);

  function prepare(environ: Environ, asked: readonly string[]): void {
    const guest = options.start(environ);
    const one: Coming = { guest, environ, asked, done: warmUp(guest, asked).then(settle, died) };
    coming.add(one);

    function settle(found: Warmed | undefined): void {
      if (!coming.delete(one)) return;
      if (found === undefined) died();
      else accept(found);
      if (latest !== undefined) refill(latest);
    }
    function accept(found: Warmed): void {
      for (const { module, reason } of found.unfit) {
        unfit[module] = reason;
        // One of the harness's own.
        if (!asked.includes(module)) why = `No process can wait for cells here: ${module}: ${reason}.`;
      }
      if (found.unfit.length > 0) {
        guest.kill();
        return;
      }
      if (asked.length > 0) largest = found.memory ?? GUESS;
      const ready: Taken = { guest, environ, asked, warmed: found };
      waiting.push(ready);
      void guest.ended.then(() => remove(ready));
    }
    function died(): void {
      coming.delete(one);
      guest.kill();
      deaths += 1;
      if (deaths >= DEATHS) why = "Processes that wait for cells could not be kept running.";
    }
  }

  function remove(one: Taken): boolean {
    const at = waiting.indexOf(one);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  function discard(which: (one: Coming | Taken) => boolean): void {
    for (const one of waiting.filter(which)) {
      remove(one);
      one.guest.kill();
    }
    for (const one of coming) {
      if (!which(one)) continue;
      coming.delete(one);
      one.guest.kill();
    }
  }

  function suiting(job: CellJob, needs: readonly string[]): Taken | undefined {
    const fitting = waiting.filter(
      (one) =>
        startsAlike(job.environ, one.environ, one.warmed.environ, platform) && !shadows.over(job.folder, one.warmed),
    );
    const small = fitting.find((one) => one.asked.length === 0);
    const large = fitting.find((one) => one.asked.length > 0);
    return needs.length === 0 ? (small ?? large) : (large ?? small);
  }

  function refill(environ: Environ): void {
    latest = environ;
    const names = wanted();
    if (names === undefined || why !== undefined) {
      discard(() => true);
      return;
    }
    discard((one) => !current(one, names) || !startsAlike(one.environ, environ, [], platform));
    const room = names.length === 0 ? 0 : roomAhead(options.memory(), largest);
    const small = names.length === 0 ? MOST_AHEAD : 1;
    const busy = options.busy();
    for (const [asked, most] of [
      [names, room],
      [[], small],
    ] as const) {
      const there = [...waiting, ...coming].filter((one) => (one.asked.length === 0) === (asked.length === 0)).length;
      for (let count = there; count < (busy > 0 ? Math.min(most, 1) : most); count += 1) {
        if (busy + coming.size >= Math.max(1, options.processors)) return;
        prepare(environ, asked);
      }
    }
  }

  return {
    async take(job, signal) {
      const names = wanted();
      if (names === undefined) return undefined;
      const needs = needsOf(job, names, content);
      // Two processes that import the same at the same time are both there later.
      while (needs.length > 0 && !signal.aborted && !suiting(job, needs)?.asked.length) {
        const soon = [...coming].find(
          ({ asked, environ }) => worthWaiting(needs, asked) && startsAlike(job.environ, environ, [], platform),
        );
        if (soon === undefined) break;
        await orAborted(soon.done, signal);
      }
      const taken = suiting(job, needs);
      if (taken !== undefined) remove(taken);
      return taken;
    },
    putBack(taken) {
      const same = waiting.filter((one) => (one.asked.length === 0) === (taken.asked.length === 0));
      if (same.length < MOST_AHEAD && current(taken, wanted() ?? [])) waiting.unshift(taken);
      else taken.guest.kill();
    },
    refill,
    async settled() {
      await Promise.all([...coming].map((one) => one.done));
    },
    drop() {
      latest = undefined;
      discard(() => true);
    },
    state() {
      const warm = waiting.find((one) => one.asked.length > 0)?.warmed.ready ?? [];
      return { warm, unfit, ...(why === undefined ? {} : { why }) };
    },
    pids: () => waiting.map((one) => one.guest.pid()),
  };
}

/** Undefined when it did not come that far. */
async function warmUp(guest: Guest, modules: readonly string[]): Promise<Warmed | undefined> {
  const greeting = await guest.greeting;
  if (!greeting.ok) return undefined;
  const told = new Promise<Warmed>((resolve) => {
    guest.onOther = (raw) => raw.type === "warmed" && resolve(warmedOf(raw));
  });
  guest.send({ type: "warm", modules });
  return Promise.race([told, guest.ended.then(() => undefined)]);
}

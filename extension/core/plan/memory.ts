/**
 * Plans of single cells, kept with everything that they were made from: the cell, the names it read and what they meant,
 * the settings above it, and what was asked of the store, the disk and the request. All of that is looked at again at
 * every plan, so a plan that is kept is the one that would be made anew; what is saved is making it. A cell that is
 * planned anew and leaves what it left before leaves the very same objects, so that the cells below need not be.
 */
import type { CellId } from "../notebook/model.ts";
import type { DefinitionSource } from "../store/model.ts";
import type { Surroundings } from "./ambient.ts";
import type { Inputs } from "./inputs.ts";
import type { PlanPorts, Soon } from "./lookup.ts";
import type { CellPlan } from "./model.ts";
import type { PreparedCell } from "./prepared.ts";
import { sameData } from "./same-data.ts";
import type { Namespace, Slot } from "./slots.ts";
import type { Ask, Walk, World } from "./walk.ts";

export type PlanMemory = Map<CellId, readonly Remembered[]>;

/** Undefined: there is no such name, or there is none any more. */
type Meanings = ReadonlyMap<string, Slot | undefined>;

interface Remembered {
  /** Or an equal one that it was found for since. */
  prepared: PreparedCell;
  readonly environment: string;
  readonly surroundings: Surroundings;
  readonly dynamic: CellId | undefined;
  readonly read: Meanings;
  readonly asked: readonly { readonly ask: Ask; readonly answer: unknown }[];
  readonly left: Left;
}

/** The plan, and what it has done to the walk. */
interface Left {
  readonly plan: CellPlan;
  readonly written: Meanings;
  readonly surroundings: Surroundings;
  readonly dynamic: CellId | undefined;
  readonly inputs: Inputs | undefined;
  readonly ambient: Readonly<Record<string, string>> | undefined;
  readonly own: Readonly<Record<string, DefinitionSource>> | undefined;
}

/** Of one cell: a run with its own demands, and the statuses that are asked for meanwhile. */
const KEPT = 2;

export interface Watched {
  readonly walk: Walk;
  /** The plan as it was, if it would come out the same; the walk goes on as it did then. */
  recall(prepared: PreparedCell): CellPlan | undefined;
  /** Makes the plan, and remembers it. */
  make(prepared: PreparedCell, plan: () => Promise<CellPlan>): Promise<CellPlan>;
}

export function watchedWalk(
  start: Omit<Walk, "ports" | "names" | "ask" | "summed">,
  names: Namespace,
  world: World,
  memory: PlanMemory,
): Watched {
  let read = new Map<string, Slot | undefined>();
  let written = new Map<string, Slot | undefined>();
  let asked: { ask: Ask; answer: unknown }[] = [];

  const note = (ask: Ask, answer: unknown): void => void asked.push({ ask, answer });
  const look = (name: string): Slot | undefined => {
    const slot = names.get(name);
    if (!written.has(name) && !read.has(name)) read.set(name, slot);
    return slot;
  };
  const walk: Walk = {
    ...start,
    ports: watchedPorts(world.ports, note),
    names: {
      get: look,
      has: (name) => look(name) !== undefined,
      set(name, slot) {
        written.set(name, slot);
        names.set(name, slot);
      },
      delete(name) {
        written.set(name, undefined);
        names.delete(name);
      },
      [Symbol.iterator]() {
        // Whoever goes through all names depends on every cell above.
        note(neverTheSame, undefined);
        return names[Symbol.iterator]();
      },
    },
    ask(question) {
      const answer = question(world);
      note(question, answer);
      return answer;
    },
    async summed(work, same) {
      const before = asked.length;
      const result = await work();
      const ask = same(result);
      if (ask?.(world) === true) asked.splice(before, asked.length, { ask, answer: true });
      return result;
    },
  };

  const holds = (entry: Remembered, prepared: PreparedCell): boolean => {
    if (!isSameCell(entry.prepared, prepared) || entry.environment !== walk.environment) return false;
    if (entry.surroundings !== walk.surroundings || entry.dynamic !== walk.dynamic) return false;
    for (const [name, slot] of entry.read) if (names.get(name) !== slot) return false;
    if (!entry.asked.every(({ ask, answer }) => ask(world) === answer)) return false;
    entry.prepared = prepared;
    return true;
  };

  return {
    walk,
    recall(prepared) {
      const { id } = prepared.cell;
      const left = memory.get(id)?.find((entry) => holds(entry, prepared))?.left;
      if (left === undefined) return undefined;
      for (const [name, slot] of left.written) {
        if (slot === undefined) names.delete(name);
        else names.set(name, slot);
      }
      walk.surroundings = left.surroundings;
      walk.dynamic = left.dynamic;
      if (left.inputs !== undefined) walk.inputs.set(id, left.inputs);
      if (left.ambient !== undefined) walk.ambient.set(id, left.ambient);
      if (left.own !== undefined) walk.own.set(id, left.own);
      return left.plan;
    },
    async make(prepared, makePlan) {
      const { id } = prepared.cell;
      const { environment, surroundings, dynamic } = walk;
      [read, written, asked] = [new Map(), new Map(), []];
      const plan = await makePlan();
      const before = memory.get(id) ?? [];
      for (const [name, slot] of written) {
        const same = slot && before.find(({ left }) => sameData(left.written.get(name), slot))?.left.written.get(name);
        if (same === undefined) continue;
        written.set(name, same);
        names.set(name, same);
      }
      if (walk.surroundings !== surroundings) {
        const same = before.find(({ left }) => sameData(left.surroundings, walk.surroundings));
        if (same !== undefined) walk.surroundings = same.left.surroundings;
      }
      const left: Left = {
        plan,
        written,
        surroundings: walk.surroundings,
        dynamic: walk.dynamic,
        inputs: walk.inputs.get(id),
        ambient: walk.ambient.get(id),
        own: walk.own.get(id),
      };
      const made: Remembered = { prepared, environment, surroundings, dynamic, read, asked, left };
      memory.set(id, [made, ...before.slice(0, KEPT - 1)]);
      return plan;
    },
  };
}

/** The same for a plan, which looks at what a cell's text means and not at the text, nor at where it stands in the file. */
function isSameCell(before: PreparedCell, now: PreparedCell): boolean {
  if (before === now) return true;
  if (before.analysis !== now.analysis) return false;
  return sameData({ ...before, cell: before.cell.language }, { ...now, cell: now.cell.language });
}

/** An answer that is equal to none. */
const neverTheSame: Ask = () => ({});

function watchedPorts(ports: PlanPorts, note: (ask: Ask, answer: unknown) => void): PlanPorts {
  /** Answers that have to be waited for are noted when they are there; asked again, they are in memory. */
  function noted<T>(answer: Soon<T>, ask: (world: World) => unknown, compared: (answer: T) => unknown): Soon<T> {
    if (!(answer instanceof Promise)) {
      note(ask, compared(answer));
      return answer;
    }
    return answer.then((found) => {
      note(ask, compared(found));
      return found;
    });
  }
  const itself = (answer: unknown): unknown => answer;
  const { foreign, local, traits } = ports;
  return {
    hash: ports.hash,
    records: (key) => noted(ports.records(key), (world) => world.ports.records(key), itself),
    ...(foreign && { foreign: (key) => noted(foreign(key), (world) => world.ports.foreign?.(key), itself) }),
    ...(local && {
      local(module) {
        const answer = local(module);
        note((world) => world.ports.local?.(module), answer);
        return answer;
      },
    }),
    ...(traits && {
      traits(modules) {
        note(neverTheSame, undefined);
        return traits(modules);
      },
    }),
    head: (cell) => noted(ports.head(cell), (world) => world.ports.head(cell), itself),
    present: (digest) => noted(ports.present(digest), (world) => world.ports.present(digest), itself),
    moment() {
      note(neverTheSame, undefined);
      return ports.moment();
    },
    holds(observation, cell, finishedAt) {
      const ask = (world: World): unknown => {
        const check = world.ports.holds(observation, cell, finishedAt);
        return check instanceof Promise ? check : verdict(check);
      };
      return noted(ports.holds(observation, cell, finishedAt), ask, verdict);
    },
  };
}

function verdict(check: { readonly holds: boolean; readonly now?: string }): string | true {
  return check.holds ? true : (check.now ?? "");
}

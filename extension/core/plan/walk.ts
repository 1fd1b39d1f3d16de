/** The question a plan answers, and what the walk over the cells carries along. */
import type { CellId } from "../notebook/model.ts";
import type { CellHead, CellRecord, DefinitionSource, EnvironmentIdentity, RecipeKey } from "../store/model.ts";
import type { Surroundings } from "./ambient.ts";
import type { Inputs } from "./inputs.ts";
import type { PlanPorts } from "./lookup.ts";
import type { CellPlan } from "./model.ts";
import type { PreparedCell } from "./prepared.ts";
import type { Names, Namespace, Slot } from "./slots.ts";

export interface PlanQuestion {
  readonly cells: readonly PreparedCell[];
  /** What stands above the first cell: the functions that translated magics call. */
  readonly above?: Namespace | undefined;
  readonly environment: EnvironmentIdentity;
  /** Cells to run even where a result could be reused. */
  readonly force: ReadonlySet<CellId>;
  /** Cells whose result is to be made anew if it is one sample of many. */
  readonly refresh?: ReadonlySet<CellId>;
  /** Records made in this very run: they hold for the rest of it, whatever has happened to files since. */
  readonly settled: ReadonlyMap<CellId, CellRecord>;
  /** Did this cell, with this key, fail and is not to be tried again here? */
  readonly failed: (cell: CellId, key: RecipeKey, head: CellHead | undefined) => boolean;
}

/** What a cell's plan depends on beside its text, what names mean above it, and the settings there. */
export interface World {
  readonly question: PlanQuestion;
  readonly ports: PlanPorts;
  /** Where each cell stands in the notebook. */
  readonly position: ReadonlyMap<CellId, number>;
  /** Plans of the cells above. */
  readonly plans: ReadonlyMap<CellId, CellPlan>;
}

/** A question that the plan of one cell has asked of the world. Equal answers mean the same plan. */
export type Ask = (world: World) => unknown;

/**
 * Whatever the plan of a cell depends on must be read through this: it is noted, and the plan is kept for as long as
 * all of it is the same. `ports` and `names` note by themselves; anything else takes `ask`.
 */
export interface Walk {
  readonly ports: PlanPorts;
  readonly names: Names & {
    set(name: string, slot: Slot): unknown;
    delete(name: string): unknown;
  };
  /** Asks, and notes the answer, which is compared by identity. */
  readonly ask: <T>(question: (world: World) => T) => T;
  /** Does something that asks much, which one question can stand for: whether the result would be the same. */
  readonly summed: <T>(
    work: () => Promise<T>,
    same: (result: T) => ((world: World) => boolean) | undefined,
  ) => Promise<T>;
  readonly identity: EnvironmentIdentity;
  /** The key of the environment. */
  readonly environment: string;
  /** Where each cell stands in the notebook. What is made of it has to be asked for. */
  readonly position: ReadonlyMap<CellId, number>;
  surroundings: Surroundings;
  /** The last cell with star imports or exec that has yet to run: it may bind any name. */
  dynamic: CellId | undefined;
  readonly inputs: Map<CellId, Inputs>;
  readonly ambient: Map<CellId, Readonly<Record<string, string>>>;
  readonly own: Map<CellId, Readonly<Record<string, DefinitionSource>>>;
}

/** What a cell says, as far as it counts. */
export function textOf(id: CellId, walk: Pick<Walk, "ask">): string {
  return walk.ask(({ question }) => question.cells.find(({ cell }) => cell.id === id)?.analysis?.code ?? "");
}

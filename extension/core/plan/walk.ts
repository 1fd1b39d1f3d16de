/** The question a plan answers, and what the walk over the cells carries along. */
import type { CellId } from "../notebook/model.ts";
import type { CellHead, CellRecord, DefinitionSource, EnvironmentIdentity, RecipeKey } from "../store/model.ts";
import type { Surroundings } from "./ambient.ts";
import type { Inputs } from "./inputs.ts";
import type { PlanPorts } from "./lookup.ts";
import type { PreparedCell } from "./prepared.ts";
import type { Namespace } from "./slots.ts";

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

export interface Walk {
  readonly question: PlanQuestion;
  readonly ports: PlanPorts;
  readonly names: Namespace;
  readonly surroundings: Surroundings;
  readonly environment: string;
  readonly position: ReadonlyMap<CellId, number>;
  /** Cells with star imports or exec that have yet to run: they may bind any name. */
  readonly dynamic: CellId[];
  readonly inputs: Map<CellId, Inputs>;
  readonly ambient: Map<CellId, Record<string, string>>;
  readonly own: Map<CellId, Record<string, DefinitionSource>>;
}

/** The order of the script: the notebook's own, except that `@after` may move a cell further down. */
import type { CellId } from "../notebook/model.ts";

export interface ScriptOrder {
  readonly cells: readonly CellId[];
  /** Cells whose `@after` lines form a cycle; they are left out of `cells`. */
  readonly cyclic: readonly CellId[];
}

/**
 * Stable: without `@after` the result is the input. Unknown ids in `after` are ignored here (they are
 * diagnosed where annotations are). Linear in cells and edges when no cell has to wait.
 */
export function scriptOrder(ids: readonly CellId[], after: (cell: CellId) => readonly CellId[]): ScriptOrder {
  const known = new Set(ids);
  const placed = new Set<CellId>();
  const cells: CellId[] = [];
  let deferred: CellId[] = [];
  const ready = (id: CellId): boolean => after(id).every((other) => placed.has(other) || !known.has(other));
  const place = (id: CellId): void => {
    placed.add(id);
    cells.push(id);
  };
  for (const id of ids) {
    if (!ready(id)) {
      deferred.push(id);
      continue;
    }
    place(id);
    // A cell that waited comes right behind the last cell it waited for.
    for (let moved = deferred.length > 0; moved; ) {
      const next = deferred.find(ready);
      moved = next !== undefined;
      if (next === undefined) break;
      place(next);
      deferred = deferred.filter((other) => other !== next);
    }
  }
  return { cells, cyclic: deferred };
}

/** The user's notebook with the cells of a branch: settings of cells and notebook are the user's. */
import type { BranchCell } from "../../core/agent/branch.ts";
import type { Cell, Notebook } from "../../core/notebook/model.ts";

export function onBranch(notebook: Notebook, cells: readonly BranchCell[]): Notebook {
  const known = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  return {
    ...notebook,
    cells: cells.map((cell, order): Cell => {
      const own = known.get(cell.id);
      if (own !== undefined && own.source === cell.source && own.language === cell.language) return { ...own, order };
      return { env: {}, mounts: [], ...own, ...cell, order };
    }),
  };
}

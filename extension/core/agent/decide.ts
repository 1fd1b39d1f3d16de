/** What a person's decision about changes is allowed to take: never a conflict that was not looked at. */
import type { CellId } from "../notebook/model.ts";
import type { BranchChange } from "./branch.ts";

export interface OneCell {
  readonly id: CellId;
  /** The page on which it was decided said that both sides had edited the cell. */
  readonly conflictShown: boolean;
}

export type Decision =
  | { readonly kind: "take"; readonly changes: readonly BranchChange[]; readonly left: number }
  /** The user has edited the cell since the page was drawn. */
  | { readonly kind: "look-again"; readonly cell: CellId };

/** Without a cell: all of them, of which accepting leaves conflicts for later. Rejecting loses nothing of the user's. */
export function decide(changes: readonly BranchChange[], accept: boolean, cell?: OneCell): Decision {
  const meant = cell === undefined ? changes : changes.filter((change) => change.cell.id === cell.id);
  const conflict = meant.some((change) => change.conflict !== undefined);
  if (accept && cell?.conflictShown === false && conflict) return { kind: "look-again", cell: cell.id };
  const taken = accept && cell === undefined ? meant.filter((change) => change.conflict === undefined) : meant;
  return { kind: "take", changes: taken, left: meant.length - taken.length };
}

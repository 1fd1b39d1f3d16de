/**
 * An agent works on a branch of the notebook: the same folder, data, environment and store, but cells of its own.
 * A branch is three lists of cells compared by id: `base`, as they were when the agent began; `branch`, as it made
 * them; and the user's own, now. Nothing here knows where they are kept.
 */
import type { Cell, CellId, CellLanguage } from "../notebook/model.ts";

export interface BranchCell {
  readonly id: CellId;
  readonly file: string;
  readonly language: CellLanguage;
  readonly source: string;
}

export type BranchChange =
  | { readonly kind: "created"; readonly cell: BranchCell; readonly conflict?: string }
  | {
      readonly kind: "edited";
      readonly cell: BranchCell;
      readonly before: BranchCell;
      readonly moved: boolean;
      readonly conflict?: string;
    }
  | { readonly kind: "moved"; readonly cell: BranchCell; readonly conflict?: string }
  | { readonly kind: "deleted"; readonly cell: BranchCell; readonly conflict?: string };

export interface Sides {
  readonly base: readonly BranchCell[];
  readonly branch: readonly BranchCell[];
  /** The user's cells as they are now. */
  readonly current: readonly BranchCell[];
}

export function branchCells(cells: readonly Cell[]): readonly BranchCell[] {
  return cells.map(({ id, file, language, source }) => ({ id, file, language, source }));
}

/** What the branch would change in the user's notebook, in the branch's order, deleted cells last. */
export function changesOf({ base, branch, current }: Sides): readonly BranchChange[] {
  const [old, now] = [byId(base), byId(current)];
  const kept = new Set(branch.map((cell) => cell.id));
  const moved = movedCells(base, branch);
  const changes: BranchChange[] = [];
  for (const cell of branch) {
    const before = old.get(cell.id);
    const users = now.get(cell.id);
    if (before === undefined) {
      // Accepted already, or made by the user in the same way.
      if (users !== undefined && same(users, cell)) continue;
      const conflict = users === undefined ? undefined : "There is a cell with this id already, with another text.";
      changes.push({ kind: "created", cell, ...reason(conflict) });
    } else if (!same(before, cell)) {
      if (users !== undefined && same(users, cell)) continue;
      changes.push({
        kind: "edited",
        cell,
        before: users ?? before,
        moved: moved.has(cell.id),
        ...reason(conflictOf(before, users)),
      });
    } else if (moved.has(cell.id)) {
      changes.push({ kind: "moved", cell, ...reason(users === undefined ? GONE : undefined) });
    }
  }
  for (const cell of base) {
    const users = now.get(cell.id);
    if (kept.has(cell.id) || users === undefined) continue;
    const conflict = same(users, cell) ? undefined : "You edited this cell after the agent began.";
    changes.push({ kind: "deleted", cell: users, ...reason(conflict) });
  }
  return changes;
}

const GONE = "You deleted this cell after the agent began.";

function conflictOf(before: BranchCell, users: BranchCell | undefined): string | undefined {
  if (users === undefined) return GONE;
  return same(users, before) ? undefined : "You edited this cell too, after the agent began.";
}

/** The user's cells with the changes taken in. Whatever is not in a change stays as the user has it. */
export function applyChanges(sides: Sides, accepted: readonly BranchChange[]): readonly BranchCell[] {
  const placed = new Set<CellId>();
  const gone = new Set<CellId>();
  const texts = new Map<CellId, BranchCell>();
  for (const change of accepted) {
    const { id } = change.cell;
    if (change.kind === "deleted") gone.add(id);
    else if (change.kind !== "moved") texts.set(id, change.cell);
    if (change.kind === "created" || change.kind === "moved" || (change.kind === "edited" && change.moved)) {
      placed.add(id);
    }
  }
  const now = byId(sides.current);
  // An edit of a cell that the user deleted brings it back, where the branch has it.
  for (const id of texts.keys()) if (!now.has(id)) placed.add(id);
  const result = sides.current
    .filter((cell) => !gone.has(cell.id) && !placed.has(cell.id))
    .map((cell) => texts.get(cell.id) ?? cell);
  for (const cell of sides.branch) {
    if (!placed.has(cell.id)) continue;
    const text = texts.get(cell.id) ?? now.get(cell.id);
    if (text !== undefined) result.splice(placeFor(cell.id, sides.branch, result), 0, text);
  }
  return result;
}

/** Behind the nearest cell that stands above it in the branch, else before the nearest below, else first. */
function placeFor(id: CellId, branch: readonly BranchCell[], cells: readonly BranchCell[]): number {
  const at = branch.findIndex((cell) => cell.id === id);
  for (let above = at - 1; above >= 0; above--) {
    const found = cells.findIndex((cell) => cell.id === branch[above]?.id);
    if (found >= 0) return found + 1;
  }
  for (let below = at + 1; below < branch.length; below++) {
    const found = cells.findIndex((cell) => cell.id === branch[below]?.id);
    if (found >= 0) return found;
  }
  return cells.length;
}

/**
 * What the user did since goes into the base and the branch, where the agent has not touched the same cell. Repeated until
 * nothing is left to take: a cell that one side deleted can be all that made two moves look like a conflict.
 */
export function takeIn(sides: Sides): Pick<Sides, "base" | "branch"> {
  let now: Sides = sides;
  for (let round = 0; round <= sides.base.length; round++) {
    const next = takeInOnce(now);
    if (sameCells(next.base, now.base) && sameCells(next.branch, now.branch)) break;
    now = { ...next, current: sides.current };
  }
  return { base: now.base, branch: now.branch };
}

function sameCells(a: readonly BranchCell[], b: readonly BranchCell[]): boolean {
  return a.length === b.length && a.every((cell, at) => cell.id === b[at]?.id && same(cell, b[at]));
}

function takeInOnce({ base, branch, current }: Sides): Pick<Sides, "base" | "branch"> {
  const [old, agents] = [byId(base), byId(branch)];
  const agentMoved = movedCells(base, branch);
  const harmless = (change: BranchChange): boolean => {
    const [before, theirs] = [old.get(change.cell.id), agents.get(change.cell.id)];
    switch (change.kind) {
      case "created":
        return theirs === undefined || same(theirs, change.cell);
      case "edited":
        return theirs !== undefined && (same(theirs, change.cell) || (before !== undefined && same(theirs, before)));
      case "moved":
        return theirs !== undefined && !agentMoved.has(change.cell.id);
      case "deleted":
        return theirs === undefined || (before !== undefined && same(theirs, before));
      default:
        return change satisfies never;
    }
  };
  const users = { base, branch: current, current: base };
  const taken = changesOf(users).filter(harmless);
  return { base: applyChanges(users, taken), branch: applyChanges({ ...users, current: branch }, taken) };
}

/** The branch without the changes, which is the base with the others: what rejecting them leaves. */
export function withoutChanges({ base, branch }: Sides, rejected: readonly BranchChange[]): readonly BranchCell[] {
  const ids = new Set(rejected.map((change) => change.cell.id));
  const own = { base, branch, current: base };
  return applyChanges(
    own,
    changesOf(own).filter((change) => !ids.has(change.cell.id)),
  );
}

/** The base once changes were accepted: as the branch has them. */
export function baseAfter(sides: Sides, accepted: readonly BranchChange[]): readonly BranchCell[] {
  return applyChanges({ ...sides, current: sides.base }, accepted);
}

/** Cells that are not where they were, with as few called moved as possible: those outside the longest run in order. */
function movedCells(base: readonly BranchCell[], branch: readonly BranchCell[]): ReadonlySet<CellId> {
  const place = new Map(base.map((cell, index) => [cell.id, index]));
  const common = branch.filter((cell) => place.has(cell.id));
  const at = common.map((cell) => place.get(cell.id) as number);
  const lengths: number[] = [];
  const previous: number[] = [];
  let last = -1;
  for (let i = 0; i < at.length; i++) {
    lengths[i] = 1;
    previous[i] = -1;
    for (let j = 0; j < i; j++) {
      if ((at[j] as number) < (at[i] as number) && (lengths[j] as number) + 1 > (lengths[i] as number)) {
        lengths[i] = (lengths[j] as number) + 1;
        previous[i] = j;
      }
    }
    if (last < 0 || (lengths[i] as number) > (lengths[last] as number)) last = i;
  }
  const still = new Set<CellId>();
  for (let i = last; i >= 0; i = previous[i] as number) still.add((common[i] as BranchCell).id);
  return new Set(common.filter((cell) => !still.has(cell.id)).map((cell) => cell.id));
}

function same(a: BranchCell, b: BranchCell): boolean {
  return a.source === b.source && a.language === b.language;
}

function byId(cells: readonly BranchCell[]): ReadonlyMap<CellId, BranchCell> {
  return new Map(cells.map((cell) => [cell.id, cell]));
}

function reason(conflict: string | undefined): { readonly conflict?: string } {
  return conflict === undefined ? {} : { conflict };
}

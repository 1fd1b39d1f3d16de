/** What keeps a cell from starting: a reason that only the user can take away, or cells above that must end first. */
import { missingPackages } from "../magics/packages.ts";
import type { CellId } from "../notebook/model.ts";
import { drawsRandomly, mayWrite, touchesOutside } from "./ambient.ts";
import type { Inputs } from "./inputs.ts";
import type { CellPlan, Reason } from "./model.ts";
import { moduleUse } from "./modules.ts";
import type { PreparedCell } from "./prepared.ts";
import { NO_CELL } from "./slots.ts";
import type { Walk } from "./walk.ts";

export interface Wait {
  readonly cell: CellId;
  readonly name: string | undefined;
  /** False when the cell above only may change what this one uses. */
  readonly certain: boolean;
}

/** Why the cell cannot run at all as things stand. */
export function findObstacle(prepared: PreparedCell, inputs: Inputs, walk: Walk): Reason | undefined {
  if (prepared.unsupported !== undefined) return { kind: "unsupported", what: prepared.unsupported };
  if (prepared.problem !== undefined) return { kind: "problem", message: prepared.problem };
  const lacking = missingPackages(prepared.packages, walk.identity.packages);
  if (lacking.length > 0) return { kind: "packages-missing", packages: lacking };
  for (const [name, slot] of inputs.slots) {
    if (slot.kind === "unstorable") return { kind: "unstorable", name, cell: slot.cell, why: slot.why };
    if (slot.kind === "blocked") {
      return { kind: slot.failed ? "upstream-failed" : "upstream-blocked", cell: slot.cell };
    }
  }
  for (const id of prepared.after) {
    if (actionOf(id, walk) === "blocked") return { kind: "upstream-blocked", cell: id };
  }
  return undefined;
}

/** Cells above that must end before this cell's inputs are known. */
export function findWaits(prepared: PreparedCell, inputs: Inputs, walk: Walk): Wait[] {
  const waits: Wait[] = [];
  for (const [name, slot] of inputs.slots) {
    if (slot.kind === "pending") waits.push({ cell: slot.cell, name, certain: true });
    else if ((slot.kind === "value" || slot.kind === "definition") && slot.doubt !== undefined) {
      waits.push({ cell: slot.doubt, name, certain: false });
    } else if (slot.kind === "value" && slot.linker !== undefined) {
      // Whoever only reads the value need not know by which names it goes.
      if (inputs.exposed.has(name) || inputs.linked.has(name)) {
        waits.push({ cell: slot.linker, name, certain: false });
      }
    }
  }
  for (const id of prepared.after) {
    const action = actionOf(id, walk);
    if (action === "run" || action === "wait") waits.push({ cell: id, name: undefined, certain: true });
  }
  const { patcher } = walk.surroundings;
  if (patcher !== undefined) waits.push({ cell: patcher, name: "a library", certain: false });
  // A cell above with exec or a star import may bind any name that this one uses, builtins too.
  const source = walk.dynamic;
  const [use] = prepared.analysis?.uses ?? [];
  const [slot] = inputs.slots.keys();
  const name = inputs.undefined[0]?.name ?? slot ?? use?.name;
  if (source !== undefined && name !== undefined) waits.push({ cell: source, name, certain: false });
  return waits;
}

/** A cell that has to run takes the settings and files as cells above leave them, so it lets those go first. */
export function unsettledAbove(prepared: PreparedCell, inputs: Inputs, walk: Walk): Wait | undefined {
  const entry = walk.surroundings.unsettled[0];
  if (entry !== undefined) {
    return { cell: entry.cell, name: `settings of ${entry.modules.join(", ")}`, certain: false };
  }
  const { outside, writer, draws, modules } = walk.surroundings;
  if (modules !== undefined && moduleUse(prepared, inputs, walk).touches) {
    return { cell: modules, name: "modules of the notebook's folder", certain: false };
  }
  if (draws !== undefined && drawsRandomly(codeOf(prepared), inputs.reached, walk.surroundings)) {
    return { cell: draws, name: "numpy.random", certain: false };
  }
  // Whoever writes lets those go first that read what was there before.
  const before = mayWrite(codeOf(prepared), inputs.reached) ? outside : writer;
  if (before !== undefined && touchesOutside(codeOf(prepared), inputs.reached)) {
    return { cell: before, name: "files", certain: false };
  }
  return undefined;
}

function codeOf({ analysis }: PreparedCell): string {
  return analysis?.code ?? "";
}

/** The cells that it builds on, nearest first. */
export function upstreamOf(inputs: Inputs, prepared: PreparedCell, walk: Walk): CellId[] {
  const cells = new Set<CellId>();
  for (const slot of inputs.slots.values()) {
    if (slot.cell !== NO_CELL) cells.add(slot.cell);
    if ((slot.kind === "value" || slot.kind === "definition") && slot.doubt !== undefined) cells.add(slot.doubt);
  }
  for (const id of prepared.after) cells.add(id);
  if (cells.size < 2) return [...cells];
  const nearestFirst = [...cells].sort((a, b) => (walk.position.get(b) ?? 0) - (walk.position.get(a) ?? 0));
  walk.ask(({ position }) => isDescending(nearestFirst.map((id) => position.get(id) ?? 0)));
  return nearestFirst;
}

function isDescending(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || number <= (numbers[at - 1] as number));
}

function actionOf(id: CellId, walk: Walk): CellPlan["action"] | undefined {
  return walk.ask(({ plans }) => plans.get(id)?.action);
}

/** The editor's view of a plan: how valid each cell is and what it is doing, kept apart. */
import type { CellId } from "../notebook/model.ts";
import type { CellPlan, Plan } from "../plan/model.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import type { CellRecord } from "../store/model.ts";
import { endingOf } from "./ending.ts";
import type { CellStatus } from "./model.ts";

/** `cells`: those that were planned, in the same order. */
export function statusesOf(
  plan: Plan,
  cells: readonly Pick<PreparedCell, "cache">[],
  queued: ReadonlySet<CellId>,
  running: ReadonlySet<CellId>,
): CellStatus[] {
  return plan.cells.map((cell, at) => {
    const activity = running.has(cell.cell) ? "running" : queued.has(cell.cell) ? "queued" : "idle";
    const status: CellStatus = { cell: cell.cell, validity: validityOf(cell), activity, reason: cell.reason };
    return {
      ...status,
      ...(cell.lastMs === undefined ? {} : { lastMs: cell.lastMs }),
      ...(cell.action === "reuse" ? { ...madeHow(cell.record), ...endingOf(cell.record, cells[at]?.cache) } : {}),
    };
  });
}

/** What there is to say of how the stored result came about. */
export function madeHow({
  sample,
  verified,
  finishedAt,
  outputs,
}: CellRecord): Pick<CellStatus, "sample" | "differs" | "truncated"> {
  return {
    ...(outputs.some((output) => output.type === "stream" && output.log !== undefined) ? { truncated: true } : {}),
    ...(sample.length === 0 ? {} : { sample: { of: sample, at: finishedAt } }),
    ...(verified === undefined || verified.differs.length === 0 ? {} : { differs: verified.differs }),
  };
}

function validityOf(cell: CellPlan): CellStatus["validity"] {
  switch (cell.action) {
    case "reuse":
      return "fresh";
    case "run":
      return cell.reason.kind === "failed-before" ? "failed" : "stale";
    case "wait":
      return "stale";
    case "blocked":
      return "blocked";
    case "none":
      return "none";
    default:
      return cell satisfies never;
  }
}

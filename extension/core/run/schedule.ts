/**
 * What to do next in a run, decided from a plan alone: which cells of the request have ended without running,
 * which can start, and whether all is done. The engine performs it and asks again after every change.
 */
import type { RunTarget } from "../engine/model.ts";
import type { CellId } from "../notebook/model.ts";
import type { CellPlan, Plan, Reason } from "../plan/model.ts";
import type { RecipeKey } from "../store/model.ts";

/** What has happened so far to the cells of one request. */
export interface Progress {
  /** Cells the user asked for, in order. */
  readonly targets: readonly CellId[];
  /** Cells that have ended in this request, whatever the end, and never start again in it. */
  readonly ended: ReadonlySet<CellId>;
  readonly running: ReadonlySet<CellId>;
  /** How many may run at once. */
  readonly jobs: number;
  readonly cancelled: boolean;
}

export interface Decision {
  /** Reused, blocked or empty cells: they end now. */
  readonly end: readonly { readonly plan: CellPlan; readonly skipped: Reason | undefined }[];
  readonly start: readonly (CellPlan & { action: "run" })[];
  /** Everything the request needs that has neither ended nor started. */
  readonly queued: readonly CellId[];
  readonly done: boolean;
}

export function targetCells(target: RunTarget, order: readonly CellId[]): readonly CellId[] {
  switch (target.kind) {
    case "all":
      return order;
    case "cells":
      return order.filter((id) => target.cells.includes(id));
    case "above":
      return order.slice(0, Math.max(0, order.indexOf(target.cell)));
    case "below":
      return order.includes(target.cell) ? order.slice(order.indexOf(target.cell)) : [];
    default:
      return target satisfies never;
  }
}

export function decide(plan: Plan, progress: Progress): Decision {
  const plans = new Map(plan.cells.map((cell) => [cell.cell, cell]));
  const needed = neededCells(progress, plans);
  const end: { plan: CellPlan; skipped: Reason | undefined }[] = [];
  const start: (CellPlan & { action: "run" })[] = [];
  const queued: CellId[] = [];
  const targets = new Set(progress.targets);
  // Prompt cells wait for somebody else's machine, so they take no place of a cell that computes; one at a time stays one.
  const apart = (cell: CellPlan | undefined): boolean => progress.jobs > 1 && isPrompt(cell);
  const prompts = [...progress.running].filter((id) => apart(plans.get(id))).length;
  let free = progress.jobs - (progress.running.size - prompts);
  let freePrompts = PROMPTS_AT_ONCE - prompts;
  // Of two cells that are one computation the second finds the result of the first.
  const computed = new Set([...progress.running].map((id) => keyOf(plans.get(id))));

  for (const cell of plan.cells) {
    const id = cell.cell;
    if (!needed.has(id) || progress.ended.has(id) || progress.running.has(id)) continue;
    switch (cell.action) {
      case "none":
      case "reuse":
        if (targets.has(id)) end.push({ plan: cell, skipped: undefined });
        break;
      case "blocked":
        end.push({ plan: cell, skipped: cell.reason });
        break;
      case "run":
        if (progress.cancelled) end.push({ plan: cell, skipped: { kind: "interrupted-before" } });
        else if (computed.has(cell.key) || (apart(cell) ? freePrompts : free) <= 0) queued.push(id);
        else {
          if (apart(cell)) freePrompts -= 1;
          else free -= 1;
          computed.add(cell.key);
          start.push(cell);
        }
        break;
      case "wait": {
        // What it waits for has ended without a result: nothing more will come.
        const dead = cell.on.find((other) => progress.ended.has(other) && !progress.running.has(other));
        if (progress.cancelled) end.push({ plan: cell, skipped: { kind: "interrupted-before" } });
        else if (dead !== undefined) end.push({ plan: cell, skipped: { kind: "upstream-failed", cell: dead } });
        else queued.push(id);
        break;
      }
      default:
        cell satisfies never;
    }
  }
  const done = progress.running.size === 0 && start.length === 0 && end.length === 0;
  return { end, start, queued, done };
}

const PROMPTS_AT_ONCE = 16;

function keyOf(plan: CellPlan | undefined): RecipeKey | undefined {
  return plan?.action === "run" ? plan.key : undefined;
}

function isPrompt(plan: CellPlan | undefined): boolean {
  return plan?.action === "run" && plan.components.language === "prompt";
}

/** The targets, and upwards whatever they wait for. */
function neededCells(progress: Progress, plans: ReadonlyMap<CellId, CellPlan>): ReadonlySet<CellId> {
  const needed = new Set<CellId>();
  const queue = [...progress.targets];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    const cell = plans.get(id);
    if (cell?.action === "wait") queue.push(...cell.on);
  }
  return needed;
}

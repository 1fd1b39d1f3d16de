/** The first thing that is not as it was, with both of its values, for whoever wants more than a sentence. */
import type { CellId } from "../notebook/model.ts";
import type { Observation } from "../store/model.ts";
import { sawText } from "./asked.ts";
import type { Plan, Reason } from "./model.ts";

export interface Changed {
  /** "code", "input x", "setting env.MODE", "numpy", "file data.csv" */
  readonly component: string;
  /** Null: it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Undefined for reasons that are no difference between two states. */
export function changedComponent(reason: Reason): Changed | undefined {
  switch (reason.kind) {
    case "code-changed":
      return { component: "code", ...differingLines(reason.before, reason.after) };
    case "input-changed": {
      const { name, before, after, was, is } = reason;
      return { component: `input ${name}`, before: valueText(before, was), after: valueText(after, is) };
    }
    case "directive-changed":
      return { component: `setting ${reason.name}`, before: reason.before ?? null, after: reason.after ?? null };
    case "environment-changed": {
      const [first] = reason.changes;
      return first && { component: first.what, before: first.before ?? null, after: first.after ?? null };
    }
    case "observation-changed":
      return { ...observed(reason.observation), after: reason.now };
    default:
      return undefined;
  }
}

/** From a cell that waits to the cell whose own change is behind it, and that cell's reason. */
export function rootCause(plan: Plan, cell: CellId): { readonly cell: CellId; readonly reason: Reason } | undefined {
  const seen = new Set<CellId>([cell]);
  let at = plan.cells.find((each) => each.cell === cell);
  for (;;) {
    const reason = at?.reason;
    if (reason === undefined || !("cell" in reason) || reason.kind === "unstorable" || seen.has(reason.cell)) break;
    seen.add(reason.cell);
    at = plan.cells.find((each) => each.cell === reason.cell);
  }
  return at === undefined || at.cell === cell ? undefined : { cell: at.cell, reason: at.reason };
}

function differingLines(before: string, after: string): { before: string | null; after: string | null } {
  const [was, is] = [before.split("\n"), after.split("\n")];
  const at = was.findIndex((line, index) => line !== is[index]);
  const index = at < 0 ? was.length : at;
  return { before: was[index] ?? null, after: is[index] ?? null };
}

/** What a person knows of a value, and what tells it from any other. */
function valueText(ref: string | undefined, summary: string | undefined): string | null {
  if (ref === undefined) return null;
  return summary === undefined ? ref : `${summary} (${ref})`;
}

function observed(seen: Observation): { component: string; before: string | null } {
  switch (seen.kind) {
    case "file":
    case "written":
      return { component: `file ${seen.path}`, before: `${seen.size} bytes${seen.digest && `, ${seen.digest}`}` };
    case "missing":
      return { component: `file ${seen.path}`, before: null };
    case "asked":
      return { component: `${seen.saw === "folder" ? "folder" : "file"} ${seen.path}`, before: sawText(seen) };
    case "directory":
      return { component: `folder ${seen.path}`, before: seen.digest };
    case "environ":
      return { component: `variable ${seen.name}`, before: seen.digest };
    case "ambient":
      return { component: `setting ${seen.component}`, before: seen.digest };
    default:
      return seen satisfies never;
  }
}

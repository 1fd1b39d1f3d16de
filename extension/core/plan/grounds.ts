/** What a planned cell's result rests on, in the words that every shell uses when it explains the cell. */
import type { Observation, RecipeComponents } from "../store/model.ts";
import { sawText } from "./asked.ts";
import type { CellPlan } from "./model.ts";

/** What went into the cell's key, where that is known. */
export function componentsOf(plan: CellPlan): RecipeComponents | undefined {
  if (plan.action === "reuse") return plan.record.components;
  return plan.action === "run" ? plan.components : undefined;
}

/** A digest is cut to what tells two apart; everything else is shown whole. */
export function shortRef(ref: string): string {
  return ref.replace(/\b[0-9a-f]{64}\b/g, (digest) => digest.slice(0, 12));
}

/** "read the file data.csv"; `quote` marks the name as the shell marks code. */
export function observedText(observed: Observation, quote: (name: string) => string): string {
  switch (observed.kind) {
    case "file":
      return `read the file ${quote(observed.path)}`;
    case "missing":
      return `looked for the file ${quote(observed.path)}, which was missing`;
    case "directory":
      return observed.detail === "states"
        ? `asked about the files in the folder ${quote(observed.path)}`
        : `listed the folder ${quote(observed.path)}`;
    case "asked":
      return `${observed.made === true ? "made" : "asked about"} ${quote(observed.path)}: ${sawText(observed)}`;
    case "environ":
      return `read the environment variable ${quote(observed.name)}`;
    case "ambient":
      return `ran with the setting ${quote(observed.component)}`;
    case "written":
      return `wrote the file ${quote(observed.path)}`;
    default:
      return observed satisfies never;
  }
}

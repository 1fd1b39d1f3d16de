import type { CellId } from "../notebook/model.ts";
import type { CellRecord, EnvironmentIdentity, Observation, RecipeComponents, RecipeKey } from "../store/model.ts";

/** What to do about each cell, in notebook order, and why. Status, run, explain and preview are readings of it. */
export interface Plan {
  readonly cells: readonly CellPlan[];
  readonly environment: EnvironmentIdentity;
}

interface PlanBase {
  readonly cell: CellId;
  readonly reason: Reason;
  /** Cells whose values, order or possible changes this one builds on, nearest first. */
  readonly upstream: readonly CellId[];
  /** How long the last run of this cell took. */
  readonly lastMs?: number;
}

export type CellPlan =
  | (PlanBase & { readonly action: "reuse"; readonly key: RecipeKey; readonly record: CellRecord })
  /** Can start now: every input is known. */
  | (PlanBase & { readonly action: "run"; readonly key: RecipeKey; readonly components: RecipeComponents })
  /** Will run or be reused once the cells it waits for have ended. */
  | (PlanBase & { readonly action: "wait"; readonly on: readonly CellId[] })
  /** Cannot run until the user changes something. */
  | (PlanBase & { readonly action: "blocked" })
  /** Nothing to run: Markdown, or an empty cell. */
  | (PlanBase & { readonly action: "none" });

/** Why. Both values of a difference are kept, so that a message can show them. */
export type Reason =
  | { readonly kind: "fresh"; readonly savedMs: number }
  | { readonly kind: "nothing-to-run" }
  | { readonly kind: "never-run" }
  | { readonly kind: "code-changed"; readonly before: string; readonly after: string }
  | {
      readonly kind: "input-changed";
      readonly name: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
      readonly from: CellId | undefined;
      /** The two values in a few words, where they are known. */
      readonly was?: string;
      readonly is?: string;
    }
  | {
      readonly kind: "environment-changed";
      readonly changes: readonly {
        readonly what: string;
        readonly before: string | undefined;
        readonly after: string | undefined;
      }[];
    }
  | {
      readonly kind: "directive-changed";
      readonly name: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  | { readonly kind: "observation-changed"; readonly observation: Observation; readonly now: string }
  | { readonly kind: "upstream-stale"; readonly cell: CellId; readonly name: string | undefined }
  | { readonly kind: "may-change"; readonly cell: CellId; readonly name: string }
  | { readonly kind: "failed-before"; readonly error: string }
  | { readonly kind: "interrupted-before" }
  | { readonly kind: "damaged"; readonly digest: string }
  /** A result is there, but it was made by somebody else, and nobody has said that it can be trusted. */
  | { readonly kind: "foreign" }
  | { readonly kind: "forced" }
  /** A sample that was asked for anew. */
  | { readonly kind: "refreshed" }
  /** `# @cache ttl=…`; a negative age means that the clock was set back. */
  | { readonly kind: "expired"; readonly ageMs: number; readonly ttlMs: number }
  /** `# @cache session` */
  | { readonly kind: "other-session"; readonly at: string }
  /** `# @cache off` */
  | { readonly kind: "never-kept" }
  | { readonly kind: "syntax-error"; readonly line: number; readonly message: string }
  | { readonly kind: "upstream-failed"; readonly cell: CellId }
  | { readonly kind: "upstream-blocked"; readonly cell: CellId }
  | { readonly kind: "unstorable"; readonly name: string; readonly cell: CellId; readonly why: string }
  | { readonly kind: "unsupported"; readonly what: string }
  | { readonly kind: "cycle"; readonly cells: readonly CellId[] }
  | { readonly kind: "problem"; readonly message: string }
  /** A line installs them, and the notebook's environment does not have them. */
  | { readonly kind: "packages-missing"; readonly packages: readonly string[] };

/** A cell with everything the planner needs of its text, worked out once per text. */

import type { PromptSpec } from "../ai/prompt-spec.ts";
import type { CellAnalysis } from "../analysis/model.ts";
import type { Cell, CellId } from "../notebook/model.ts";
import type { CachePolicy } from "./caching.ts";

export interface PreparedCell {
  readonly cell: Cell;
  /** Absolute path of the cell's file. */
  readonly file: string;
  /** For Python; for prompt and SQL cells the names they refer to and define. Absent for Markdown. */
  readonly analysis: CellAnalysis | undefined;
  /** Cells named by `@after`. */
  readonly after: readonly CellId[];
  /** Directives that change the result, for the recipe. */
  readonly directives: Readonly<Record<string, string>>;
  /** `pathlib.Path` variables that mounts provide, with local absolute paths. */
  readonly paths: Readonly<Record<string, string>>;
  /** Why the cell cannot be run by this version, in words; it is never run as something else. */
  readonly unsupported: string | undefined;
  /** Of a prompt cell: what is asked, and whom. */
  readonly prompt?: PromptSpec;
  /** A problem of the text itself that must be mended first. */
  readonly problem: string | undefined;
  /** `# @cache`. */
  readonly cache: CachePolicy | undefined;
  /** Requirements that its lines install: it runs once the environment has them. */
  readonly packages: readonly string[];
}

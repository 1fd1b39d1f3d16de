/** A notebook and what is done to it, step by step, and how it is told to a person. */
import type { RunTarget } from "../../extension/core/engine/model.ts";
import type { Cells } from "./bench.ts";

/** Statements by cell, in notebook order. */
export type Sources = Readonly<Record<string, readonly string[]>>;

export type Step =
  | { readonly do: "set"; readonly why: string; readonly cells: Sources }
  | { readonly do: "run"; readonly target: RunTarget; readonly force: boolean }
  | { readonly do: "reopen" }
  /** Without content it is removed. */
  | { readonly do: "file"; readonly path: string; readonly content: string | undefined }
  /** Deletes or truncates a content file of the store; which one is a fraction of their number. */
  | { readonly do: "damage"; readonly at: number; readonly how: "delete" | "truncate" };

export interface History {
  /** Around the notebook, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly cells: Sources;
  readonly steps: readonly Step[];
  readonly jobs: number;
  /** Uses numpy and pandas. */
  readonly science: boolean;
}

export function textOf(sources: Sources): Cells {
  return Object.fromEntries(Object.entries(sources).map(([id, statements]) => [id, statements.join("\n")]));
}

export function tell(step: Step): string {
  switch (step.do) {
    case "set":
      return step.why;
    case "run":
      return `${step.force ? "force" : "run"} ${"cells" in step.target ? step.target.cells.join(" ") : "cell" in step.target ? `${step.target.kind} ${step.target.cell}` : "all"}`;
    case "reopen":
      return "reopen";
    case "file":
      return `${step.content === undefined ? "remove" : "write"} ${step.path}`;
    case "damage":
      return `${step.how} a content file`;
    default:
      return step satisfies never;
  }
}

/** The whole story, as a person reads it. */
export function report(history: History): string {
  const lines = [`jobs ${history.jobs}`, ...notebook(history.cells)];
  let cells = history.cells;
  for (const step of history.steps) {
    lines.push(
      `--- ${tell(step)}${step.do === "file" && step.content !== undefined ? `: ${JSON.stringify(step.content)}` : ""}`,
    );
    if (step.do !== "set") continue;
    const changed = Object.entries(step.cells).filter(([id, text]) => cells[id]?.join("\n") !== text.join("\n"));
    if (Object.keys(step.cells).join() !== Object.keys(cells).join()) {
      lines.push(`order: ${Object.keys(step.cells).join(" ")}`);
    }
    lines.push(...notebook(Object.fromEntries(changed)));
    cells = step.cells;
  }
  return lines.join("\n");
}

function notebook(sources: Sources): string[] {
  return Object.entries(textOf(sources)).map(([id, text]) => `# ${id}\n${text}`);
}

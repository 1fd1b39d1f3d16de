/**
 * Which result each cell shows, so that showing the same result again changes nothing on the screen.
 * Outputs that came with the document carry their mark as metadata; what a run showed is remembered here.
 */
import * as vscode from "vscode";

/** A record or a head: the same result has the same key and the same end. */
export function markFor(result: { readonly key: string; readonly finishedAt: string }): string {
  return `${result.key.slice(0, 16)}@${result.finishedAt}`;
}

export function withMark(outputs: readonly vscode.NotebookCellOutput[], mark: string): vscode.NotebookCellOutput[] {
  return outputs.map((output) => new vscode.NotebookCellOutput(output.items, { ...output.metadata, strata: mark }));
}

export interface Shown {
  /** Whether the cell's outputs, as they stand, are those of the result. Cleared outputs are not. */
  has(cell: vscode.NotebookCell, mark: string, outputs: number): boolean;
  /** The result was shown, and the user has cleared it since: it stays away until the cell runs. */
  dismissed(cell: vscode.NotebookCell, mark: string): boolean;
  set(cell: vscode.NotebookCell, mark: string): void;
}

export function createShown(): Shown {
  const marks = new WeakMap<vscode.NotebookCell, string>();
  return {
    has(cell, mark, outputs) {
      if (cell.outputs.length === 0) return outputs === 0;
      const inDocument: unknown = cell.outputs[0]?.metadata?.strata;
      const known = marks.get(cell) ?? inDocument;
      if (typeof known === "string") marks.set(cell, known);
      return known === mark;
    },
    dismissed: (cell, mark) => cell.outputs.length === 0 && marks.get(cell) === mark,
    set(cell, mark) {
      marks.set(cell, mark);
    },
  };
}

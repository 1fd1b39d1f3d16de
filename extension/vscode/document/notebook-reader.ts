/**
 * An open document → the core's notebook, on every pause in typing. When only texts changed, the notebook that was
 * parsed from the bundle is reused with the new texts; only a change of structure goes through notebook.toml.
 */
import type * as vscode from "vscode";
import { bundleFiles } from "../../core/notebook/bundle.ts";
import { fromDocument, toDocument } from "../../core/notebook/document.ts";
import type { Cell, Notebook, Problem } from "../../core/notebook/model.ts";
import { parseNotebook } from "../../core/notebook/parse.ts";
import { makeId, toCoreDocument } from "./cells.ts";
import { readMetadata } from "./metadata.ts";

export interface NotebookReader {
  /** Undefined when notebook.toml cannot be read: the document then only says so. */
  notebook(): Notebook | undefined;
  /** What is wrong with the folder as it was read, and what a save would leave out. */
  problems(): readonly Problem[];
}

export function createNotebookReader(document: vscode.NotebookDocument): NotebookReader {
  /** Parsed once for each bundle; a reload brings a new one. */
  let parsed: { metadata: unknown; notebook: Notebook | undefined; problems: readonly Problem[] } | undefined;

  const base = () => {
    if (parsed?.metadata === document.metadata) return parsed;
    const bundle = readMetadata(document.metadata.strata);
    const opened = bundle && toDocument(bundle);
    parsed = { metadata: document.metadata, notebook: opened?.notebook, problems: opened?.problems ?? [] };
    return parsed;
  };

  return {
    problems() {
      const { notebook, problems } = base();
      if (!notebook?.cells.some((cell) => cell.unreadable)) return problems;
      // What was typed into a cell that is not UTF-8 is not saved: that must not come as a surprise.
      const closed = fromDocument(toCoreDocument(document), makeId);
      return closed.kind === "bundle" ? [...problems, ...closed.problems] : problems;
    },
    notebook() {
      const { notebook } = base();
      if (!notebook) return undefined;
      const current = toCoreDocument(document);
      const known = new Map(notebook.cells.map((cell) => [cell.id, cell]));
      const cells = current.cells.map((cell): Cell | undefined => {
        const before = cell.identity && known.get(cell.identity.id);
        if (!before || before.language !== cell.language || before.file !== cell.identity?.file) return undefined;
        return before.source === cell.source ? before : { ...before, source: cell.source };
      });
      if (
        cells.length === notebook.cells.length &&
        cells.every((cell, index) => cell?.id === notebook.cells[index]?.id)
      ) {
        return { ...notebook, cells: cells.filter((cell) => cell !== undefined) };
      }
      const closed = fromDocument(current, makeId);
      return closed.kind === "bundle" ? parseNotebook(bundleFiles(closed.bundle)).notebook : notebook;
    },
  };
}

/** The open document as the user's notebook: unsaved edits count, and what is accepted is one edit that one undo takes back. */
import * as vscode from "vscode";
import type { BranchCell } from "../../core/agent/branch.ts";
import type { UsersNotebook } from "../../host/agent/users-notebook.ts";
import { cellIdOf, withIdentity } from "../document/cells.ts";
import { toLanguageId } from "../document/languages.ts";
import { createNotebookReader } from "../document/notebook-reader.ts";

export function documentNotebook(document: vscode.NotebookDocument): UsersNotebook {
  const reader = createNotebookReader(document);
  return {
    async read() {
      const notebook = reader.notebook();
      return notebook === undefined
        ? { problem: "notebook.toml cannot be read; mend it as text first." }
        : { notebook };
    },
    async write(cells) {
      const edit = editTo(document, cells);
      if (edit === undefined) return undefined;
      const changes = new vscode.WorkspaceEdit();
      changes.set(document.uri, [edit]);
      return (await vscode.workspace.applyEdit(changes))
        ? undefined
        : "The editor did not take the changes. Try again.";
    },
  };
}

/** The smallest run of cells that has to be replaced; undefined when nothing differs. */
function editTo(document: vscode.NotebookDocument, wanted: readonly BranchCell[]): vscode.NotebookEdit | undefined {
  const now = document.getCells();
  const same = (cell: vscode.NotebookCell | undefined, other: BranchCell | undefined): boolean =>
    cell !== undefined &&
    other !== undefined &&
    cellIdOf(cell) === other.id &&
    cell.document.getText() === other.source &&
    isLanguage(cell, other);
  let start = 0;
  while (start < now.length && same(now[start], wanted[start])) start += 1;
  let [end, wantedEnd] = [now.length, wanted.length];
  while (end > start && wantedEnd > start && same(now[end - 1], wanted[wantedEnd - 1])) {
    end -= 1;
    wantedEnd -= 1;
  }
  if (start === end && start === wantedEnd) return undefined;
  const known = new Map(now.map((cell) => [cellIdOf(cell), cell]));
  const data = wanted.slice(start, wantedEnd).map((cell) => toData(cell, known.get(cell.id)));
  return vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(start, end), data);
}

function isLanguage(cell: vscode.NotebookCell, other: BranchCell): boolean {
  const markup = cell.kind === vscode.NotebookCellKind.Markup;
  return (
    markup === (other.language === "markdown") && (markup || cell.document.languageId === toLanguageId(other.language))
  );
}

function toData(cell: BranchCell, known: vscode.NotebookCell | undefined): vscode.NotebookCellData {
  const markup = cell.language === "markdown";
  const kind = markup ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
  const data = new vscode.NotebookCellData(kind, cell.source, toLanguageId(cell.language));
  data.metadata = withIdentity(known?.metadata, { id: cell.id, file: cell.file });
  // A cell that only moved keeps what it shows; of one whose text changed the result comes from the store.
  if (known !== undefined && known.document.getText() === cell.source) {
    data.outputs = [...known.outputs];
    if (known.executionSummary !== undefined) data.executionSummary = known.executionSummary;
  }
  return data;
}

/**
 * Every cell knows its id and file from the moment it exists: new cells get them by a metadata edit, which VS Code folds
 * into the edit that added the cell, so that one undo takes back both. Of two cells with one id (a copy) the older keeps it.
 */
import * as vscode from "vscode";
import { type DocumentCell, missingIdentities } from "../../core/notebook/document.ts";
import { isStrata } from "./address.ts";
import { cellIdOf, makeId, toCoreDocument, withIdentity } from "./cells.ts";

export function registerCellIds(): vscode.Disposable {
  return vscode.workspace.onDidChangeNotebookDocument(async (event) => {
    if (!isStrata(event.notebook)) return;
    const added = new Set(event.contentChanges.flatMap((change) => change.addedCells));
    const languages = event.cellChanges.some((change) => change.document !== undefined);
    if (added.size === 0 && !languages) return;
    const edits = identityEdits(event.notebook, added);
    if (edits.length === 0) return;
    const edit = new vscode.WorkspaceEdit();
    edit.set(event.notebook.uri, edits);
    await vscode.workspace.applyEdit(edit);
  });
}

function identityEdits(
  document: vscode.NotebookDocument,
  added: ReadonlySet<vscode.NotebookCell>,
): vscode.NotebookEdit[] {
  const current = toCoreDocument(document);
  const older = new Set(document.getCells().flatMap((cell) => (added.has(cell) ? [] : (cellIdOf(cell) ?? []))));
  const cells = current.cells.map((cell, index): DocumentCell => {
    const id = cell.identity?.id;
    if (id === undefined || !added.has(document.cellAt(index)) || !older.has(id)) return cell;
    return { ...cell, identity: { id: "", file: "", copyOf: id } };
  });
  return missingIdentities({ ...current, cells }, makeId).map(({ index, identity }) =>
    vscode.NotebookEdit.updateCellMetadata(index, withIdentity(document.cellAt(index).metadata, identity)),
  );
}

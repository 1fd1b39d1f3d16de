/** A frame of a traceback, chosen: the line of the cell in the notebook, or of the file beside it. */
import * as vscode from "vscode";
import type { RevealRequest } from "../../core/outputs/messages.ts";
import type { Session } from "../session/session.ts";

export async function reveal(session: Session, request: RevealRequest): Promise<void> {
  const line = Math.max(0, request.line - 1);
  const selection = new vscode.Range(line, 0, line, 0);
  const cell = request.cell === undefined ? undefined : session.cellById(request.cell);
  if (cell) {
    const range = new vscode.NotebookRange(cell.index, cell.index + 1);
    const editor = vscode.window.visibleNotebookEditors.find((each) => each.notebook === session.document);
    if (editor) {
      editor.selection = range;
      editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
    }
    await vscode.window.showTextDocument(cell.document, { selection, preserveFocus: false });
    return;
  }
  // Only what is there: a frame of compiled code names a file that never was.
  const file = vscode.Uri.file(request.file);
  const found = await vscode.workspace.fs.stat(file).then(
    (stat) => stat.type === vscode.FileType.File,
    () => false,
  );
  if (!found) {
    vscode.window.setStatusBarMessage(`$(info) The source of ${request.file} is not on this machine`, 4000);
    return;
  }
  await vscode.window.showTextDocument(file, { selection, preview: true });
}

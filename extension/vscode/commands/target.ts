/** Which notebook and cell a command is about: toolbar buttons, the palette and status items each say it their own way. */
import * as vscode from "vscode";
import type { CellId } from "../../core/notebook/model.ts";
import { isStrata } from "../document/address.ts";
import { cellIdOf } from "../document/cells.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";

/** What a cell's status item passes. */
interface CellArgument {
  readonly notebook: string;
  readonly cell: CellId;
}

export interface CellTarget {
  readonly session: Session;
  readonly cell: vscode.NotebookCell;
  readonly id: CellId;
}

/** The notebook in front; says so when there is none. */
export function targetNotebook(sessions: Sessions, argument: unknown): Session | undefined {
  const uri = notebookUri(argument) ?? activeNotebook()?.uri;
  const session = uri && sessions.all().find((each) => each.document.uri.toString() === uri.toString());
  if (!session) void vscode.window.showInformationMessage("Open a Strata notebook first.");
  return session;
}

/** The cell of a button or status item, else the selected one. */
export function targetCell(sessions: Sessions, argument: unknown): CellTarget | undefined {
  if (isCellArgument(argument)) {
    const session = sessions.all().find((each) => each.document.uri.toString() === argument.notebook);
    const cell = session?.cellById(argument.cell);
    return session && cell ? { session, cell, id: argument.cell } : undefined;
  }
  const cell = isCell(argument) ? argument : selectedCell();
  const session = cell && sessions.of(cell.notebook);
  const id = cell && cellIdOf(cell);
  if (session && cell && id !== undefined) return { session, cell, id };
  void vscode.window.showInformationMessage("Select a cell of a Strata notebook first.");
  return undefined;
}

function activeNotebook(): vscode.NotebookDocument | undefined {
  const document = vscode.window.activeNotebookEditor?.notebook;
  return document && isStrata(document) ? document : undefined;
}

function selectedCell(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  const first = editor?.selections[0]?.start;
  if (!editor || !isStrata(editor.notebook) || first === undefined || first >= editor.notebook.cellCount)
    return undefined;
  return editor.notebook.cellAt(first);
}

/** The notebook toolbar passes `{notebookEditor: {notebookUri}}`. */
function notebookUri(argument: unknown): vscode.Uri | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  const editor: unknown = (argument as { notebookEditor?: unknown }).notebookEditor;
  const uri = (editor as { notebookUri?: unknown } | undefined)?.notebookUri;
  return uri instanceof vscode.Uri ? uri : undefined;
}

function isCell(argument: unknown): argument is vscode.NotebookCell {
  return typeof argument === "object" && argument !== null && "document" in argument && "notebook" in argument;
}

function isCellArgument(argument: unknown): argument is CellArgument {
  if (typeof argument !== "object" || argument === null) return false;
  const { notebook, cell } = argument as { notebook?: unknown; cell?: unknown };
  return typeof notebook === "string" && typeof cell === "string";
}

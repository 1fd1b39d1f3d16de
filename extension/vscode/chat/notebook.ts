/** Which notebook and cell a chat is about: the one in front, else the only one that is open. */
import * as vscode from "vscode";
import type { CellId } from "../../core/notebook/model.ts";
import { cellIdOf } from "../document/cells.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";

export interface ChatTarget {
  readonly session: Session;
  readonly cell: CellId | undefined;
}

export function chatTarget(sessions: Sessions): ChatTarget | undefined {
  const editor = vscode.window.activeNotebookEditor;
  const active = editor && sessions.of(editor.notebook);
  const open = sessions.all();
  const visible = open.filter((each) =>
    vscode.window.visibleNotebookEditors.some((shown) => shown.notebook === each.document),
  );
  const session = active ?? (visible.length === 1 ? visible[0] : open.length === 1 ? open[0] : undefined);
  if (session === undefined) return undefined;
  const shown = vscode.window.visibleNotebookEditors.find((each) => each.notebook === session.document);
  const at = shown?.selections[0]?.start;
  const cell = at === undefined || at >= session.document.cellCount ? undefined : session.document.cellAt(at);
  return { session, cell: cell && cellIdOf(cell) };
}

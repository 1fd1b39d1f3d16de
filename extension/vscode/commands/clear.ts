/** "Clear Cached Results…": forgets stored results, after asking. Nothing in the notebook's own files changes. */
import * as vscode from "vscode";
import { cellIdOf } from "../document/cells.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetNotebook } from "./target.ts";

export function registerClearCommand(sessions: Sessions): vscode.Disposable {
  return vscode.commands.registerCommand("strata.clearResults", async (argument: unknown) => {
    const session = targetNotebook(sessions, argument);
    if (!session) return;
    const editor = vscode.window.visibleNotebookEditors.find((each) => each.notebook === session.document);
    const selected = (editor?.selections ?? [])
      .flatMap((range) => session.document.getCells(range))
      .flatMap((cell) => cellIdOf(cell) ?? []);
    const [all, some] = ["Clear All", selected.length > 1 ? "Clear Selected Cells" : "Clear Selected Cell"];
    const choice = await vscode.window.showWarningMessage(
      "Clear the stored results of this notebook?",
      {
        modal: true,
        detail:
          "The cells run again when they are needed. The notebook's code and settings stay as they are. This cannot be undone.",
      },
      all,
      ...(selected.length > 0 ? [some] : []),
    );
    if (choice === undefined) return;
    const { engine } = await session.opened();
    await engine.forget(choice === all ? undefined : selected);
    await session.refresh();
    if (choice === all) await vscode.commands.executeCommand("notebook.clearAllCellsOutputs", session.document.uri);
  });
}

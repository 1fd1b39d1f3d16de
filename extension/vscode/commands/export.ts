/** "Export Notebook…": as one Python file or for Jupyter, into a file that the user names. */
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { ExportFormat } from "../../host/export/export.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetNotebook } from "./target.ts";

interface FormatItem extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly ending: string;
  readonly filter: string;
}

const FORMATS: readonly FormatItem[] = [
  {
    label: "$(file-code) Python script",
    description: ".py",
    detail: "One file that prints with plain python what the cells print",
    format: "script",
    ending: "py",
    filter: "Python",
  },
  {
    label: "$(notebook) Jupyter notebook",
    description: ".ipynb",
    detail: "With the outputs of cells whose results are fresh",
    format: "ipynb",
    ending: "ipynb",
    filter: "Jupyter Notebook",
  },
];

export function registerExportCommand(sessions: Sessions): vscode.Disposable {
  return vscode.commands.registerCommand("strata.exportNotebook", async (argument: unknown) => {
    const session = targetNotebook(sessions, argument);
    if (!session) return;
    const chosen = await vscode.window.showQuickPick(FORMATS, { title: "Export Notebook", placeHolder: "As what?" });
    if (!chosen) return;
    const { format, ending, filter } = chosen;
    const name = `${basename(session.folder)}.${ending}`;
    const target = await vscode.window.showSaveDialog({
      title: "Export Notebook",
      defaultUri: vscode.Uri.file(join(dirname(session.folder), name)),
      filters: { [filter]: [ending] },
    });
    if (!target) return;
    const opened = await session.opened();
    const why = await opened.exportTo(target.fsPath, format);
    if (why !== undefined) {
      void vscode.window.showErrorMessage(`${target.fsPath} could not be written (${why}). Choose another place.`);
      return;
    }
    const open = "Open";
    if ((await vscode.window.showInformationMessage(`Exported to ${target.fsPath}.`, open)) === open) {
      await vscode.commands.executeCommand("vscode.open", target);
    }
  });
}

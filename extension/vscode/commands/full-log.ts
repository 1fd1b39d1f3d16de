/** "Open Full Log": all that a cell printed, where only its head and its tail are shown. */
import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { Digest } from "../../core/outputs/model.ts";
import { formatSize } from "../../core/store/amounts.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetCell } from "./target.ts";

const LOG_SCHEME = "strata-log";
/** VS Code opens no larger text. */
const LARGEST = 50 * 1024 * 1024;

export function registerFullLogCommand(sessions: Sessions): vscode.Disposable {
  const files = new Map<string, string>();
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, {
      async provideTextDocumentContent(uri) {
        const file = files.get(uri.toString());
        if (file === undefined) return "This log is opened from its notebook: run “Strata: Open Full Log” again.\n";
        return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(file)));
      },
    }),
    vscode.workspace.onDidCloseTextDocument((document) => files.delete(document.uri.toString())),
    vscode.commands.registerCommand("strata.openFullLog", async (argument: unknown) => {
      const target = targetCell(sessions, argument);
      if (!target) return;
      const { session, id } = target;
      const opened = await session.opened();
      const { outputs } = await opened.engine.stored(id);
      const logs = outputs.flatMap((output) => (output.type === "stream" && output.log ? [output.log] : []));
      if (logs.length === 0) {
        void vscode.window.showInformationMessage("All that this cell printed is shown below it.");
        return;
      }
      for (const log of new Set(logs)) await show(log, session.nameOf(id), await opened.tableFile(log));
    }),
  );

  async function show(digest: Digest, name: string, file: string | undefined): Promise<void> {
    if (file === undefined) {
      void vscode.window.showWarningMessage("The full log is no longer in the store. Run the cell again to have it.");
      return;
    }
    const { size } = await stat(file);
    if (size > LARGEST) {
      const copy = "Copy Path";
      const chosen = await vscode.window.showInformationMessage(
        `The log of ${name} is too large for the editor (${formatSize(size)}). Read it in a terminal, for example with less; it is at ${file}.`,
        copy,
      );
      if (chosen === copy) await vscode.env.clipboard.writeText(file);
      return;
    }
    const uri = vscode.Uri.from({ scheme: LOG_SCHEME, path: `/${name.replace(/[/\\?#]+/g, " ")}.log`, query: digest });
    files.set(uri.toString(), file);
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }
}

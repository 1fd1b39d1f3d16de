/** Makes a notebook's environment before its first run, with uv's own words as progress and a way out. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { OpenedEngine } from "../session/engine.ts";
import type { Session } from "../session/session.ts";

/** False when the run must not go on: it was cancelled, or there is no environment and the user has been told why. */
export async function prepareWithProgress(
  opened: OpenedEngine,
  session: Session,
  abort: AbortController,
): Promise<boolean> {
  if (!opened.needsPreparation()) return true;
  const problem = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Making the Python environment of ${basename(session.folder)}`,
      cancellable: true,
    },
    async (progress, token) => {
      const cancelled = token.onCancellationRequested(() => abort.abort());
      try {
        return await opened.prepare((line) => progress.report({ message: line.trim() }), abort.signal);
      } finally {
        cancelled.dispose();
      }
    },
  );
  if (abort.signal.aborted) return false;
  if (problem === undefined) return true;
  // Not awaited: the run is over, whether or not somebody looks at the message.
  void offerHelp(problem, session);
  return false;
}

async function offerHelp(problem: string, session: Session): Promise<void> {
  const [choose, show] = ["Choose an Interpreter", "Show pyproject.toml"];
  const choice = await vscode.window.showErrorMessage(problem, choose, show);
  if (choice === choose) await vscode.commands.executeCommand("workbench.action.openSettings", "strata.python");
  if (choice === show) {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(session.folder), "pyproject.toml"));
  }
}

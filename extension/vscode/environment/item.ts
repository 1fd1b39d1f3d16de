/** The notebook's environment in the status bar, while a notebook is in front. */
import * as vscode from "vscode";
import { isStrata } from "../document/address.ts";
import type { Sessions } from "../session/sessions.ts";

export function registerEnvironmentItem(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("strata.environment", vscode.StatusBarAlignment.Right, 90);
  item.name = "Strata Environment";
  item.command = "strata.showPlan";
  const update = async (): Promise<void> => {
    const document = vscode.window.activeNotebookEditor?.notebook;
    const session = document && isStrata(document) ? sessions.of(document) : undefined;
    if (!session) {
      item.hide();
      return;
    }
    const { environment } = await session.opened();
    const text = await environment();
    if (vscode.window.activeNotebookEditor?.notebook !== document) return;
    item.text = `$(package) ${text.label}`;
    item.tooltip = text.tooltip;
    item.accessibilityInformation = { label: `Environment of the notebook: ${text.label}. Show plan.`, role: "button" };
    item.show();
  };
  // A folder that cannot be opened has said so already, where it was opened.
  const quietly = (): void => void update().catch(() => item.hide());
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveNotebookEditor(quietly),
    sessions.onDidRefresh(quietly),
  );
}

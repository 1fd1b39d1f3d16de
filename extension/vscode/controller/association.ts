/**
 * VS Code lets a controller show executions only in notebooks that have chosen it. Run buttons choose it by themselves;
 * before a command of ours runs something, or stored outputs are shown, it is chosen here.
 */
import * as vscode from "vscode";

/** VS Code chooses within this time, or has asked its user something. */
const PATIENCE_MS = 5000;

export interface Association extends vscode.Disposable {
  /** False when the notebook has another controller, or no editor in which to choose. */
  ensure(document: vscode.NotebookDocument): Promise<boolean>;
}

export function associate(controller: vscode.NotebookController, extension: string): Association {
  const chosen = new Set<vscode.NotebookDocument>();
  const changed = new vscode.EventEmitter<void>();
  const listeners = vscode.Disposable.from(
    changed,
    controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
      if (selected) chosen.add(notebook);
      else chosen.delete(notebook);
      changed.fire();
    }),
    vscode.workspace.onDidCloseNotebookDocument((document) => chosen.delete(document)),
  );

  const untilChosen = (document: vscode.NotebookDocument): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const timer = setTimeout(done, PATIENCE_MS);
      const listener = changed.event(() => chosen.has(document) && done());
      if (chosen.has(document)) done();
    });

  return {
    async ensure(document) {
      if (chosen.has(document)) return true;
      const editor = vscode.window.visibleNotebookEditors.find((each) => each.notebook === document);
      if (!editor) return false;
      await vscode.commands.executeCommand("notebook.selectKernel", {
        notebookEditor: editor,
        id: controller.id,
        extension,
      });
      await untilChosen(document);
      return chosen.has(document);
    },
    dispose: () => listeners.dispose(),
  };
}

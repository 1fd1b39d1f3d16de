/**
 * Which folders of the workspace are notebooks, as a context key: "Open Notebook" is in the explorer's menu of those folders
 * only. Both forms of a path are there, because menus compare with the one that VS Code shows on its own side.
 */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { CONFIG_FILE } from "../names.ts";
import { debounce } from "../session/debounce.ts";

const KEY = "strata.notebookFolders";

/** More are opened by their notebook.toml. */
const AT_MOST = 1000;

/** A checkout changes many at once. */
const SETTLE_MS = 200;

/** Where notebooks of the workspace are not looked for. */
export const NOT_IN = "**/{.venv,node_modules,.strata}/**";

export function registerNotebookFolders(log: vscode.LogOutputChannel): vscode.Disposable {
  const look = async (): Promise<void> => {
    const found = await vscode.workspace.findFiles(`**/${CONFIG_FILE}`, NOT_IN, AT_MOST);
    const folders = found.flatMap((uri) => [dirname(uri.path), dirname(uri.fsPath)]);
    await vscode.commands.executeCommand("setContext", KEY, [...new Set(folders)]);
  };
  const lookLater = debounce(SETTLE_MS, () => {
    look().catch((error: unknown) => log.error(`Looking for notebooks: ${String(error)}`));
  });
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${CONFIG_FILE}`, false, true, false);
  lookLater.call();
  return vscode.Disposable.from(
    watcher,
    lookLater,
    watcher.onDidCreate(lookLater.call),
    watcher.onDidDelete(lookLater.call),
    vscode.workspace.onDidChangeWorkspaceFolders(lookLater.call),
  );
}

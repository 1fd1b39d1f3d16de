/** "Open Notebook" from the palette, the explorer and on start. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { OpenNotebook } from "../document/open.ts";
import { CONFIG_FILE } from "../names.ts";
import { NOT_IN } from "./notebook-folders.ts";

export function registerOpenCommand(open: OpenNotebook): vscode.Disposable {
  return vscode.commands.registerCommand("strata.openNotebook", async (argument: unknown) => {
    const folder = argument instanceof vscode.Uri ? await folderAt(argument) : await chooseFolder();
    if (folder === undefined) return;
    const result = await open.folder(folder, {});
    if (!result.opened) await open.explain(result.why, folder);
  });
}

/** A workspace folder that is itself a notebook opens by itself, unless something else is open already. */
export async function openOnStart(open: OpenNotebook): Promise<void> {
  if (vscode.workspace.getConfiguration("strata").get<boolean>("openOnStart") === false) return;
  if (vscode.window.tabGroups.all.some((group) => group.tabs.some((tab) => tab.input !== undefined))) return;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== "file" || !(await isNotebookFolder(folder.uri))) continue;
    const result = await open.folder(folder.uri.fsPath, {});
    if (!result.opened) await open.explain(result.why, folder.uri.fsPath);
    return;
  }
}

async function folderAt(uri: vscode.Uri): Promise<string> {
  return uri.path.endsWith(`/${CONFIG_FILE}`) ? dirname(uri.fsPath) : uri.fsPath;
}

async function isNotebookFolder(folder: vscode.Uri): Promise<boolean> {
  try {
    return (
      (await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, CONFIG_FILE))).type !== vscode.FileType.Directory
    );
  } catch {
    return false;
  }
}

/** Notebooks of the workspace to choose from, or any other folder. */
async function chooseFolder(): Promise<string | undefined> {
  const found = await vscode.workspace.findFiles(`**/${CONFIG_FILE}`, NOT_IN, 200);
  const other = { label: "$(folder-opened) Another folder…", folder: undefined, description: "" };
  const items = found
    .map((uri) => dirname(uri.fsPath))
    .sort()
    .map((folder) => ({
      label: `$(notebook) ${folder.split(/[/\\]/).pop()}`,
      description: vscode.workspace.asRelativePath(folder),
      folder,
    }));
  if (items.length > 0) {
    const chosen = await vscode.window.showQuickPick([...items, other], {
      title: "Open Notebook",
      placeHolder: "Which notebook?",
      matchOnDescription: true,
    });
    if (!chosen) return undefined;
    if (chosen.folder !== undefined) return chosen.folder;
  }
  const picked = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: "Choose a notebook folder",
    openLabel: "Open Notebook",
  });
  return picked?.[0]?.fsPath;
}

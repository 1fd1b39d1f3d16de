/** What the tests inside VS Code share: notebooks in folders of their own, and waiting for what VS Code says has happened. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import * as vscode from "vscode";

export interface Folder {
  readonly path: string;
  uri(file?: string): vscode.Uri;
  text(file: string): Promise<string>;
  write(file: string, text: string | Uint8Array): Promise<void>;
  /** Every file of the notebook by relative path, without run-time state. */
  files(): Promise<Record<string, string>>;
  dispose(): Promise<void>;
}

export const THREE_CELLS: Readonly<Record<string, string>> = {
  "notebook.toml": [
    "# kept: a comment at the top",
    'notebook_id = "three"',
    'name = "Three cells"',
    "created_at = 2026-01-02T03:04:05Z",
    'updated_at = "2026-01-02T03:04:05Z"',
    'unknown_key = "kept"',
    "",
    "[[cells]]",
    'id = "intro" # kept',
    'file = "intro.md"',
    'language = "markdown"',
    "order = 0",
    "",
    "[[cells]]",
    'id = "load"',
    'file = "load.py"',
    "order = 1",
    "",
    "[[cells]]",
    'id = "use"',
    'file = "use.py"',
    'language = "python"',
    "order = 2",
    "",
  ].join("\n"),
  "cells/intro.md": "# Title\n",
  "cells/load.py": "x = 20\n",
  "cells/use.py": "x + 1\n",
};

export async function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = THREE_CELLS): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "strata-notebook-"));
  const folder: Folder = {
    path,
    uri: (file) => vscode.Uri.file(file === undefined ? path : join(path, file)),
    text: (file) => readFile(join(path, file), "utf8"),
    async write(file, text) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    },
    async files() {
      const found: Record<string, string> = {};
      for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
        const file = relative(path, join(entry.parentPath, entry.name));
        if (entry.isFile() && !file.startsWith(".strata")) found[file] = await folder.text(file);
      }
      return found;
    },
    dispose: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}

export async function copyFolder(folder: Folder): Promise<Folder> {
  const copy = await makeFolder({});
  await cp(folder.path, copy.path, { recursive: true });
  return copy;
}

/** Opens a folder as a user does, and waits for its editor. */
export async function openNotebook(folder: Folder): Promise<vscode.NotebookDocument> {
  await vscode.commands.executeCommand("strata.openNotebook", folder.uri());
  return await until("the notebook is open", () => notebookOf(folder));
}

export function notebookOf(folder: Folder): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((document) => document.uri.path.startsWith(`${folder.uri().path}/`));
}

export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.notebookDocuments) {
    if (document.isDirty) await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Asks again whenever VS Code may have something new to say. Fails with what was waited for. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function edit(document: vscode.NotebookDocument, ...edits: vscode.NotebookEdit[]): Promise<void> {
  const workspaceEdit = new vscode.WorkspaceEdit();
  workspaceEdit.set(document.uri, edits);
  if (!(await vscode.workspace.applyEdit(workspaceEdit))) throw new Error("VS Code refused the edit.");
}

export async function setText(cell: vscode.NotebookCell, text: string): Promise<void> {
  const workspaceEdit = new vscode.WorkspaceEdit();
  const last = cell.document.lineAt(cell.document.lineCount - 1).range.end;
  workspaceEdit.replace(cell.document.uri, new vscode.Range(new vscode.Position(0, 0), last), text);
  if (!(await vscode.workspace.applyEdit(workspaceEdit))) throw new Error("VS Code refused the edit.");
}

export function idsOf(document: vscode.NotebookDocument): (string | undefined)[] {
  return document.getCells().map((cell) => (cell.metadata.strata as { id?: string } | undefined)?.id);
}

/** Paths whose text differs, of two listings. */
export function changedFiles(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((file) => before[file] !== after[file])
    .sort();
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list.at(index);
  if (found === undefined) throw new Error(`There is no element ${index} of ${list.length}.`);
  return found;
}

/**
 * A notebook folder and its virtual document: `strata:/folder/<notebook name>.strata`.
 * The last segment is only what the tab shows; the folder alone says which notebook it is.
 */
import { basename } from "node:path";
import * as vscode from "vscode";
import { NOTEBOOK_TYPE, SCHEME } from "../names.ts";

/** Characters that would be read as path structure, and those that file dialogs refuse. */
const unsafe = /[/\\:*?"<>|\p{Cc}]+/gu;

export function documentUri(folder: string, name: string): vscode.Uri {
  const shown = name.replace(unsafe, " ").trim() || basename(folder) || "Notebook";
  const file = vscode.Uri.file(folder);
  return file.with({ scheme: SCHEME, path: `${file.path.replace(/\/$/, "")}/${shown}.strata` });
}

/** Absolute path of the notebook folder behind a virtual document. */
export function folderOf(document: vscode.Uri): string {
  return document.with({ scheme: "file", path: document.path.replace(/\/[^/]*$/, "") || "/" }).fsPath;
}

/** A file of the notebook folder, as VS Code addresses it. */
export function fileIn(folder: string, relative: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.Uri.file(folder), relative);
}

export function isStrata(document: vscode.NotebookDocument): boolean {
  return document.notebookType === NOTEBOOK_TYPE && document.uri.scheme === SCHEME;
}

/** The notebook's own document when it is already open, whatever its name was then. */
export function openDocument(folder: string): vscode.NotebookDocument | undefined {
  const wanted = vscode.Uri.file(folder).toString();
  return vscode.workspace.notebookDocuments.find(
    (document) => isStrata(document) && vscode.Uri.file(folderOf(document.uri)).toString() === wanted,
  );
}

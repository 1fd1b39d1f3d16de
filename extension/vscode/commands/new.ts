/** "New Notebook…": asks for a name and where, makes the folder from the template, and opens it. */
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { newNotebook } from "../../host/folder/new-notebook.ts";
import type { OpenNotebook } from "../document/open.ts";
import { restricted } from "../outputs/options.ts";

/** For a machine without Python: uv fetches it. */
const NEWEST_COMMON = "3.12";

export function registerNewCommand(open: OpenNotebook): vscode.Disposable {
  return vscode.commands.registerCommand("strata.newNotebook", async (argument: unknown) => {
    const name = await vscode.window.showInputBox({
      title: "New Notebook",
      prompt: "What is it called?",
      value: "Untitled Notebook",
      validateInput: (text) => (text.trim() === "" ? "A notebook needs a name." : undefined),
    });
    if (name === undefined) return;
    const parent = argument instanceof vscode.Uri ? argument : await chooseParent();
    if (!parent) return;
    const folder = await freeFolder(parent, folderName(name));
    const made = await newNotebook(folder.fsPath, {
      name: name.trim(),
      python: await pythonVersion(),
      now: Date.now(),
    });
    if (made.kind === "problem") {
      void vscode.window.showErrorMessage(made.problem.message);
      return;
    }
    const result = await open.folder(folder.fsPath, {});
    if (!result.opened) await open.explain(result.why, folder.fsPath);
  });
}

async function chooseParent(): Promise<vscode.Uri | undefined> {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: "Where? The notebook becomes a folder in the one you choose",
    openLabel: "Create Notebook Here",
    defaultUri: workspace ?? vscode.Uri.file(homedir()),
  });
  return picked?.[0];
}

/** A folder that is not there yet: nothing is ever written into an existing one. */
async function freeFolder(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let count = 1; ; count++) {
    const folder = vscode.Uri.joinPath(parent, count === 1 ? name : `${name}-${count}`);
    const taken = await vscode.workspace.fs.stat(folder).then(
      () => true,
      () => false,
    );
    if (!taken) return folder;
  }
}

/** Readable and safe on every file system. */
function folderName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return plain || "notebook";
}

/** The version of the Python that would be used anyway; it is asked for, not run, in Restricted Mode. */
async function pythonVersion(): Promise<string> {
  if (restricted()) return NEWEST_COMMON;
  for (const command of ["python3", "python"]) {
    const version = await new Promise<string | undefined>((resolve) => {
      execFile(command, ["--version"], { timeout: 5000 }, (error, stdout) => {
        resolve(error ? undefined : /^Python (3\.\d+)/.exec(stdout)?.[1]);
      });
    });
    if (version !== undefined && Number(version.slice(2)) >= 9) return version;
  }
  return NEWEST_COMMON;
}

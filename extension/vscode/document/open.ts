/** Opens the notebook of a folder, or says why it cannot be: then notebook.toml opens as the text it is. */
import { join } from "node:path";
import * as vscode from "vscode";
import { toDocument } from "../../core/notebook/document.ts";
import { readFolder } from "../../host/folder/read.ts";
import { CONFIG_FILE, NOTEBOOK_TYPE } from "../names.ts";
import { documentUri, fileIn, openDocument } from "./address.ts";

export type OpenResult = { readonly opened: true } | { readonly opened: false; readonly why: string };

export interface OpenNotebook {
  /** The folder's notebook in an editor. */
  folder(folder: string, options: { viewColumn?: vscode.ViewColumn; preview?: boolean }): Promise<OpenResult>;
  /** Says why a folder did not open, with a way to its text. */
  explain(why: string, folder: string): Promise<void>;
}

export function createOpenNotebook(): OpenNotebook {
  return {
    async folder(folder, options) {
      const already = openDocument(folder);
      if (already) return await show(already.uri, options);
      const read = await readFolder(folder);
      if (read.kind === "problem") return { opened: false, why: read.problem.message };
      const { notebook, problems } = toDocument(read.bundle);
      const why = problems.find(({ severity }) => severity === "error")?.message;
      if (!notebook) return { opened: false, why: why ?? `${folder} cannot be read as a notebook.` };
      // Some other program's file of this name: neither of the two things that make it a notebook is there.
      if (notebook.cells.length === 0 && problems.some(({ code }) => code === "notebook-id-missing")) {
        return {
          opened: false,
          why: `${join(folder, CONFIG_FILE)} is not a Strata notebook: it has neither notebook_id nor cells.`,
        };
      }
      return await show(documentUri(folder, notebook.name), options);
    },
    async explain(why, folder) {
      const [openText, again] = ["Open as Text", "Try Again"];
      const choice = await vscode.window.showErrorMessage(why, openText, again);
      const toml = fileIn(folder, CONFIG_FILE);
      if (choice === openText) await vscode.commands.executeCommand("vscode.openWith", toml, "default");
      if (choice === again) await vscode.commands.executeCommand("strata.openNotebook", vscode.Uri.file(folder));
    },
  };
}

async function show(
  uri: vscode.Uri,
  options: { viewColumn?: vscode.ViewColumn; preview?: boolean },
): Promise<OpenResult> {
  const { viewColumn, preview } = options;
  await vscode.commands.executeCommand("vscode.openWith", uri, NOTEBOOK_TYPE, {
    ...(viewColumn === undefined ? {} : { viewColumn }),
    preview: preview ?? false,
  });
  return { opened: true };
}

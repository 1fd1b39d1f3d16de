/** From a notebook to the text of its notebook.toml. */
import * as vscode from "vscode";
import { fileIn } from "../document/address.ts";
import { CONFIG_FILE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetNotebook } from "./target.ts";

export function registerConfigurationCommand(sessions: Sessions): vscode.Disposable {
  return vscode.commands.registerCommand("strata.openConfiguration", async (argument: unknown) => {
    const session = targetNotebook(sessions, argument);
    if (!session) return;
    await vscode.commands.executeCommand("vscode.openWith", fileIn(session.folder, CONFIG_FILE), "default");
  });
}

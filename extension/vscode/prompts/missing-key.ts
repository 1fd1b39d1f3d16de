/** One message with a button when a cell wanted a key that is not there, however many cells of a run wanted it. */
import * as vscode from "vscode";
import type { RunEvent } from "../../core/engine/model.ts";
import { ERROR_NAMES } from "../../core/engine/prompt-cell.ts";
import { SET_KEY_COMMAND } from "./keys.ts";

/** One for each run. */
export function createKeyOffer(): (event: RunEvent) => void {
  let offered = false;
  return (event) => {
    if (offered || event.type !== "ended" || event.outcome.status !== "error") return;
    const { name, message } = event.outcome.error;
    if (name !== ERROR_NAMES["key-missing"] && name !== ERROR_NAMES["key-rejected"]) return;
    offered = true;
    const wanted = /\b[A-Z]+(?:_[A-Z]+)*_API_KEY\b/.exec(message)?.[0];
    const set = "Set API Key…";
    void vscode.window.showErrorMessage(message, set).then((choice) => {
      if (choice === set) void vscode.commands.executeCommand(SET_KEY_COMMAND, wanted);
    });
  };
}

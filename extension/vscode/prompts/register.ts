/** All that prompt cells have in the editor. */
import * as vscode from "vscode";
import type { Sessions } from "../session/sessions.ts";
import { registerPromptCompletion } from "./completion.ts";
import { registerPromptHover } from "./hover.ts";
import { registerSetKeyCommand } from "./keys.ts";
import { refreshWithModels, type WindowModels } from "./models.ts";
import { registerPromptPreview } from "./preview.ts";
import { registerPromptStatusItem } from "./status-item.ts";

export function registerPrompts(
  context: vscode.ExtensionContext,
  sessions: Sessions,
  window: WindowModels,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerSetKeyCommand(context),
    registerPromptPreview(sessions),
    registerPromptStatusItem(sessions),
    registerPromptCompletion(sessions),
    registerPromptHover(sessions),
    refreshWithModels(window, sessions),
  );
}

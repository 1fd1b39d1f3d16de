/** All that prompt cells have in the editor. */
import * as vscode from "vscode";
import type { Models } from "../../host/ai/models.ts";
import type { Sessions } from "../session/sessions.ts";
import { registerPromptCompletion } from "./completion.ts";
import { registerPromptHover } from "./hover.ts";
import { type Keys, registerSetKeyCommand } from "./keys.ts";
import { watchModels } from "./models.ts";
import { registerPromptPreview } from "./preview.ts";

export function registerPrompts(
  context: vscode.ExtensionContext,
  sessions: Sessions,
  keys: Keys,
  models: () => Promise<Models>,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerSetKeyCommand(context),
    registerPromptPreview(sessions),
    registerPromptCompletion(sessions),
    registerPromptHover(sessions),
    watchModels(keys, models, sessions),
  );
}

/** The language models of this window: keys from secret storage or the environment, and the models of VS Code itself. */
import * as vscode from "vscode";
import type { Models } from "../../host/ai/models.ts";
import type { Sessions } from "../session/sessions.ts";
import { editorModels, editorProvider } from "./editor-model.ts";
import type { Keys } from "./keys.ts";

/** Loaded and made by whoever needs them first; one for all notebooks, so that limits hold for all together. */
export function createWindowModels(keys: Keys): () => Promise<Models> {
  let making: Promise<Models> | undefined;
  const make = async (): Promise<Models> => {
    const { createModels } = await import("../../host/ai/models.ts");
    const models = createModels({
      secrets: keys,
      environ: process.env,
      editor: editorProvider,
      hasEditorModels: async () => (await editorModels()).length > 0,
    });
    await models.refresh();
    return models;
  };
  return () => {
    making ??= make();
    return making;
  };
}

/** A key or a model that comes or goes may change what prompt cells would ask, and so how fresh they are. */
export function watchModels(keys: Keys, models: () => Promise<Models>, sessions: Sessions): vscode.Disposable {
  const refresh = async (): Promise<void> => {
    await (await models()).refresh();
    for (const session of sessions.all()) {
      const { engine } = await session.opened();
      engine.update(engine.notebook);
      await session.refresh();
    }
  };
  const later = (): void => void refresh().catch(() => undefined);
  return vscode.Disposable.from(keys.onDidChange(later), vscode.lm.onDidChangeChatModels(later));
}

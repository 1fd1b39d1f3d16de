/** The language models of this window: keys from secret storage or the environment, and the models of VS Code itself. */
import * as vscode from "vscode";
import type { Models } from "../../host/ai/models.ts";
import type { Sessions } from "../session/sessions.ts";
import { editorModels, editorProvider } from "./editor-model.ts";
import type { Keys } from "./keys.ts";

export interface WindowModels extends vscode.Disposable {
  /** Loaded and made by whoever needs them first; one for all notebooks, so that limits hold for all together. */
  readonly models: () => Promise<Models>;
  /** A key or a model came or went. */
  readonly onDidChange: vscode.Event<void>;
}

export function createWindowModels(keys: Keys): WindowModels {
  const changed = new vscode.EventEmitter<void>();
  let making: Promise<Models> | undefined;
  let hasEditorModels = false;
  let asking = false;

  const make = async (): Promise<Models> => {
    const { createModels } = await import("../../host/ai/models.ts");
    const made = createModels({
      secrets: keys,
      environ: process.env,
      editor: editorProvider,
      hasEditorModels: async () => hasEditorModels,
    });
    await made.refresh();
    return made;
  };
  const models = (): Promise<Models> => {
    if (making === undefined) {
      making = make();
      void lookAtEditor();
    }
    return making;
  };
  /** Never waited for: VS Code asks everybody who offers models, us too, and whoever offers ours asks for these models. */
  const lookAtEditor = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const before = hasEditorModels;
      hasEditorModels = (await editorModels()).length > 0;
      if (before !== hasEditorModels) await refresh();
    } catch {
      // Without an answer there are none.
    } finally {
      asking = false;
    }
  };
  const refresh = async (): Promise<void> => {
    // Nobody has needed models yet.
    if (making === undefined) return;
    await (await making).refresh();
    changed.fire();
  };
  const listening = vscode.Disposable.from(
    keys.onDidChange(() => void refresh().catch(() => undefined)),
    vscode.lm.onDidChangeChatModels(() => {
      if (making !== undefined) void lookAtEditor();
    }),
  );
  return { models, onDidChange: changed.event, dispose: () => vscode.Disposable.from(listening, changed).dispose() };
}

/** What prompt cells would ask may have changed, and with it how fresh they are. */
export function refreshWithModels(window: WindowModels, sessions: Sessions): vscode.Disposable {
  return window.onDidChange(async () => {
    for (const session of sessions.all()) {
      const { engine } = await session.opened();
      engine.update(engine.notebook);
      await session.refresh();
    }
  });
}

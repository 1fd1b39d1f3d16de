/** API keys in VS Code's own secret storage, and the command that puts them there. They are nowhere else. */
import * as vscode from "vscode";
import { KEYED_PROVIDERS } from "../../core/ai/providers.ts";

export interface Keys {
  get(name: string): Promise<string | undefined>;
  readonly onDidChange: vscode.Event<unknown>;
}

export function createKeys(context: vscode.ExtensionContext): Keys {
  return {
    get: async (name) => context.secrets.get(name),
    onDidChange: context.secrets.onDidChange,
  };
}

export const SET_KEY_COMMAND = "strata.setApiKey";

export function registerSetKeyCommand(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.commands.registerCommand(SET_KEY_COMMAND, async (wanted: unknown) => {
    const names = KEYED_PROVIDERS.map((spec) => spec.keyName);
    const name = typeof wanted === "string" && names.includes(wanted) ? wanted : await pickKey(context);
    if (name === undefined) return;
    const spec = KEYED_PROVIDERS.find((each) => each.keyName === name);
    const key = await vscode.window.showInputBox({
      title: `${spec?.label ?? name}: API key`,
      prompt: spec?.keyPage ? `Keys are made at ${spec.keyPage}. Empty removes the stored one.` : "Empty removes it.",
      placeHolder: name,
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key.trim() === "") await context.secrets.delete(name);
    else await context.secrets.store(name, key.trim());
    const what = key.trim() === "" ? "was removed from" : "is in";
    void vscode.window.setStatusBarMessage(`Strata: the key ${name} ${what} VS Code's secret storage.`, 5000);
  });
}

async function pickKey(context: vscode.ExtensionContext): Promise<string | undefined> {
  const items = await Promise.all(
    KEYED_PROVIDERS.map(async ({ label, keyName, defaultModel }) => {
      const stored = (await context.secrets.get(keyName)) !== undefined;
      const inEnvironment = (process.env[keyName] ?? "") !== "";
      const state = stored ? "stored here" : inEnvironment ? "set in the environment" : "not set";
      return { label, description: `${keyName}: ${state}`, detail: defaultModel, name: keyName };
    }),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: "Strata: Set API Key",
    placeHolder: "For which service?",
  });
  return picked?.name;
}

/**
 * Strata's providers as language models of VS Code, so that its Chat view works with no Copilot and no sign-in. One is
 * always there: VS Code refuses a first message when no model is, before anybody can say that a key is missing.
 */
import * as vscode from "vscode";
import { aiSettings } from "../../core/ai/choose.ts";
import { estimateTokens } from "../../core/ai/models.ts";
import { PROVIDERS } from "../../core/ai/providers.ts";
import type { Models } from "../../host/ai/models.ts";
import { createNotebookReader } from "../document/notebook-reader.ts";
import type { Sessions } from "../session/sessions.ts";
import { signalOf } from "./cancel.ts";
import { fromEditor } from "./convert.ts";
import { VENDOR } from "./ids.ts";
import { chatTarget } from "./notebook.ts";

/** The model that the notebook in front, the keys and the defaults name. */
export const AUTOMATIC = "notebook";

/** Cautious: what every model of the table takes. */
const MOST_INPUT = 150_000;
const MOST_OUTPUT = 16_000;

export interface ProviderPorts {
  readonly sessions: Sessions;
  readonly models: () => Promise<Models>;
  readonly onDidChange: vscode.Event<void>;
  readonly log: vscode.LogOutputChannel;
}

/** How long whatever waits for the extension may wait for VS Code to have seen a model. */
const LONGEST_OFFER_MS = 3000;

export interface OfferedModels extends vscode.Disposable {
  /** VS Code knows a model, or has taken too long to say so. */
  readonly offered: Promise<void>;
}

export function registerLanguageModels({ sessions, models, onDidChange, log }: ProviderPorts): OfferedModels {
  const named = new vscode.EventEmitter<void>();
  let first = true;
  const registered = vscode.lm.registerLanguageModelChatProvider(VENDOR, {
    onDidChangeLanguageModelChatInformation: (listener) =>
      vscode.Disposable.from(onDidChange(listener), named.event(listener)),
    async provideLanguageModelChatInformation() {
      if (first) {
        // At once, as a message may be waiting for it; which model it is takes a moment to find out.
        first = false;
        void models().then(() => named.fire(), unavailable(log));
        return [info(AUTOMATIC, "Strata", "automatic", AUTOMATIC_TOOLTIP)];
      }
      const known = await models();
      await known.refresh();
      const chosen = known.choose(notebookAi(sessions));
      const model = "failure" in chosen ? undefined : chosen.model;
      const name = model === undefined ? "Strata" : `Strata (${model})`;
      const automatic = info(AUTOMATIC, name, model ?? "automatic", AUTOMATIC_TOOLTIP);
      const others = [];
      for (const { id, label, defaultModel } of PROVIDERS) {
        if (defaultModel === "" || defaultModel === model || id === "vscode") continue;
        // Opening tells whether there is a key, and sends nothing.
        if ("failure" in (await known.open({ provider: id }))) continue;
        others.push(info(`${id}/${defaultModel}`, defaultModel, id, `${label}, with your own key.`));
      }
      return [automatic, ...others];
    },
    async provideLanguageModelChatResponse(model, messages, options, progress, token) {
      const known = await models();
      const opened = await known.open(notebookAi(sessions), model.id === AUTOMATIC ? undefined : model.id);
      if ("failure" in opened) throw new Error(opened.failure.message);
      const tools = (options.tools ?? []).map(({ name, description, inputSchema }) => ({
        name,
        description,
        schema: (inputSchema ?? { type: "object" }) as Readonly<Record<string, unknown>>,
      }));
      const request = {
        model: opened.choice.model,
        messages: fromEditor(messages),
        ...(tools.length === 0 ? {} : { tools }),
      };
      for await (const event of opened.provider.stream(request, signalOf(token))) {
        if (event.type === "text") progress.report(new vscode.LanguageModelTextPart(event.text));
        if (event.type === "tool-call") {
          progress.report(new vscode.LanguageModelToolCallPart(event.id, event.name, (event.input ?? {}) as object));
        }
        if (event.type === "failed" && event.failure.kind !== "cancelled") throw new Error(event.failure.message);
      }
    },
    async provideTokenCount(_model, text) {
      return estimateTokens(typeof text === "string" ? text.length : JSON.stringify(text.content).length);
    },
  });
  // VS Code asks for models only when somebody wants one, and refuses the first message of a window until it has.
  const asked = Promise.resolve(vscode.lm.selectChatModels({ vendor: VENDOR })).then(() => undefined, unavailable(log));
  return {
    offered: Promise.race([asked, after(LONGEST_OFFER_MS)]),
    dispose: () => vscode.Disposable.from(registered, named).dispose(),
  };
}

const AUTOMATIC_TOOLTIP = "The model of the notebook's [ai] table, else of the key that is there.";

function unavailable(log: vscode.LogOutputChannel): (error: unknown) => void {
  return (error) => log.warn(`Strata's language models are not offered yet: ${String(error)}`);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

export function notebookAi(sessions: Sessions): ReturnType<typeof aiSettings> {
  // What is not trusted does not say where a message goes.
  const session = vscode.workspace.isTrusted ? chatTarget(sessions)?.session : undefined;
  const notebook = session && createNotebookReader(session.document).notebook();
  return aiSettings(notebook?.ai ?? {});
}

function info(id: string, name: string, family: string, tooltip: string): vscode.LanguageModelChatInformation {
  return {
    id,
    name,
    family,
    tooltip,
    detail: "Strata",
    version: "1",
    maxInputTokens: MOST_INPUT,
    maxOutputTokens: MOST_OUTPUT,
    capabilities: { imageInput: true, toolCalling: true },
  };
}

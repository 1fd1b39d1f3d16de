/** A language model that VS Code has (Copilot's, or of another extension) as a provider of ours. */
import * as vscode from "vscode";
import type {
  AssistantPart,
  Message,
  ModelEvent,
  ModelFailure,
  ModelProvider,
  ModelRequest,
} from "../../core/ai/model.ts";
import { messageOf } from "../../core/thrown.ts";

/** Our own models are offered to VS Code under this vendor; asking them again by way of VS Code would go round in a circle. */
const OWN_VENDOR = "strata";

export async function editorModels(): Promise<readonly vscode.LanguageModelChat[]> {
  const models = await vscode.lm.selectChatModels();
  return models.filter((model) => model.vendor !== OWN_VENDOR);
}

/** "auto" is the first, which is the one that VS Code prefers. */
export async function editorProvider(name: string): Promise<ModelProvider | undefined> {
  const models = await editorModels();
  const model = name === "auto" ? models[0] : models.find((each) => [each.id, each.family, each.name].includes(name));
  return model === undefined ? undefined : providerOf(model);
}

export function providerOf(model: vscode.LanguageModelChat): ModelProvider {
  return {
    id: "vscode",
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const failed = (failure: ModelFailure): ModelEvent => ({ type: "failed", failure, attempts: 1 });
      const cancel = new vscode.CancellationTokenSource();
      const abort = (): void => cancel.cancel();
      signal.addEventListener("abort", abort);
      try {
        if (signal.aborted) return void (yield failed(CANCELLED));
        if (hasPictures(request)) return void (yield failed(NO_PICTURES));
        const response = await model.sendRequest(toMessages(request), optionsOf(request), cancel.token);
        const content: AssistantPart[] = [];
        let text = "";
        for await (const part of response.stream) {
          if (part instanceof vscode.LanguageModelTextPart) {
            text += part.value;
            yield { type: "text", text: part.value };
          } else if (part instanceof vscode.LanguageModelToolCallPart) {
            const call = { type: "tool-call", id: part.callId, name: part.name, input: part.input } as const;
            content.push(call);
            yield call;
          }
        }
        if (signal.aborted) return void (yield failed(CANCELLED));
        const stop = content.length > 0 ? "tool-calls" : "end";
        if (text !== "") content.unshift({ type: "text", text });
        yield { type: "done", stop, content, usage: await usageOf(model, request, text), attempts: 1, model: model.id };
      } catch (error) {
        yield failed(signal.aborted ? CANCELLED : toFailure(error, model));
      } finally {
        signal.removeEventListener("abort", abort);
        // Also when the loop was left early.
        cancel.cancel();
        cancel.dispose();
      }
    },
  };
}

const CANCELLED: ModelFailure = { kind: "cancelled", message: "The request was cancelled." };
const NO_PICTURES: ModelFailure = {
  kind: "rejected",
  message:
    "Models of VS Code take no pictures from extensions. Set an API key with “Strata: Set API Key…”, or leave the figure out of the prompt.",
};

function hasPictures(request: ModelRequest): boolean {
  return request.messages.some((message) => message.content.some((part) => part.type === "image"));
}

/** VS Code has no place for a system text: it goes first. */
function toMessages({ system, messages }: ModelRequest): vscode.LanguageModelChatMessage[] {
  const first = system === undefined ? [] : [vscode.LanguageModelChatMessage.User(system)];
  return [...first, ...messages.map(toMessage)];
}

function toMessage(message: Message): vscode.LanguageModelChatMessage {
  if (message.role === "assistant") {
    const parts = message.content.flatMap(
      (part): (vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart)[] => {
        if (part.type === "text") return [new vscode.LanguageModelTextPart(part.text)];
        if (part.type === "tool-call")
          return [new vscode.LanguageModelToolCallPart(part.id, part.name, part.input as object)];
        return [];
      },
    );
    return vscode.LanguageModelChatMessage.Assistant(parts);
  }
  const parts = message.content.flatMap(
    (part): (vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart)[] => {
      if (part.type === "text") return [new vscode.LanguageModelTextPart(part.text)];
      if (part.type !== "tool-result") return [];
      const text = part.content.map((item) => (item.type === "text" ? item.text : "(a picture)")).join("\n");
      return [new vscode.LanguageModelToolResultPart(part.id, [new vscode.LanguageModelTextPart(text)])];
    },
  );
  return vscode.LanguageModelChatMessage.User(parts);
}

function optionsOf(request: ModelRequest): vscode.LanguageModelChatRequestOptions {
  const modelOptions: Record<string, unknown> = {};
  if (request.maxTokens !== undefined) modelOptions.max_tokens = request.maxTokens;
  if (request.temperature !== undefined) modelOptions.temperature = request.temperature;
  return {
    justification: "A Strata notebook asks this model.",
    modelOptions,
    ...(request.tools === undefined
      ? {}
      : {
          tools: request.tools.map(({ name, description, schema }) => ({
            name,
            description,
            inputSchema: { ...schema },
          })),
        }),
  };
}

/** VS Code does not say what was used; it counts when asked. */
async function usageOf(
  model: vscode.LanguageModelChat,
  request: ModelRequest,
  text: string,
): Promise<{ input: number; output: number; cacheRead: 0; cacheWrite: 0 }> {
  try {
    const input = await Promise.all(toMessages(request).map((message) => model.countTokens(message)));
    return {
      input: input.reduce((a, b) => a + b, 0),
      output: await model.countTokens(text),
      cacheRead: 0,
      cacheWrite: 0,
    };
  } catch {
    // An answer is worth more than its count.
    return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  }
}

function toFailure(error: unknown, model: vscode.LanguageModelChat): ModelFailure {
  const said = messageOf(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : "";
  if (code === vscode.LanguageModelError.NoPermissions.name) {
    return {
      kind: "key-rejected",
      message: `${model.name} may not be used by Strata. Allow it when VS Code asks. It said: ${said}`,
    };
  }
  if (code === vscode.LanguageModelError.NotFound.name) {
    return { kind: "unknown-model", message: `VS Code no longer has the model ${model.name}. Choose another one.` };
  }
  if (code === vscode.LanguageModelError.Blocked.name) {
    return { kind: "rate-limited", message: `${model.name} does not answer just now. It said: ${said}` };
  }
  return { kind: "cut", message: `${model.name} could not answer. It said: ${said}` };
}

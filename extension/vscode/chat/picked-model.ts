/** A model that the user picked in the Chat view, whoever offers it, behind the port. */
import * as vscode from "vscode";
import {
  type AssistantPart,
  type ModelEvent,
  type ModelProvider,
  NO_USAGE,
  type ToolCallPart,
} from "../../core/ai/model.ts";
import { toEditor } from "./convert.ts";

export function pickedModel(model: vscode.LanguageModelChat): ModelProvider {
  return {
    id: "vscode",
    async *stream({ system, messages, tools }, signal): AsyncGenerator<ModelEvent> {
      const source = new vscode.CancellationTokenSource();
      const cancel = (): void => source.cancel();
      signal.addEventListener("abort", cancel, { once: true });
      try {
        const options =
          tools === undefined || tools.length === 0
            ? {}
            : { tools: tools.map(({ name, description, schema }) => ({ name, description, inputSchema: schema })) };
        const response = await model.sendRequest(toEditor(system, messages), options, source.token);
        const content: AssistantPart[] = [];
        for await (const part of response.stream) {
          if (part instanceof vscode.LanguageModelTextPart) {
            content.push({ type: "text", text: part.value });
            yield { type: "text", text: part.value };
          } else if (part instanceof vscode.LanguageModelToolCallPart) {
            const call: ToolCallPart = { type: "tool-call", id: part.callId, name: part.name, input: part.input };
            content.push(call);
            yield call;
          }
        }
        const stop = content.some((part) => part.type === "tool-call") ? "tool-calls" : "end";
        yield { type: "done", stop, content: joined(content), usage: NO_USAGE, attempts: 1, model: model.id };
      } catch (thrown) {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        const kind = signal.aborted ? "cancelled" : "rejected";
        yield { type: "failed", failure: { kind, message: `${model.name}: ${message}` }, attempts: 1 };
      } finally {
        signal.removeEventListener("abort", cancel);
        source.dispose();
      }
    },
  };
}

/** Pieces of one text, as they were streamed, are one part. */
function joined(content: readonly AssistantPart[]): readonly AssistantPart[] {
  const parts: AssistantPart[] = [];
  for (const part of content) {
    const last = parts.at(-1);
    if (part.type === "text" && last?.type === "text")
      parts[parts.length - 1] = { type: "text", text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

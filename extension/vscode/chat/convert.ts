/** Messages that VS Code hands to a language model of ours → those of the port. */
import * as vscode from "vscode";
import type { AssistantPart, Message, TextPart, UserPart } from "../../core/ai/model.ts";

export function fromEditor(messages: readonly vscode.LanguageModelChatRequestMessage[]): readonly Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.role === vscode.LanguageModelChatMessageRole.Assistant) {
      const content = message.content.flatMap(assistantPart);
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    const content = message.content.flatMap(userPart);
    return content.length === 0 ? [] : [{ role: "user", content }];
  });
}

function assistantPart(part: unknown): AssistantPart[] {
  if (part instanceof vscode.LanguageModelTextPart)
    return part.value === "" ? [] : [{ type: "text", text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return [{ type: "tool-call", id: part.callId, name: part.name, input: part.input }];
  }
  return [];
}

function userPart(part: unknown): UserPart[] {
  if (part instanceof vscode.LanguageModelTextPart)
    return part.value === "" ? [] : [{ type: "text", text: part.value }];
  if (part instanceof vscode.LanguageModelToolResultPart) {
    return [{ type: "tool-result", id: part.callId, content: part.content.flatMap(textPart), failed: false }];
  }
  const data = dataPart(part);
  return data === undefined ? [] : [data];
}

function textPart(part: unknown): TextPart[] {
  return part instanceof vscode.LanguageModelTextPart ? [{ type: "text", text: part.value }] : [];
}

/** Pictures come as a class that the oldest supported VS Code does not have. */
function dataPart(part: unknown): UserPart | undefined {
  const { mimeType, data } = (part ?? {}) as { readonly mimeType?: unknown; readonly data?: unknown };
  if (typeof mimeType !== "string" || !(data instanceof Uint8Array)) return undefined;
  if (!mimeType.startsWith("image/")) return undefined;
  return { type: "image", mime: mimeType, data: Buffer.from(data).toString("base64") };
}

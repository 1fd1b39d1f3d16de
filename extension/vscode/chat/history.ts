/** The conversation until now, as messages for the model: the newest turns that fit. */
import * as vscode from "vscode";
import type { Message } from "../../core/ai/model.ts";

/** Characters. */
const ROOM = 24_000;

export function historyOf(context: vscode.ChatContext): readonly Message[] {
  const messages: Message[] = [];
  let room = ROOM;
  for (const turn of [...context.history].reverse()) {
    const role = turn instanceof vscode.ChatRequestTurn ? "user" : "assistant";
    const text = turn instanceof vscode.ChatRequestTurn ? said(turn) : answered(turn);
    if (text === "") continue;
    room -= text.length;
    if (room < 0) break;
    messages.unshift({ role, content: [{ type: "text", text }] });
  }
  // A conversation begins with its user.
  while (messages[0]?.role === "assistant") messages.shift();
  return messages;
}

function said({ command, prompt }: vscode.ChatRequestTurn): string {
  return command === undefined ? prompt : `/${command} ${prompt}`.trim();
}

function answered({ response }: vscode.ChatResponseTurn): string {
  return response
    .flatMap((part) => (part instanceof vscode.ChatResponseMarkdownPart ? [part.value.value] : []))
    .join("");
}

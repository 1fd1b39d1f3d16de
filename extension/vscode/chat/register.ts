/**
 * Registers all of the chat: language models, `@strata`, tools, MCP servers, and the commands behind its buttons.
 * What they do is loaded when they are first used.
 */
import * as vscode from "vscode";
import type { WindowModels } from "../prompts/models.ts";
import type { Sessions } from "../session/sessions.ts";
import { createAgents } from "./agents.ts";
import { registerCodeButtons } from "./cells.ts";
import { PARTICIPANT } from "./ids.ts";
import { registerMcpServers } from "./mcp.ts";
import { type OfferedModels, registerLanguageModels } from "./provider.ts";
import { registerReview } from "./review.ts";
import { registerTools } from "./tools.ts";

export function registerChat(
  context: vscode.ExtensionContext,
  sessions: Sessions,
  models: WindowModels,
  log: vscode.LogOutputChannel,
): OfferedModels {
  const agents = createAgents(context, sessions, models.models, log);
  const changed = new vscode.EventEmitter<void>();
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, async (request, history, stream, token) => {
    const { answer } = await import("./participant.ts");
    return await answer({ sessions, agents }, request, history, stream, token);
  });
  participant.iconPath = new vscode.ThemeIcon("layers");
  participant.followupProvider = {
    async provideFollowups(result) {
      const { followups } = await import("./participant.ts");
      return followups(result);
    },
  };
  const languageModels = registerLanguageModels({ sessions, models: models.models, onDidChange: changed.event, log });
  const all = vscode.Disposable.from(
    participant,
    changed,
    agents,
    // A key was set or taken away, or another notebook is in front: other models.
    models.onDidChange(() => changed.fire()),
    vscode.window.onDidChangeActiveNotebookEditor(() => changed.fire()),
    languageModels,
    registerTools(sessions, agents),
    registerMcpServers(context, sessions),
    registerCodeButtons(sessions),
    registerReview(sessions, agents, log),
  );
  return { offered: languageModels.offered, dispose: () => all.dispose() };
}

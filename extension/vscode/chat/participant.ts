/** `@strata`: answers about the notebook in front, and works on it as an agent, on a branch. */
import * as vscode from "vscode";
import { changesOf } from "../../core/agent/branch.ts";
import { contextOf } from "../../core/agent/context.ts";
import { AGENT_INSTRUCTIONS, assistantInstructions } from "../../core/agent/instructions.ts";
import { DEFAULT_LIMITS, describeEnd } from "../../core/agent/loop.ts";
import { readOnly, TOOLS } from "../../core/agent/tools.ts";
import type { ModelFailure, ModelProvider } from "../../core/ai/model.ts";
import { gatherFacts } from "../../host/agent/facts.ts";
import { runTurn } from "../../host/agent/session.ts";
import { providerOf } from "../prompts/editor-model.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Agents } from "./agents.ts";
import { showAnswer } from "./answer.ts";
import { askPerson } from "./ask.ts";
import { signalOf } from "./cancel.ts";
import { historyOf } from "./history.ts";
import { COMMAND, VENDOR } from "./ids.ts";
import { chatTarget } from "./notebook.ts";
import { AUTOMATIC, notebookAi } from "./provider.ts";

/** Characters of the notebook that go with each message: about a tenth of what a model of today takes. */
const CONTEXT = 40_000;

/** What /command means without a text. */
const DEFAULT_PROMPT: Readonly<Record<string, string>> = {
  explain: "Explain the selected cell.",
  fix: "Fix the selected cell.",
  why: "Why are cells stale, and why did they run?",
  plan: "What would run now, and why?",
  cell: "Suggest the next cell.",
  package: "Which packages does this notebook need?",
};

/** A notebook of somebody else's may name the address that is asked, and holds texts that are meant for a model. */
const RESTRICTED = `This folder is in **Restricted Mode**, so I ask no language model, and no tool of mine reads, runs or changes anything.

You can read the notebook here, with the text and the pictures that are stored with it. Trust the folder if you know who made it: then I answer about its cells and results, and \`/agent\` works on a branch of it.`;

export interface ChatPorts {
  readonly sessions: Sessions;
  readonly agents: Agents;
}

export interface ChatMetadata {
  readonly command: string | undefined;
  /** Are there changes of the agent to decide about? */
  readonly changes: number;
  readonly failed: boolean;
}

export async function answer(
  { sessions, agents }: ChatPorts,
  request: vscode.ChatRequest,
  context: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const target = chatTarget(sessions);
  if (target === undefined) {
    stream.markdown(
      "There is no Strata notebook in front. Open one, and ask again: answers are about its cells and results.",
    );
    stream.button({ command: "strata.newNotebook", title: "New Notebook…" });
    return {};
  }
  if (!vscode.workspace.isTrusted) {
    stream.markdown(RESTRICTED);
    stream.button({ command: "workbench.trust.manage", title: "Manage Workspace Trust" });
    return {};
  }
  const { session, cell } = target;
  const opened = await modelFor(request.model, sessions, agents);
  if ("failure" in opened) return failure(stream, opened.failure);
  const agentMode = request.command === "agent";
  const agent = await agents.of(session);
  await agent.sync();
  const { engine, read, nameOf } = await session.opened();
  // The agent sees its branch, everybody else the notebook itself.
  const side = agentMode ? agent.opened : { engine, nameOf, store: { content: { read } } };
  const told = contextOf(await gatherFacts(side, cell), CONTEXT);
  const prompt = request.prompt.trim() || DEFAULT_PROMPT[request.command ?? ""] || "Tell me about this notebook.";
  const targetOf = (name: string | undefined): string | undefined =>
    engine.notebook.cells.find((each) => name !== undefined && nameOf(each.id) === name)?.id ?? cell;
  const shown = showAnswer(stream, { notebook: session.document.uri, cell, targetOf, buttons: !agentMode });
  const { reason, state } = await runTurn({
    agent,
    provider: opened.provider,
    model: opened.model,
    system: `${agentMode ? AGENT_INSTRUCTIONS : assistantInstructions(request.command)}\n\n# The notebook now\n\n${told.text}`,
    messages: [...historyOf(context), { role: "user", content: [{ type: "text", text: prompt }] }],
    tools: TOOLS.filter((tool) => (agentMode ? tool.kind !== "decide" : readOnly(tool))),
    limits: DEFAULT_LIMITS,
    clock: () => performance.now(),
    signal: signalOf(token),
    on: shown.take,
    ask: askPerson,
  });
  shown.end();
  if (told.leftOut.length > 0) stream.progress(`Left out of what the model was told: ${told.leftOut.join("; ")}`);
  if (reason.kind === "failed") return failure(stream, reason.failure);
  const end = describeEnd(reason, state);
  if (end !== undefined) stream.markdown(`\n\n*${end}*`);
  const changes = changesOf(await agent.sync()).length;
  if (agentMode && changes > 0) offerChanges(stream, changes, session.document.uri);
  const metadata: ChatMetadata = { command: request.command, changes, failed: false };
  return { metadata };
}

function offerChanges(stream: vscode.ChatResponseStream, changes: number, notebook: vscode.Uri): void {
  const argument = { notebook: notebook.toString() };
  stream.markdown(
    `\n\nThe branch changes ${changes} ${changes === 1 ? "cell" : "cells"}; your notebook is as it was.\n`,
  );
  stream.button({ command: COMMAND.review, title: "Review Changes", arguments: [argument] });
  stream.button({ command: COMMAND.acceptChanges, title: "Accept All", arguments: [argument] });
  stream.button({ command: COMMAND.rejectChanges, title: "Reject All", arguments: [argument] });
}

function failure(stream: vscode.ChatResponseStream, { kind, message }: ModelFailure): vscode.ChatResult {
  stream.markdown(message);
  if (kind === "key-missing" || kind === "key-rejected" || kind === "not-configured") {
    stream.button({ command: COMMAND.setApiKey, title: "Set API Key…" });
  }
  const metadata: ChatMetadata = { command: undefined, changes: 0, failed: true };
  return { metadata };
}

/** A model of ours is asked without the way through VS Code, which has no pictures, token counts or system text. */
async function modelFor(
  picked: vscode.LanguageModelChat,
  sessions: Sessions,
  agents: Agents,
): Promise<{ readonly provider: ModelProvider; readonly model: string } | { readonly failure: ModelFailure }> {
  if (picked.vendor !== VENDOR) return { provider: providerOf(picked), model: picked.id };
  const models = await agents.models();
  const opened = await models.open(notebookAi(sessions), picked.id === AUTOMATIC ? undefined : picked.id);
  return "failure" in opened ? opened : { provider: opened.provider, model: opened.choice.model };
}

export function followups(result: vscode.ChatResult): vscode.ChatFollowup[] {
  const { command, changes, failed } = (result.metadata ?? { failed: true }) as ChatMetadata;
  if (failed) return [];
  const after: Readonly<Record<string, readonly vscode.ChatFollowup[]>> = {
    agent: changes > 0 ? [{ command: "agent", prompt: "Go on.", label: "Go on" }] : [],
    why: [{ command: "plan", prompt: "", label: "What would run now?" }],
    plan: [{ command: "why", prompt: "", label: "Why is it stale?" }],
    fix: [{ command: "explain", prompt: "What was wrong, in more detail?", label: "Explain the error" }],
    explain: [{ command: "cell", prompt: "", label: "Suggest the next cell" }],
  };
  return [...(after[command ?? ""] ?? [{ command: "plan", prompt: "", label: "What would run now?" }])];
}

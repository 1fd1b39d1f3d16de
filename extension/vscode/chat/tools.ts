/** The notebook's tools for VS Code's own agent mode and every other extension: the same table, on the same branch. */
import * as vscode from "vscode";
import { type Question, resultParts, type ToolResult } from "../../core/agent/result.ts";
import { TOOLS, type ToolSpec } from "../../core/agent/tools.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Agents } from "./agents.ts";
import { askPerson } from "./ask.ts";
import { signalOf } from "./cancel.ts";
import { chatTarget } from "./notebook.ts";

export function registerTools(sessions: Sessions, agents: Agents): vscode.Disposable {
  return vscode.Disposable.from(
    ...TOOLS.map((tool) => vscode.lm.registerTool(tool.name, toolOf(tool, sessions, agents))),
  );
}

function toolOf(tool: ToolSpec, sessions: Sessions, agents: Agents): vscode.LanguageModelTool<object> {
  /** Calls whose question VS Code has shown. */
  const shown = new Set<string>();
  return {
    async prepareInvocation({ input }) {
      const question = await questionOf(tool, input, sessions, agents);
      if (question === undefined) return { invocationMessage: tool.title };
      shown.add(JSON.stringify(input));
      const message = new vscode.MarkdownString().appendText(question.detail);
      return { invocationMessage: tool.title, confirmationMessages: { title: question.title, message } };
    },
    async invoke({ input }, token) {
      if (!vscode.workspace.isTrusted) return textResult(UNTRUSTED);
      const target = chatTarget(sessions);
      if (target === undefined) return textResult("No Strata notebook is open. Ask the user to open one.");
      const { callTool } = await import("../../host/agent/call.ts");
      const agent = await agents.of(target.session);
      const signal = signalOf(token);
      const approved = shown.delete(JSON.stringify(input));
      const first = await callTool(agent, tool.name, input, { approved, signal });
      if (first.kind === "done") return toResult(first.result);
      if (!(await askPerson(first.question, signal)))
        return textResult(`The user said no: ${first.question.title} Nothing was done.`);
      const second = await callTool(agent, tool.name, input, { approved: true, signal });
      return second.kind === "done" ? toResult(second.result) : textResult("The call was not approved.");
    },
  };
}

async function questionOf(
  tool: ToolSpec,
  input: object,
  sessions: Sessions,
  agents: Agents,
): Promise<Question | undefined> {
  const target = chatTarget(sessions);
  if (tool.kind === "read" || tool.kind === "edit" || target === undefined || !vscode.workspace.isTrusted)
    return undefined;
  const { questionFor } = await import("../../host/agent/approvals.ts");
  return await questionFor(await agents.of(target.session), tool, input as Readonly<Record<string, unknown>>);
}

const UNTRUSTED =
  "The workspace is in Restricted Mode, so no tool reads, runs or changes anything. The user can trust the workspace to allow it.";

function toResult(result: ToolResult): vscode.LanguageModelToolResult {
  const text = resultParts(result).flatMap((part) => (part.type === "text" ? [part.text] : []));
  const pictures =
    result.images.length === 0 ? "" : `\n[${result.images.length} pictures, which the user sees under the cells]`;
  return textResult(`${text.join("")}${pictures}`);
}

function textResult(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

/** "Preview Prompt": the whole prompt beside the notebook, with an estimate of its tokens and price, before anything is sent. */
import * as vscode from "vscode";
import { dollars } from "../../core/ai/answer-log.ts";
import { NO_USAGE } from "../../core/ai/model.ts";
import { costOf } from "../../core/ai/models.ts";
import type { RenderedPart } from "../../core/ai/rendered.ts";
import type { PromptPreview } from "../../core/engine/prompt-preview.ts";
import { describeReason } from "../../core/plan/describe.ts";
import { formatSize } from "../../core/store/amounts.ts";
import { targetCell } from "../commands/target.ts";
import { prepareWithProgress } from "../environment/prepare.ts";
import { restricted } from "../outputs/options.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";

const SCHEME = "strata-prompt";
const ROWS_SHOWN = 3;

export function registerPromptPreview(sessions: Sessions): vscode.Disposable {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const show = async (session: Session, id: string, title: string): Promise<void> => {
    const text = await previewText(session, id);
    if (text === undefined) return;
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `/${title.replaceAll("/", " ")} (prompt).md`,
      query: `${session.folder} ${id}`,
    });
    texts.set(uri.toString(), text);
    changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
    }),
    vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString())),
    vscode.commands.registerCommand("strata.previewPrompt", async (argument: unknown) => {
      const target = targetCell(sessions, argument);
      if (target !== undefined) await show(target.session, target.id, target.session.nameOf(target.id));
    }),
  );
}

/** Undefined when there is nothing to show, which was said. */
async function previewText(session: Session, id: string): Promise<string | undefined> {
  if (restricted()) {
    void vscode.window.showInformationMessage("A prompt is rendered by Python, which does not run in Restricted Mode.");
    return undefined;
  }
  const opened = await session.opened();
  const abort = new AbortController();
  if (!(await prepareWithProgress(opened, session, abort))) return undefined;
  const preview = await opened.engine.preview(id, abort.signal);
  const text = toText(preview, session);
  if (text === undefined) void vscode.window.showWarningMessage(why(preview, session));
  return text;
}

function why(preview: PromptPreview, session: Session): string {
  if (preview.kind === "waits")
    return `There is no prompt to preview yet. ${describeReason(preview.reason, session.nameOf)}`;
  if (preview.kind === "error") return `The prompt cannot be rendered. ${preview.error.name}: ${preview.error.message}`;
  return preview.kind === "problem" ? preview.message : "";
}

function toText(preview: PromptPreview, _session: Session): string | undefined {
  if (preview.kind !== "prompt") return undefined;
  const { prompts, spec, provider, tokens } = preview;
  const price = costOf(spec.choice.model, { ...NO_USAGE, input: tokens });
  const cost = price === undefined ? "at a price that is not known" : `${dollars(price)} to read`;
  const count = spec.each === undefined ? "" : `${prompts.length} prompts, `;
  const head = `> ${spec.choice.model} (${provider}): ${count}about ${tokens.toLocaleString("en-US")} tokens, ${cost}, and up to ${spec.maxTokens.toLocaleString("en-US")} tokens of answer${spec.each === undefined ? "" : " each"}. Nothing was sent.`;
  const system = spec.system === undefined ? [] : [`## System\n\n${spec.system}`];
  const schema =
    spec.schema === undefined
      ? []
      : [`## Schema of the answer\n\n\`\`\`json\n${JSON.stringify(spec.schema, undefined, 2)}\n\`\`\``];
  const bodies = prompts
    .slice(0, spec.each === undefined ? 1 : ROWS_SHOWN)
    .map(
      (parts, index) =>
        `## ${spec.each === undefined ? "Prompt" : `Row ${index + 1}`}\n\n${parts.map(ofPart).join("")}`,
    );
  const more =
    prompts.length > bodies.length && spec.each !== undefined
      ? [`… and ${prompts.length - bodies.length} more rows`]
      : [];
  return `${[head, ...system, ...schema, ...bodies, ...more].join("\n\n")}\n`;
}

function ofPart(part: RenderedPart): string {
  return part.type === "text" ? part.text : `\n[a picture: ${part.mime}, ${formatSize((part.data.length * 3) / 4)}]\n`;
}

/** Hovering over `{{ expression }}` shows what the model would get for it, pictures included. */
import * as vscode from "vscode";
import { expressionAt } from "../../core/ai/editing.ts";
import { promptTokens } from "../../core/ai/rendered.ts";
import type { PromptPreview } from "../../core/engine/prompt-preview.ts";
import { describeReason } from "../../core/plan/describe.ts";
import { PROMPT_LANGUAGE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { look, type Place, placeOf } from "./look.ts";
import { variablesAbove } from "./variables.ts";

/** Pictures beyond this are only named: a hover is no place for megabytes. */
const LARGEST_PICTURE = 300_000;

export function registerPromptHover(sessions: Sessions): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { language: PROMPT_LANGUAGE },
    {
      async provideHover(document, position, token) {
        const expression = expressionAt(document.getText(), document.offsetAt(position));
        const place = expression && placeOf(sessions, document);
        if (expression === undefined || place === undefined) return undefined;
        const preview = await look(place, expression.source, token);
        const text = preview === undefined ? await known(place, expression.source) : shown(preview, place);
        if (text === undefined) return undefined;
        const range = new vscode.Range(document.positionAt(expression.start), document.positionAt(expression.end));
        return new vscode.Hover(text, range);
      },
    },
  );
}

function shown(preview: PromptPreview, place: Place): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  switch (preview.kind) {
    case "prompt": {
      const parts = preview.prompts[0] ?? [];
      for (const part of parts) {
        if (part.type === "text") text.appendCodeblock(part.text, "markdown");
        else if (part.data.length > LARGEST_PICTURE) text.appendMarkdown(`*A picture (${part.mime})*\n`);
        else text.appendMarkdown(`![picture](data:${part.mime};base64,${part.data})\n`);
      }
      text.appendMarkdown(`\n*About ${promptTokens(parts).toLocaleString("en-US")} tokens in the prompt*`);
      return text;
    }
    case "error":
      return text.appendCodeblock(`${preview.error.name}: ${preview.error.message}`, "text");
    case "waits":
      return text.appendText(describeReason(preview.reason, place.session.nameOf));
    case "problem":
      return text.appendText(preview.message);
    default:
      return preview satisfies never;
  }
}

/** Without Python: what the store knows of the first name in the expression. */
async function known(place: Place, source: string): Promise<vscode.MarkdownString | undefined> {
  const name = /^[A-Za-z_]\w*/.exec(source)?.[0];
  const variable = (await variablesAbove(place)).find((each) => each.name === name);
  if (variable === undefined) return undefined;
  const { type, summary, cell } = variable;
  return new vscode.MarkdownString().appendText([summary || type, `from ${cell}`].filter(Boolean).join(", "));
}

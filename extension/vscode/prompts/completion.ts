/** Completion in prompt cells: variables of the cells above and their columns inside `{{ }}`, directives and models above them. */
import * as vscode from "vscode";
import { PROMPT_DIRECTIVES, type Wanted, wantedAt } from "../../core/ai/editing.ts";
import { modelNames } from "../../core/ai/models.ts";
import { parseAnnotations } from "../../core/notebook/annotations.ts";
import { PROMPT_LANGUAGE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { look, type Place, placeOf, textOfPreview } from "./look.ts";
import { type Variable, variablesAbove } from "./variables.ts";

export function registerPromptCompletion(sessions: Sessions): vscode.Disposable {
  const provider: vscode.CompletionItemProvider = {
    async provideCompletionItems(document, position, token) {
      const text = document.getText();
      const wanted = wantedAt(text, document.offsetAt(position));
      const place = wanted && placeOf(sessions, document);
      if (wanted === undefined || place === undefined) return undefined;
      const items = await itemsFor(wanted, place, text, token);
      const range = new vscode.Range(position.translate(0, -wanted.prefix.length), position);
      for (const item of items) item.range ??= range;
      return items;
    },
  };
  return vscode.languages.registerCompletionItemProvider(
    { language: PROMPT_LANGUAGE },
    provider,
    "{",
    ".",
    "[",
    '"',
    "'",
    "@",
    " ",
  );
}

async function itemsFor(
  wanted: Wanted,
  place: Place,
  text: string,
  token: vscode.CancellationToken,
): Promise<vscode.CompletionItem[]> {
  switch (wanted.kind) {
    case "directive":
      return PROMPT_DIRECTIVES.map(([key, value, what]) => {
        const made = item(key, vscode.CompletionItemKind.Keyword, value, what);
        made.insertText =
          value === "" ? `${key} ` : new vscode.SnippetString(`${key} \${1:${value.replace(/[\\$}]/g, "\\$&")}}`);
        return made;
      });
    case "model":
      return modelNames().map((name) => item(name, vscode.CompletionItemKind.Constant, "", ""));
    case "name": {
      const { each } = parseAnnotations(text, "prompt").annotations;
      const row =
        each === undefined
          ? []
          : [item(each.name, vscode.CompletionItemKind.Variable, "row", `A row of ${each.table}.`)];
      return [...row, ...(await variablesAbove(place)).map(ofVariable)];
    }
    case "member":
    case "column":
      return membersOf(wanted, place, text, token);
    default:
      return wanted satisfies never;
  }
}

function ofVariable({ name, type, summary, cell }: Variable): vscode.CompletionItem {
  return item(
    name,
    vscode.CompletionItemKind.Variable,
    type,
    summary === "" ? `From ${cell}.` : `${summary}, from ${cell}.`,
  );
}

interface Members {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly attributes: readonly (readonly [name: string, kind: string])[];
}

async function membersOf(
  wanted: Wanted & { readonly base: string },
  place: Place,
  text: string,
  token: vscode.CancellationToken,
): Promise<vscode.CompletionItem[]> {
  const { each } = parseAnnotations(text, "prompt").annotations;
  const ofRow = each !== undefined && wanted.base === each.name;
  const module = '__import__("strata_harness.template_members", fromlist=["members"])';
  const call = ofRow ? `row_members(${each.table})` : `members(${wanted.base})`;
  const found = textOfPreview(await look(place, `${module}.${call}`, token));
  if (found === undefined) return [];
  const { columns, attributes } = JSON.parse(found) as Members;
  const { Field, Method, Property } = vscode.CompletionItemKind;
  if (wanted.kind === "column") return columns.map(([name, type]) => item(name, Field, type, "Column."));
  const plain = columns.filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  const summaries = ["head()", "tail()", "describe()"].map((name) =>
    item(name, Method, "", "Part of the table, as Markdown."),
  );
  return [
    ...plain.map(([name, type]) => item(name, Field, type, "Column.")),
    ...(columns.length > 0 && !ofRow ? summaries : []),
    ...attributes.map(([name, kind]) => item(name, kind === "method" ? Method : Property, kind, "")),
  ];
}

function item(label: string, kind: vscode.CompletionItemKind, detail: string, what: string): vscode.CompletionItem {
  const made = new vscode.CompletionItem({ label, ...(detail === "" ? {} : { description: detail }) }, kind);
  if (what !== "") made.documentation = what;
  return made;
}

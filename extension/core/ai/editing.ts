/** What the editor may offer at a place in a prompt cell, decided from the text alone. */
import { parseAnnotations } from "../notebook/annotations.ts";
import { type Expression, expressionsOf, parseTemplate } from "./template.ts";

export type Wanted =
  /** A variable of the cells above. */
  | { readonly kind: "name"; readonly prefix: string }
  /** What stands behind the dot. */
  | { readonly kind: "member"; readonly base: string; readonly prefix: string }
  /** The name of a column, or key, inside brackets and quotes. */
  | { readonly kind: "column"; readonly base: string; readonly prefix: string }
  | { readonly kind: "directive"; readonly prefix: string }
  | { readonly kind: "model"; readonly prefix: string };

const MEMBER = /([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(\w*)$/;
const COLUMN = /([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\[\s*["']([^"'\]]*)$/;
const NAME = /(?<![\w.])([A-Za-z_]\w*)?$/;

/** `offset` is where the next character would go. */
export function wantedAt(text: string, offset: number): Wanted | undefined {
  const before = text.slice(0, offset);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const { bodyLine } = parseAnnotations(text, "prompt").annotations;
  if (before.split("\n").length < bodyLine) {
    const [, key, value] = /^\s*#\s*@(\w*)(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined) return undefined;
    if (value === undefined) return { kind: "directive", prefix: key };
    return key.toLowerCase() === "model" ? { kind: "model", prefix: value } : undefined;
  }
  const open = before.lastIndexOf("{{");
  if (open < 0 || before.indexOf("}}", open) >= 0) return undefined;
  const inner = before.slice(open + 2);
  const column = COLUMN.exec(inner);
  if (column !== null) return { kind: "column", base: column[1] as string, prefix: column[2] ?? "" };
  const member = MEMBER.exec(inner);
  if (member !== null) return { kind: "member", base: member[1] as string, prefix: member[2] ?? "" };
  const name = NAME.exec(inner);
  return name === null ? undefined : { kind: "name", prefix: name[1] ?? "" };
}

/** The expression at an offset, braces included. */
export function expressionAt(text: string, offset: number): Expression | undefined {
  const { bodyLine } = parseAnnotations(text, "prompt").annotations;
  return expressionsOf(parseTemplate(text, bodyLine)).find(({ start, end }) => start <= offset && offset <= end);
}

/** Directives of prompt cells, with what follows them and what they do. */
export const PROMPT_DIRECTIVES: readonly (readonly [key: string, value: string, what: string])[] = [
  ["name", "result", "The variable that the answer becomes; `result` without it."],
  ["model", "", "The model to ask, before what [ai] in notebook.toml says."],
  ["system", "", "Text for the model about how to answer; several lines add up."],
  ["temperature", "0", "Sent to models that take one."],
  ["max_tokens", "1000", "How long the answer may be."],
  ["output", "json", "The answer is JSON and becomes a dict or list."],
  ["output_schema", '{"type": "object"}', "The JSON Schema that the answer has to fit, on one line."],
  ["validate_retries", "3", "Answers asked for in all until one is valid."],
  ["each", "row in df", "Ask once for every row; the result is the table with the answers."],
  ["cache", "forever", "How long an answer counts."],
  ["after", "", "Ids of cells that must have run before."],
  ["timeout", "60", "Seconds to wait for the model."],
];

/**
 * The text of a prompt cell cut into what is sent as it stands and the `{{ expressions }}` between. Only cutting: what
 * an expression is worth, Python says. Braces inside the strings and brackets of an expression belong to it.
 */

export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "expression";
      /** Without the white space around it. */
      readonly source: string;
      /** 1-based line and 0-based column of `source` in the cell, and of the opening braces and the end. */
      readonly line: number;
      readonly column: number;
      /** Offsets in the cell's text of `{{` and of what follows `}}`. */
      readonly start: number;
      readonly end: number;
    };

export type Expression = Segment & { readonly kind: "expression" };

export interface TemplateProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Template {
  readonly segments: readonly Segment[];
  readonly problems: readonly TemplateProblem[];
}

/** `bodyLine` is the 1-based line of the cell where the prompt begins, after the directives. */
export function parseTemplate(cell: string, bodyLine: number): Template {
  const segments: Segment[] = [];
  const problems: TemplateProblem[] = [];
  const first = offsetOfLine(cell, bodyLine);
  let at = first;
  for (;;) {
    const open = cell.indexOf("{{", at);
    if (open < 0) break;
    const close = endOfExpression(cell, open + 2);
    const where = positionOf(cell, open);
    if (close === undefined) {
      problems.push({ ...where, message: "`{{` is never closed. Write `}}` behind the expression." });
      break;
    }
    if (open > at) segments.push({ kind: "text", text: cell.slice(at, open) });
    const inner = cell.slice(open + 2, close);
    const source = inner.trim();
    const begin = open + 2 + (inner.length - inner.trimStart().length);
    if (source === "") problems.push({ ...where, message: "`{{ }}` is empty. Name a variable of a cell above in it." });
    else segments.push({ kind: "expression", source, ...positionOf(cell, begin), start: open, end: close + 2 });
    at = close + 2;
  }
  if (at < cell.length) segments.push({ kind: "text", text: cell.slice(at) });
  return { segments: trimmed(segments), problems };
}

/** What is sent has no white space around it. */
function trimmed(segments: readonly Segment[]): readonly Segment[] {
  const last = segments.length - 1;
  return segments
    .map((segment, index): Segment => {
      if (segment.kind !== "text") return segment;
      let { text } = segment;
      if (index === 0) text = text.trimStart();
      if (index === last) text = text.trimEnd();
      return { kind: "text", text };
    })
    .filter((segment) => segment.kind !== "text" || segment.text !== "");
}

/** Offset of the closing braces, or undefined. */
function endOfExpression(cell: string, from: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = from; at < cell.length; at++) {
    const char = cell[at] as string;
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
      // A string of one line that does not end is no string: the quote was an apostrophe.
      else if (char === "\n") return plainEnd(cell, from);
    } else if (char === "'" || char === '"') quote = char;
    else if (char === "}" && depth === 0 && cell[at + 1] === "}") return at;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth = Math.max(0, depth - 1);
  }
  return plainEnd(cell, from);
}

function plainEnd(cell: string, from: number): number | undefined {
  const at = cell.indexOf("}}", from);
  return at < 0 ? undefined : at;
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let current = 1; current < line; current++) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) };
}

export function expressionsOf(template: Template): readonly Expression[] {
  return template.segments.filter((segment) => segment.kind === "expression");
}

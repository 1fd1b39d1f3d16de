/**
 * Finds IPython's additions (`%magic`, `%%cell magic`, `!shell`, `name?`) and takes them out of the text that is
 * parsed, every offset kept. They are looked for at the beginning of logical lines only, so `a \n % b` inside
 * parentheses and text in triple quotes are left alone.
 */
import { AT_REST, type Open, scanLine } from "./logical-lines.ts";
import type { Magic } from "./model.ts";

export interface FoundMagic extends Magic {
  readonly start: number;
}

export interface WithoutMagics {
  /** As long as the given text. */
  readonly text: string;
  readonly magics: readonly FoundMagic[];
}

const MAY_HAVE_MAGICS = /^[ \t]*[%!?]|\?[ \t]*$|=[ \t]*[%!]/m;
const LINE = /^([ \t]*)(%%|%|!!?|\?\??)[ \t]*\S/;
const ASSIGNED = /^([ \t]*[^\s=!<>%'"()#][^=!<>'"()#]*=[ \t]*)([%!])[ \t]*[A-Za-z_./~$]/;
const HELP = /^([ \t]*)[%\w.*]+(\[[^\]]*\])*\?\??[ \t]*(#.*)?$/;

export function takeOutMagics(text: string): WithoutMagics {
  if (!MAY_HAVE_MAGICS.test(text)) return { text, magics: [] };
  const magics: FoundMagic[] = [];
  let result = "";
  let copied = 0;
  let lineNumber = 0;
  let open: Open = AT_REST;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    lineNumber++;
    const found = open.depth === 0 && open.quote === undefined && !open.continued ? findMagic(line) : undefined;
    if (found === undefined) open = scanLine(line, open);
    else {
      const at = start + found.from;
      const claimsAll = found.kind === "cell" && isOnlyComments(text.slice(0, start));
      const written = text.slice(at, claimsAll ? text.length : end).trim();
      magics.push({ line: lineNumber, text: written, kind: found.kind, start: at });
      if (claimsAll) return { text: text.slice(0, start) + blank(text.slice(start)), magics };
      // Something has to stand in a block or after `=`.
      const filler = found.from > 0 ? `0${" ".repeat(end - at - 1)}` : " ".repeat(end - at);
      result += text.slice(copied, at) + filler;
      copied = end;
    }
    start = end + 1;
  }
  return { text: result + text.slice(copied), magics };
}

function isOnlyComments(text: string): boolean {
  return /^([ \t]*(#.*)?\r?\n)*$/.test(text);
}

function findMagic(line: string): { from: number; kind: Magic["kind"] } | undefined {
  const whole = LINE.exec(line);
  if (whole !== null) {
    const sign = whole[2] as string;
    const kind = sign === "%%" ? "cell" : sign === "%" ? "line" : sign.startsWith("!") ? "shell" : "help";
    return { from: (whole[1] as string).length, kind };
  }
  const assigned = ASSIGNED.exec(line);
  if (assigned !== null) {
    return { from: (assigned[1] as string).length, kind: assigned[2] === "!" ? "shell" : "line" };
  }
  const help = HELP.exec(line);
  return help === null ? undefined : { from: (help[1] as string).length, kind: "help" };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

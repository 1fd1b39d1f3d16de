/**
 * Finds IPython's additions to Python (`%magic`, `%%cell magic`, `!shell`, `name?`). They are looked for at the
 * beginning of logical lines only, so `a \n % b` inside parentheses and text in triple quotes are left alone.
 */
import { AT_REST, isAtRest, type Open, scanLine } from "../analysis/logical-lines.ts";
import type { Magic } from "../analysis/model.ts";

export interface FoundMagic extends Magic {
  /** Offsets into the text: what is to be replaced. */
  readonly start: number;
  readonly end: number;
  /** A cell magic that has the whole cell, as it stands on its first line. */
  readonly claims: boolean;
  /** What stands before it on its line. */
  readonly place: "line" | "block" | "assigned";
}

const MAY_HAVE_MAGICS = /^[ \t]*[%!?]|\?[ \t]*$|=[ \t]*[%!]/m;
const LINE = /^([ \t]*)(%%|%|!!?|\?\??)[ \t]*\S/;
const ASSIGNED = /^([ \t]*[^\s=!<>%'"()#][^=!<>'"()#]*=[ \t]*)([%!])[ \t]*[A-Za-z_./~${\\]/;
const HELP = /^([ \t]*)[%\w.*]+(\[[^\]]*\])*\?\??[ \t]*(#.*)?$/;

/** Quick, and right when it says no. */
export function mayHaveMagics(text: string): boolean {
  return MAY_HAVE_MAGICS.test(text);
}

export function findMagics(text: string): readonly FoundMagic[] {
  if (!mayHaveMagics(text)) return [];
  const magics: FoundMagic[] = [];
  let line = 0;
  let open: Open = AT_REST;
  for (let start = 0; start < text.length; ) {
    let end = lineEnd(text, start);
    line++;
    const written = text.slice(start, end);
    const found = isAtRest(open) ? findMagic(written) : undefined;
    if (found === undefined) open = scanLine(written, open);
    else {
      const at = start + found.from;
      const { kind, place } = found;
      const claimsAll = kind === "cell" && isOnlyComments(text.slice(0, start));
      if (claimsAll) end = text.length;
      // A command may go on behind a backslash.
      else while (text[end - 1] === "\\" && end < text.length) end = lineEnd(text, end + 1);
      const said = text.slice(at, end);
      magics.push({ line, text: said.trim(), kind, place, start: at, end, claims: claimsAll });
      line += claimsAll ? 0 : said.split("\n").length - 1;
    }
    start = end + 1;
  }
  return magics;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

function isOnlyComments(text: string): boolean {
  return /^([ \t]*(#.*)?\r?\n)*$/.test(text);
}

function findMagic(line: string): { from: number; kind: Magic["kind"]; place: FoundMagic["place"] } | undefined {
  const place = (before: string | undefined): FoundMagic["place"] => (before === "" ? "line" : "block");
  const whole = LINE.exec(line);
  if (whole !== null) {
    const sign = whole[2] as string;
    const kind = sign === "%%" ? "cell" : sign === "%" ? "line" : sign.startsWith("!") ? "shell" : "help";
    return { from: (whole[1] as string).length, kind, place: place(whole[1]) };
  }
  const assigned = ASSIGNED.exec(line);
  if (assigned !== null) {
    const kind = assigned[2] === "!" ? "shell" : "line";
    return { from: (assigned[1] as string).length, kind, place: "assigned" };
  }
  const help = HELP.exec(line);
  return help === null ? undefined : { from: (help[1] as string).length, kind: "help", place: place(help[1]) };
}

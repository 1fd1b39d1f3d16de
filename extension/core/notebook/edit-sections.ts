/**
 * Elements of `[[cells]]` as pieces of text: where one begins and ends, taking one out, putting others in.
 * To an element belong its sections (`[[cells]]`, `[cells.env]`, …) wherever they stand, the comment lines directly
 * above each header, and comment lines directly below its last key when a blank line or the end follows them.
 */
import type { AST } from "toml-eslint-parser";
import { applySplices, isBlank, lineEnd, lineStart, lineStop, newlineOf, type Splice } from "./splice.ts";

export interface Region {
  readonly start: number;
  readonly end: number;
}

/** The text of one element, its last line ended by a newline. */
export function cutSection(
  text: string,
  program: AST.TOMLProgram,
  index: number,
): { readonly text: string; readonly cut: string } {
  const newline = newlineOf(text);
  const regions = sectionRegions(text, program, index);
  const cut = regions.map(({ start, end }) => ensureNewline(text.slice(start, end), newline)).join("");
  return {
    text: applySplices(
      text,
      regions.map((region) => removal(text, region)),
    ),
    cut,
  };
}

/** Put elements, given as their text, right after or before the element `index`; at the end where there is none. */
export function insertSections(
  text: string,
  program: AST.TOMLProgram,
  at: { readonly after: number } | { readonly before: number } | "end",
  elements: readonly string[],
): string {
  const newline = newlineOf(text);
  const gap = hasBlankBetween(text, program) ? newline : "";
  const blocks = elements.map((element) => ensureNewline(element, newline));
  if (at !== "end" && "before" in at) {
    const start = sectionRegions(text, program, at.before)[0]?.start ?? text.length;
    return applySplices(text, [{ start, end: start, text: blocks.map((block) => block + gap).join("") }]);
  }
  const end = at === "end" ? text.length : (sectionRegions(text, program, at.after).at(-1)?.end ?? text.length);
  const added = blocks.map((block) => gap + block).join("");
  if (end === 0) return added.slice(gap.length) + text;
  if (text[end - 1] === "\n") return applySplices(text, [{ start: end, end, text: added }]);
  // The last line of the file has no newline; the new last line has none either.
  return text + newline + added.slice(0, added.length - newline.length);
}

/** In the order of the text; sections with only blank lines between them are one region. */
function sectionRegions(text: string, program: AST.TOMLProgram, index: number): readonly Region[] {
  const comments = commentLines(text, program);
  const regions: Region[] = [];
  for (const node of program.body[0].body) {
    if (node.type !== "TOMLTable" || node.resolvedKey[0] !== "cells" || node.resolvedKey[1] !== index) continue;
    const next = region(text, comments, node);
    const last = regions.at(-1);
    if (last !== undefined && isBlank(text.slice(last.end, next.start))) {
      regions[regions.length - 1] = { start: last.start, end: next.end };
    } else regions.push(next);
  }
  return regions;
}

function region(text: string, comments: ReadonlySet<number>, node: AST.TOMLTable): Region {
  let start = lineStart(text, node.range[0]);
  while (start > 0 && comments.has(lineStart(text, start - 1))) start = lineStart(text, start - 1);
  const end = lineEnd(text, node.range[1]);
  let below = end;
  while (below < text.length && comments.has(below)) below = lineEnd(text, below);
  const followed = below < text.length && !isBlank(text.slice(below, lineStop(text, below)));
  return { start, end: followed ? end : below };
}

/** Offsets of the lines that hold a comment and nothing else. */
function commentLines(text: string, program: AST.TOMLProgram): ReadonlySet<number> {
  const starts = new Set<number>();
  for (const comment of program.comments) {
    const start = lineStart(text, comment.range[0]);
    if (isBlank(text.slice(start, comment.range[0]).replace("\uFEFF", ""))) starts.add(start);
  }
  return starts;
}

/** The region, and the blank lines that only separated it from what follows, or at the end from what precedes. */
function removal(text: string, { start, end }: Region): Splice {
  const isBlankAbove = start === 0 || isBlank(text.slice(lineStart(text, start - 1), start));
  let [from, to] = [start, end];
  if (isBlankAbove) while (to < text.length && isBlank(text.slice(to, lineEnd(text, to)))) to = lineEnd(text, to);
  if (to === text.length)
    while (from > 0 && isBlank(text.slice(lineStart(text, from - 1), from))) from = lineStart(text, from - 1);
  return { start: from, end: to, text: "" };
}

/** Do blank lines stand between the cells of this file? */
function hasBlankBetween(text: string, program: AST.TOMLProgram): boolean {
  const comments = commentLines(text, program);
  const heads = program.body[0].body
    .filter((node) => node.type === "TOMLTable")
    .filter((node) => node.resolvedKey[0] === "cells" && node.resolvedKey.length === 2)
    .map((node) => region(text, comments, node).start);
  const head = heads[1] ?? heads[0];
  return head === undefined || head === 0 || isBlank(text.slice(lineStart(text, head - 1), head));
}

function ensureNewline(text: string, newline: string): string {
  return text.endsWith("\n") ? text : text + newline;
}

/**
 * Elements of `cells = [{ … }, …]` as pieces of text: taking one out, putting others in.
 * Where each element has lines of its own, whole lines are moved, with the comment lines directly above and the comment
 * behind; elsewhere only the element and its comma are. A comma left before `]` is TOML, and is left.
 */
import type { AST } from "toml-eslint-parser";
import { applySplices, indentAt, isBlank, lineEnd, lineStart, lineStop, newlineOf, type Splice } from "./splice.ts";

export interface ArrayElement {
  /** Whole comment lines above, each with its newline. */
  readonly above: string;
  readonly text: string;
  /** A comment behind it on its line. */
  readonly behind: string;
}

export function cutElement(
  text: string,
  program: AST.TOMLProgram,
  array: AST.TOMLArray,
  index: number,
): { readonly text: string; readonly cut: ArrayElement } {
  const element = array.elements[index];
  if (element === undefined) return { text, cut: { above: "", text: "", behind: "" } };
  const [start, end] = element.range;
  const lines = ownLines(text, program, array, element);
  const comma = commaAfter(program, element);
  if (lines !== undefined) {
    const above = text.slice(lines.start, lineStart(text, start));
    const behind = text.slice(comma?.[1] ?? end, lineStop(text, lines.stop)).trim();
    const splice = { start: lines.start, end: lineEnd(text, lines.stop), text: "" };
    return { text: applySplices(text, [splice]), cut: { above, text: text.slice(start, end), behind } };
  }
  const splices: Splice[] = [];
  const previous = array.elements[index - 1];
  const next = array.elements[index + 1];
  if (
    comma !== undefined &&
    next !== undefined &&
    isSpaces(text.slice(end, comma[0])) &&
    isSpaces(text.slice(comma[1], next.range[0]))
  ) {
    splices.push({ start, end: next.range[0], text: "" });
  } else if (
    comma === undefined &&
    previous !== undefined &&
    /^[ \t]*,[ \t]*$/.test(text.slice(previous.range[1], start))
  ) {
    splices.push({ start: previous.range[1], end, text: "" });
  } else {
    splices.push({ start, end, text: "" });
    if (comma !== undefined) splices.push({ start: comma[0], end: comma[1], text: "" });
  }
  return { text: applySplices(text, splices), cut: { above: "", text: text.slice(start, end), behind: "" } };
}

export function insertElements(
  text: string,
  program: AST.TOMLProgram,
  array: AST.TOMLArray,
  at: { readonly after: number } | { readonly before: number } | "end",
  elements: readonly ArrayElement[],
): string {
  const newline = newlineOf(text);
  const line = (indent: string, { above, text: element, behind }: ArrayElement, comma: boolean) =>
    `${above}${indent}${element}${comma ? "," : ""}${behind === "" ? "" : ` ${behind}`}${newline}`;
  const neighbour = at === "end" ? undefined : array.elements["after" in at ? at.after : at.before];
  if (at === "end" || neighbour === undefined) {
    const close = array.range[1] - 1;
    const ownLine = isBlank(text.slice(lineStart(text, close), close));
    const added = elements.map((element) => line("  ", element, true)).join("");
    const place = ownLine ? lineStart(text, close) : close;
    return applySplices(text, [{ start: place, end: place, text: ownLine ? added : newline + added }]);
  }
  const lines = ownLines(text, program, array, neighbour);
  const indent = indentAt(text, neighbour.range[0]);
  if ("before" in at) {
    const start = lines?.start ?? neighbour.range[0];
    const added = elements.map((element) =>
      lines === undefined ? `${inLine(element, newline)}, ` : line(indent, element, true),
    );
    return applySplices(text, [{ start, end: start, text: added.join("") }]);
  }
  const end = neighbour.range[1];
  if (lines === undefined) {
    return applySplices(text, [
      { start: end, end, text: elements.map((element) => `, ${inLine(element, newline)}`).join("") },
    ]);
  }
  const comma = commaAfter(program, neighbour) !== undefined;
  const place = lineEnd(text, lines.stop);
  const added = elements.map((element, index) => line(indent, element, comma || index < elements.length - 1)).join("");
  const splices = [{ start: place, end: place, text: added }];
  if (!comma) splices.unshift({ start: end, end, text: "," });
  return applySplices(text, splices);
}

/** An element between others on one line; its comments, if any, need line breaks. */
function inLine({ above, text, behind }: ArrayElement, newline: string): string {
  const start = above === "" ? "" : newline + above;
  return `${start}${text}${behind === "" ? "" : ` ${behind}${newline}`}`;
}

/** The lines that an element shares with nothing but its comma and comments; undefined when it shares them. */
function ownLines(
  text: string,
  program: AST.TOMLProgram,
  array: AST.TOMLArray,
  element: AST.TOMLContentNode,
): { readonly start: number; readonly stop: number } | undefined {
  const [from, to] = element.range;
  const comma = commaAfter(program, element);
  const stop = comma !== undefined && isSpaces(text.slice(to, comma[0])) ? comma[1] : to;
  const rest = text.slice(stop, lineStop(text, stop)).trim();
  let start = lineStart(text, from);
  if (!isBlank(text.slice(start, from)) || (rest !== "" && !rest.startsWith("#")) || start <= array.range[0])
    return undefined;
  if (comma !== undefined && stop === to) return undefined;
  for (;;) {
    const above = start === 0 ? start : lineStart(text, start - 1);
    if (above <= array.range[0] || !/^[ \t]*#/.test(text.slice(above, start))) return { start, stop };
    start = above;
  }
}

function commaAfter(program: AST.TOMLProgram, element: AST.TOMLContentNode): AST.Range | undefined {
  const end = element.range[1];
  const token = program.tokens.find(({ range }) => range[0] >= end);
  return token?.type === "Punctuator" && token.value === "," ? token.range : undefined;
}

function isSpaces(text: string): boolean {
  return /^[ \t]*$/.test(text);
}

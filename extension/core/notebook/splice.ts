/** Text edits by character ranges, and the questions about lines that such edits ask. */

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Apply splices that do not overlap; those at one place keep their sequence. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, splice.start), splice.text);
    at = splice.end;
  }
  return parts.join("") + text.slice(at);
}

/** Offset of the first character of the line that `at` is in. */
export function lineStart(text: string, at: number): number {
  // A negative start would be taken for 0.
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

/** Offset just after the newline of the line that `at` is in, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline + 1;
}

/** Offset of the newline (`\n` or `\r\n`) of the line that `at` is in, or the end of the text. */
export function lineStop(text: string, at: number): number {
  const end = lineEnd(text, at);
  if (text[end - 1] !== "\n") return end;
  return text[end - 2] === "\r" ? end - 2 : end - 1;
}

export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? "";
}

/** The line ending that a text uses. */
export function newlineOf(text: string): string {
  const all = text.split("\n").length - 1;
  return all > 0 && text.split("\r\n").length - 1 > all / 2 ? "\r\n" : "\n";
}

export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** Sources by line: numbered for reading, and edited by ranges. Lines count from 1. */

export function numbered(source: string, from = 1, to = Number.POSITIVE_INFINITY): string {
  const lines = source.split("\n");
  const last = Math.min(lines.length, to);
  const width = String(last).length;
  return lines
    .slice(from - 1, last)
    .map((line, index) => `${String(from + index).padStart(width)}  ${line}`)
    .join("\n");
}

export function lineCount(source: string): number {
  return source === "" ? 0 : source.split("\n").length;
}

/** The source with the lines `from` to `to` replaced, or why that cannot be; `to = from - 1` inserts. */
export function replaceLines(
  source: string,
  range: { readonly from?: number; readonly to?: number },
  text: string,
): { readonly source: string } | { readonly problem: string } {
  if (range.from === undefined && range.to === undefined) return { source: text };
  const lines = source === "" ? [] : source.split("\n");
  const from = range.from ?? 1;
  const to = range.to ?? from;
  if (from > lines.length + 1 || to > lines.length || to < from - 1) {
    return {
      problem: `Lines ${from} to ${to} are not in the cell, which has ${lines.length}. Read the cell again and name lines that it has.`,
    };
  }
  const put = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  return { source: [...lines.slice(0, from - 1), ...put, ...lines.slice(to)].join("\n") };
}

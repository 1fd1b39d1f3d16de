/** The table as text for a terminal, and in docs/performance.md between two marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { isMet, type Row } from "./row.ts";

const [BEGIN, END] = ["<!-- bench: begin -->", "<!-- bench: end -->"];
const HEAD = ["what", "ours", "theirs", "against", "ratio", "target", "met"] as const;

function cellsOf(row: Row): readonly string[] {
  const theirs = row.theirs === undefined ? "" : figure(row.theirs, row.unit);
  const ratio = row.theirs === undefined ? "" : `${precise(row.ours / row.theirs)}×`;
  const target = "most" in row.target ? `≤ ${row.target.most} ${row.unit}` : `≤ ${row.target.times}×`;
  return [row.what, figure(row.ours, row.unit), theirs, row.against, ratio, target, isMet(row) ? "yes" : "**no**"];
}

const figure = (value: number, unit: string) => `${precise(value)} ${unit}`;

/** Three digits that count, more where they are whole. */
export function precise(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(value < 0.1 ? 2 : 3)));
}

export function asText(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)].map((line) => line.map((cell) => cell.replaceAll("**", "")));
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function intoDocs(path: string, rows: readonly Row[], about: string): void {
  const lines = [HEAD, HEAD.map(() => "---"), ...rows.map(cellsOf)].map((line) => `| ${line.join(" | ")} |`);
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path} has no marks ${BEGIN} and ${END}.`);
  writeFileSync(path, `${text.slice(0, from + BEGIN.length)}\n${about}\n\n${lines.join("\n")}\n${text.slice(to)}`);
}

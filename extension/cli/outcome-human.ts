/** What a person reads in the terminal: a line a cell, its printed text below it, and a closing line. */
import { styleText } from "node:util";
import type { Outcome, RunSummary } from "../core/engine/model.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import { outputsOf } from "./outcome-json.ts";
import { columnsOf, settled, wrapped } from "./terminal.ts";

type NameOf = (cell: string) => string;

export function cellText(name: string, outcome: Outcome, nameOf: NameOf): string {
  const lines = [headline(name, outcome, nameOf)];
  for (const output of outputsOf(outcome)) {
    switch (output.type) {
      case "stream":
        lines.push(indented(output.text));
        break;
      case "display": {
        const plain = output.data.find((item) => item.mime === "text/plain" && "text" in item);
        const [only] = output.data;
        if (plain !== undefined && "text" in plain) lines.push(indented(plain.text));
        else if (only !== undefined) lines.push(indented(`<${only.mime}>`));
        break;
      }
      case "error":
        lines.push(styleText("red", indented(output.error.traceback)));
        break;
      default:
        output satisfies never;
    }
  }
  return lines.filter((line) => line !== "").join("\n");
}

export function summaryText(summary: RunSummary): string {
  const parts = [`${summary.executed} executed`, `${summary.cached} cached`];
  if (summary.failed > 0) parts.push(styleText("red", `${summary.failed} failed`));
  if (summary.skipped > 0) parts.push(styleText("yellow", `${summary.skipped} skipped`));
  return `${parts.join(", ")} in ${formatDuration(summary.durationMs)}`;
}

function headline(name: string, outcome: Outcome, nameOf: NameOf): string {
  switch (outcome.status) {
    case "ok":
      return outcome.cached
        ? line(styleText("cyan", "●"), name, `cached, saves ${formatDuration(outcome.record.durationMs)}`)
        : line(styleText("green", "✓"), name, ranBecause(outcome, nameOf));
    case "none":
      return "";
    case "error":
      return line(styleText("red", "✗"), name, `failed after ${formatDuration(outcome.durationMs)}`);
    case "interrupted":
      return line(styleText("yellow", "■"), name, `interrupted after ${formatDuration(outcome.durationMs)}`);
    case "skipped":
      return line(styleText("yellow", "−"), name, `skipped. ${describeReason(outcome.reason, nameOf)}`);
    default:
      return outcome satisfies never;
  }
}

/** That a cell had not run yet goes without saying. */
function ranBecause(outcome: Outcome & { status: "ok" }, nameOf: NameOf): string {
  const took = formatDuration(outcome.durationMs);
  return outcome.reason.kind === "never-run" ? took : `${took}. ${describeReason(outcome.reason, nameOf)}`;
}

function line(mark: string, name: string, detail: string): string {
  const text = wrapped(detail, { columns: columnsOf(process.stdout), start: name.length + 4, indent: 4 });
  return `${mark} ${name}  ${styleText("dim", text)}`;
}

function indented(text: string): string {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return settled(body)
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

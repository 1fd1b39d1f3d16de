/** What a person reads in the terminal: a line a cell, its printed text below it, and a closing line. */
import { styleText } from "node:util";
import type { Outcome, RunSummary } from "../core/engine/model.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import { outputsOf } from "./outcome-json.ts";

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
        ? `${styleText("cyan", "●")} ${name}  ${styleText("dim", `cached, saves ${formatDuration(outcome.record.durationMs)}`)}`
        : `${styleText("green", "✓")} ${name}  ${styleText("dim", `${formatDuration(outcome.durationMs)}. ${describeReason(outcome.reason, nameOf)}`)}`;
    case "none":
      return "";
    case "error":
      return `${styleText("red", "✗")} ${name}  ${styleText("dim", `failed after ${formatDuration(outcome.durationMs)}`)}`;
    case "interrupted":
      return `${styleText("yellow", "■")} ${name}  ${styleText("dim", `interrupted after ${formatDuration(outcome.durationMs)}`)}`;
    case "skipped":
      return `${styleText("yellow", "−")} ${name}  ${styleText("dim", `skipped. ${describeReason(outcome.reason, nameOf)}`)}`;
    default:
      return outcome satisfies never;
  }
}

function indented(text: string): string {
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return body
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

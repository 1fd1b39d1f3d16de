/** `--format json`: one object a line, and nothing else on stdout. The shapes are in docs/cli.md. */
import type { Outcome, RunSummary } from "../core/engine/model.ts";
import type { Cell } from "../core/notebook/model.ts";
import type { CellError, Output } from "../core/outputs/model.ts";

export interface CellLine {
  readonly type: "cell";
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: "ok" | "error" | "skipped";
  readonly cache_hit: boolean;
  readonly duration_ms: number;
  readonly reason: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: readonly {
    readonly mime: string;
    readonly text?: string;
    readonly digest?: string;
    readonly bytes?: number;
  }[];
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly traceback: string;
    readonly line: number | null;
  };
}

export interface SummaryLine {
  readonly type: "summary";
  readonly status: "ok" | "error";
  readonly executed: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  readonly duration_ms: number;
}

export function cellLine(cell: Cell, name: string, outcome: Outcome, reason: string): CellLine {
  const outputs = outputsOf(outcome);
  const error = outputs.find((output) => output.type === "error")?.error;
  return {
    type: "cell",
    id: cell.id,
    name,
    language: cell.language,
    status: statusOf(outcome),
    cache_hit: outcome.status === "ok" && outcome.cached,
    duration_ms: "durationMs" in outcome ? rounded(outcome.durationMs) : 0,
    reason,
    stdout: streamText(outputs, "stdout"),
    stderr: streamText(outputs, "stderr"),
    outputs: outputs.flatMap((output) => (output.type === "display" ? output.data : [])),
    ...(error === undefined ? {} : { error: errorOf(error) }),
  };
}

export function summaryLine(summary: RunSummary): SummaryLine {
  return {
    type: "summary",
    status: succeeded(summary) ? "ok" : "error",
    executed: summary.executed,
    cached: summary.cached,
    failed: summary.failed,
    skipped: summary.skipped,
    duration_ms: rounded(summary.durationMs),
  };
}

export function succeeded(summary: RunSummary): boolean {
  return summary.failed === 0 && summary.skipped === 0;
}

export function outputsOf(outcome: Outcome): readonly Output[] {
  switch (outcome.status) {
    case "ok":
      return outcome.record.outputs;
    case "error":
    case "interrupted":
      return outcome.outputs;
    case "none":
    case "skipped":
      return [];
    default:
      return outcome satisfies never;
  }
}

function streamText(outputs: readonly Output[], name: "stdout" | "stderr"): string {
  return outputs.map((output) => (output.type === "stream" && output.name === name ? output.text : "")).join("");
}

function statusOf(outcome: Outcome): CellLine["status"] {
  switch (outcome.status) {
    case "ok":
    case "none":
      return "ok";
    case "error":
    case "interrupted":
      return "error";
    case "skipped":
      return "skipped";
    default:
      return outcome satisfies never;
  }
}

function errorOf(error: CellError): NonNullable<CellLine["error"]> {
  return { name: error.name, message: error.message, traceback: error.traceback, line: error.line ?? null };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

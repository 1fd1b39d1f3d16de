/** `strata verify`: runs cells with stored results once more, each in a fresh process, and says what differs. */
import { randomInt } from "node:crypto";
import { styleText } from "node:util";
import { listed, sampleOf } from "../core/engine/describe-status.ts";
import type { Verdict } from "../core/engine/verify.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";
import { unknownCell } from "./run.ts";
import { columnsOf, wrapped } from "./terminal.ts";

export interface VerifyOptions extends SharedOptions {
  readonly sample?: number;
  readonly cell: readonly string[];
}

export async function verifyCommand(path: string, options: VerifyOptions): Promise<number> {
  const interrupt = listenForInterrupt(() => undefined);
  const opened = await openForCommand(path, { ...options, runs: true, fork: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const named: string[] = [];
    for (const wanted of options.cell) {
      const id = opened.findCell(wanted);
      if (id === undefined) {
        complain(unknownCell(wanted, opened));
        return EXIT.usage;
      }
      named.push(id);
    }
    const cells = named.length > 0 ? named : await candidates(opened, options.sample);
    const counts = new Map<Verdict["kind"], number>();
    const on = (cell: string, verdict: Verdict): void => {
      counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
      const line = options.format === "json" ? jsonLine(cell, verdict, opened) : humanLine(cell, verdict, opened);
      process.stdout.write(`${line}\n`);
    };
    const problem = await opened.engine.verify({ cells, samples: named.length > 0 }, on, interrupt.signal);
    if (problem !== undefined) {
      complain(problem);
      return interrupt.signal.aborted ? EXIT.interrupted : EXIT.usage;
    }
    process.stdout.write(`${options.format === "json" ? jsonSummary(counts) : humanSummary(counts)}\n`);
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return (counts.get("differs") ?? 0) > 0 ? EXIT.failed : EXIT.ok;
  } finally {
    await opened.close();
    interrupt.release();
  }
}

/** Every cell, or so many of the fresh ones, chosen by chance, in notebook order. */
async function candidates(opened: OpenNotebook, count: number | undefined): Promise<readonly string[]> {
  const { cells } = await opened.engine.plan();
  if (count === undefined) return cells.map(({ cell }) => cell);
  const fresh = cells.flatMap((plan) =>
    plan.action === "reuse" && plan.record.sample.length === 0 ? [plan.cell] : [],
  );
  const left = [...fresh];
  const chosen = new Set<string>();
  while (chosen.size < count && left.length > 0) chosen.add(...(left.splice(randomInt(left.length), 1) as [string]));
  return fresh.filter((cell) => chosen.has(cell));
}

function jsonLine(id: string, verdict: Verdict, { nameOf }: OpenNotebook): string {
  return JSON.stringify({
    type: "verify",
    id,
    name: nameOf(id),
    status: verdict.kind,
    differs: verdict.kind === "differs" ? verdict.differs : [],
    reason: words(verdict, nameOf),
    duration_ms: "durationMs" in verdict ? verdict.durationMs : 0,
  });
}

function jsonSummary(counts: ReadonlyMap<Verdict["kind"], number>): string {
  const of = (kind: Verdict["kind"]): number => counts.get(kind) ?? 0;
  const skipped = of("skipped") + of("sample") + of("interrupted");
  return JSON.stringify({ type: "summary", same: of("same"), differs: of("differs"), skipped });
}

const MARKS: Readonly<Record<Verdict["kind"], string>> = {
  same: styleText("green", "✓"),
  differs: styleText("red", "✗"),
  sample: styleText("cyan", "~"),
  skipped: styleText("yellow", "−"),
  interrupted: styleText("yellow", "■"),
};

function humanLine(id: string, verdict: Verdict, { nameOf }: OpenNotebook): string {
  const name = nameOf(id);
  const took = "durationMs" in verdict ? ` ${formatDuration(verdict.durationMs)}.` : "";
  const text = `${words(verdict, nameOf)}${took}`;
  const lines = wrapped(text, { columns: columnsOf(process.stdout), start: name.length + 4, indent: 4 });
  return `${MARKS[verdict.kind]} ${name}  ${styleText("dim", lines)}`;
}

function humanSummary(counts: ReadonlyMap<Verdict["kind"], number>): string {
  const parts = [...counts].map(([kind, count]) => `${count} ${kind === "sample" ? "not compared" : kind}`);
  return parts.length === 0 ? "Nothing to verify." : parts.join(", ");
}

function words(verdict: Verdict, nameOf: (id: string) => string): string {
  switch (verdict.kind) {
    case "same":
      return "The same again.";
    case "differs":
      return `Not reproducible: ${listed(verdict.differs)} came out differently.`;
    case "sample":
      return `Not compared: one sample of many, as it depends on ${sampleOf(verdict.of)}.`;
    case "skipped":
      return `No fresh result to compare with. ${describeReason(verdict.reason, nameOf)}`;
    case "interrupted":
      return "Interrupted.";
    default:
      return verdict satisfies never;
  }
}

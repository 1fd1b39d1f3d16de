/** `strata status`: the plan, read as how valid each cell's result is. Starts no Python. */
import { styleText } from "node:util";
import { remarksOn } from "../core/engine/describe-status.ts";
import type { CellStatus } from "../core/engine/model.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { openForCommand, type SharedOptions } from "./open.ts";
import { columnsOf, wrapped } from "./terminal.ts";

type Validity = CellStatus["validity"];

const MARKS: Readonly<Record<Validity, string>> = {
  fresh: styleText("green", "●"),
  stale: styleText("yellow", "○"),
  failed: styleText("red", "✗"),
  blocked: styleText("red", "−"),
  none: " ",
};

export async function statusCommand(path: string, options: SharedOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const statuses = await opened.engine.statuses();
    const lines =
      options.format === "json" ? statuses.map((status) => jsonLine(status, opened)) : humanLines(statuses, opened);
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

function jsonLine(status: CellStatus, opened: OpenNotebook): string {
  const { cell: id, validity, lastMs } = status;
  const reason = describeReason(status.reason, opened.nameOf);
  const line = { type: "status", id, name: opened.nameOf(id), validity, reason, last_ms: lastMs ?? null };
  return JSON.stringify({ ...line, sample: status.sample ?? null, differs: status.differs ?? [] });
}

function humanLines(statuses: readonly CellStatus[], opened: OpenNotebook): readonly string[] {
  const width = Math.max(0, ...statuses.map((status) => opened.nameOf(status.cell).length));
  const indent = width + 13;
  const cells = statuses.map((status) => {
    const name = opened.nameOf(status.cell);
    const text = wrapped(detail(status, opened), { columns: columnsOf(process.stdout), start: indent, indent });
    const word = status.validity === "none" ? "" : status.validity;
    return `${MARKS[status.validity]} ${name.padEnd(width)}  ${word.padEnd(7)}  ${styleText("dim", text)}`.trimEnd();
  });
  return [...cells, closing(statuses)];
}

function detail(status: CellStatus, opened: OpenNotebook): string {
  const { reason, lastMs } = status;
  if (reason.kind === "fresh") return [`saves ${formatDuration(reason.savedMs)}`, ...remarksOn(status)].join(". ");
  const last = lastMs === undefined ? "" : ` Took ${formatDuration(lastMs)} last time.`;
  return status.validity === "none" ? "" : `${describeReason(reason, opened.nameOf)}${last}`;
}

function closing(statuses: readonly CellStatus[]): string {
  const order: readonly Validity[] = ["fresh", "stale", "failed", "blocked"];
  const counts = order.flatMap((validity) => {
    const count = statuses.filter((status) => status.validity === validity).length;
    return count === 0 ? [] : [`${count} ${validity}`];
  });
  return counts.length === 0 ? "Nothing to run." : counts.join(", ");
}

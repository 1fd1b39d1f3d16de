/** `strata status`: the plan, read as how valid each cell's result is. Starts no Python. */
import { styleText } from "node:util";
import type { CellStatus } from "../core/engine/model.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import { EXIT } from "./exit.ts";
import { openForCommand, type SharedOptions } from "./open.ts";

export interface StatusOptions extends SharedOptions {
  readonly format: "human" | "json";
}

const MARKS: Readonly<Record<CellStatus["validity"], string>> = {
  fresh: styleText("green", "●"),
  stale: styleText("yellow", "○"),
  failed: styleText("red", "✗"),
  blocked: styleText("red", "−"),
  none: " ",
};

export async function statusCommand(path: string, options: StatusOptions): Promise<number> {
  const opened = await openForCommand(path, options, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    for (const status of await opened.engine.statuses()) {
      const name = opened.nameOf(status.cell);
      const reason = describeReason(status.reason, opened.nameOf);
      if (options.format === "json") {
        const { cell: id, validity, lastMs } = status;
        const line = { type: "status", id, name, validity, reason, last_ms: lastMs ?? null };
        process.stdout.write(`${JSON.stringify(line)}\n`);
      } else {
        const last =
          status.lastMs === undefined ? "" : styleText("dim", ` (last run ${formatDuration(status.lastMs)})`);
        process.stdout.write(`${MARKS[status.validity]} ${name}  ${reason}${last}\n`);
      }
    }
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

/** `strata run --format json`: a line a cell as it ends, and the summary. Progress goes to stderr. */
import { describeReason } from "../core/plan/describe.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { cellLine, summaryLine } from "./outcome-json.ts";
import type { Report } from "./report.ts";

export function jsonReport(opened: OpenNotebook, quiet: boolean): Report {
  const write = (line: object): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  return {
    event(event) {
      // Nobody is asked from the command line: the cell sees the end of its input.
      if (event.type === "input") event.reply(undefined);
      if (event.type !== "ended") return;
      const cell = opened.engine.notebook.cells.find((candidate) => candidate.id === event.cell);
      if (cell === undefined) return;
      const reason = describeReason(event.outcome.reason, opened.nameOf);
      write(cellLine(cell, opened.nameOf(cell.id), event.outcome, reason));
    },
    progress(text) {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
    stopping: () => undefined,
    end(summary) {
      if (summary !== undefined) write(summaryLine(summary));
    },
  };
}

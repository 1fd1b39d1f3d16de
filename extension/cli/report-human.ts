/**
 * `strata run` for a person: each cell with all it showed when it ends, so that cells that run side by side are never
 * mixed. On a terminal a live line shows what is running and the last that it printed.
 */
import { createLogUpdate } from "log-update";
import type { Outcome, RunEvent } from "../core/engine/model.ts";
import { formatDuration } from "../core/plan/describe.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { cellText, summaryText } from "./outcome-human.ts";
import type { Report } from "./report.ts";
import { isLive, lastWords, shortened } from "./terminal.ts";

/** How often the live line's seconds move on. */
const REDRAW_MS = 200;

export function humanReport(opened: OpenNotebook, quiet: boolean): Report {
  const { nameOf } = opened;
  const live = isLive(process.stdout) ? liveLine() : undefined;
  const running = new Map<string, { readonly since: number; said: string }>();
  let total = 0;
  let ended = 0;
  let note = "";
  let stopping = false;

  const text = (): string => {
    const now = performance.now();
    const cells = [...running].map(([id, { since, said }]) => {
      return `${nameOf(id)} ${formatDuration(now - since)}${said === "" ? "" : `: ${said}`}`;
    });
    if (stopping) return `■ stopping ${[...running.keys()].map(nameOf).join(", ")} (Ctrl-C again ends it at once)`;
    if (cells.length > 0) return `… ${ended}/${total}  ${cells.join(" · ")}`;
    return note === "" ? "" : `… ${note}`;
  };
  const draw = (): void => live?.draw(text());
  const timer = live === undefined ? undefined : setInterval(draw, REDRAW_MS);
  const write = (lines: string): void => {
    if (lines === "") return;
    live?.clear();
    process.stdout.write(`${lines}\n`);
  };
  const take = (event: RunEvent, ago: number): void => {
    switch (event.type) {
      case "queued":
        total = event.cells.length;
        break;
      case "started":
        note = "";
        running.set(event.cell, { since: performance.now() - ago, said: "" });
        break;
      case "stream": {
        const cell = running.get(event.cell);
        if (cell !== undefined) cell.said = lastWords(event.text, 40) || cell.said;
        break;
      }
      case "input":
        // Nobody is asked from the command line: the cell sees the end of its input.
        event.reply(undefined);
        break;
      case "ended":
        running.delete(event.cell);
        ended += 1;
        if (!quiet || !succeeded(event.outcome)) write(cellText(nameOf(event.cell), event.outcome, nameOf));
        break;
      case "display":
      case "clear":
        break;
      default:
        event satisfies never;
    }
  };
  return {
    event(event, ago = 0) {
      take(event, ago);
      draw();
    },
    progress(line) {
      note = line;
      if (live !== undefined) draw();
      else if (!quiet) process.stderr.write(`${line}\n`);
    },
    stopping() {
      stopping = true;
      draw();
    },
    end(summary) {
      clearInterval(timer);
      live?.end();
      if (summary !== undefined) process.stdout.write(`${summaryText(summary)}\n`);
    },
  };
}

function succeeded(outcome: Outcome): boolean {
  return outcome.status === "ok" || outcome.status === "none";
}

/** One line at the end of the output, drawn again and again, and gone when all is said. */
function liveLine(): { draw(text: string): void; clear(): void; end(): void } {
  const line = createLogUpdate(process.stdout, { showCursor: true });
  const clear = (): void => line.clear();
  // Also when a second Ctrl-C ends the process.
  process.on("exit", clear);
  return {
    draw(text) {
      if (text === "") clear();
      else line(shortened(text, Math.max(20, (process.stdout.columns ?? 80) - 1)));
    },
    clear,
    end() {
      clear();
      line.done();
      process.off("exit", clear);
    },
  };
}

/** `strata run`. */
import { createLogUpdate } from "log-update";
import type { Outcome, RunEvent, RunTarget } from "../core/engine/model.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";
import { cellText, summaryText } from "./outcome-human.ts";
import { cellLine, succeeded, summaryLine } from "./outcome-json.ts";

export interface RunOptions extends SharedOptions {
  readonly force: boolean;
  readonly format: "human" | "json";
  readonly quiet: boolean;
  readonly cell: readonly string[];
  readonly jobs?: number;
}

/** One reader of a run's events. */
interface Report {
  event(event: RunEvent): void;
  progress(text: string): void;
  end(): void;
}

export async function runCommand(path: string, options: RunOptions): Promise<number> {
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort();
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  let report: Report | undefined;
  const opened = await openForCommand(path, options, (text) => report?.progress(text));
  if (opened === undefined) return EXIT.usage;
  try {
    const target = targetOf(options.cell, opened);
    if (target === undefined) return EXIT.usage;
    report = options.format === "json" ? jsonReport(opened) : humanReport(opened, options.quiet);
    const ready = await opened.prepare(abort.signal);
    if (ready !== undefined) {
      report.end();
      complain(ready);
      return abort.signal.aborted ? EXIT.interrupted : EXIT.usage;
    }
    const request = { target, force: options.force, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) };
    const summary = await opened.engine.run(request, (event) => report?.event(event), abort.signal);
    report.end();
    const line = options.format === "json" ? JSON.stringify(summaryLine(summary)) : summaryText(summary);
    process.stdout.write(`${line}\n`);
    if (abort.signal.aborted) return EXIT.interrupted;
    return succeeded(summary) ? EXIT.ok : EXIT.failed;
  } finally {
    await opened.close();
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
  }
}

function targetOf(wanted: readonly string[], opened: OpenNotebook): RunTarget | undefined {
  if (wanted.length === 0) return { kind: "all" };
  const cells: string[] = [];
  for (const name of wanted) {
    const id = opened.findCell(name);
    if (id === undefined) {
      const known = opened.engine.notebook.cells.map((cell) => cell.id).join(", ");
      complain(`The notebook has no cell “${name}”. Its cells are: ${known}.`);
      return undefined;
    }
    cells.push(id);
  }
  return { kind: "cells", cells };
}

function jsonReport(opened: OpenNotebook): Report {
  return {
    event(event) {
      if (event.type === "input") event.reply(undefined);
      if (event.type !== "ended") return;
      const cell = opened.engine.notebook.cells.find((candidate) => candidate.id === event.cell);
      if (cell === undefined) return;
      const line = cellLine(cell, opened.nameOf(cell.id), event.outcome, reasonText(event.outcome, opened));
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    progress: (text) => {
      process.stderr.write(`${text}\n`);
    },
    end: () => undefined,
  };
}

/** On a terminal a live line shows what is running; elsewhere only what has ended is written. */
function humanReport(opened: OpenNotebook, quiet: boolean): Report {
  const live = process.stdout.isTTY === true;
  const line = createLogUpdate(process.stdout, { showCursor: true });
  const running = new Map<string, number>();
  let waiting = 0;
  let ended = 0;
  let note = "";
  const draw = (): void => {
    if (!live) return;
    const now = performance.now();
    const names = [...running].map(([id, since]) => `${opened.nameOf(id)} (${formatDuration(now - since)})`);
    line(names.length > 0 ? `… ${names.join(", ")}  ${ended}/${waiting}` : note);
  };
  const timer = live ? setInterval(draw, 200) : undefined;
  const write = (text: string): void => {
    if (text === "") return;
    if (live) line.clear();
    process.stdout.write(`${text}\n`);
  };
  return {
    event(event) {
      switch (event.type) {
        case "queued":
          waiting = event.cells.length;
          break;
        case "started":
          running.set(event.cell, performance.now());
          break;
        case "input":
          // Nobody is asked from a command line run: the cell sees the end of its input.
          event.reply(undefined);
          break;
        case "ended":
          running.delete(event.cell);
          ended += 1;
          if (!quiet || event.outcome.status === "error" || event.outcome.status === "skipped") {
            write(cellText(opened.nameOf(event.cell), event.outcome, opened.nameOf));
          }
          break;
        case "stream":
        case "display":
        case "clear":
          break;
        default:
          event satisfies never;
      }
      draw();
    },
    progress(text) {
      note = text;
      if (live) draw();
      else if (!quiet) process.stderr.write(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      if (live) {
        line.clear();
        line.done();
      }
    },
  };
}

function reasonText(outcome: Outcome, opened: OpenNotebook): string {
  return describeReason(outcome.reason, opened.nameOf);
}

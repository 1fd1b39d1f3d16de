/** `strata run`. */
import type { RunTarget } from "../core/engine/model.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";
import { succeeded } from "./outcome-json.ts";
import type { Report } from "./report.ts";
import { humanReport } from "./report-human.ts";
import { jsonReport } from "./report-json.ts";

export interface RunOptions extends SharedOptions {
  readonly force: boolean;
  readonly quiet: boolean;
  readonly cell: readonly string[];
  readonly jobs?: number;
}

export async function runCommand(path: string, options: RunOptions): Promise<number> {
  let report: Report | undefined;
  const interrupt = listenForInterrupt(() => report?.stopping());
  const opened = await openForCommand(path, { ...options, runs: true }, (text) => report?.progress(text));
  if (opened === undefined) return EXIT.usage;
  try {
    const target = targetOf(options.cell, opened);
    if (target === undefined) return EXIT.usage;
    report = options.format === "json" ? jsonReport(opened, options.quiet) : humanReport(opened, options.quiet);
    const problem = await opened.prepare(interrupt.signal);
    if (problem !== undefined) {
      report.end(undefined);
      complain(problem);
      return interrupt.signal.aborted ? EXIT.interrupted : EXIT.usage;
    }
    const request = { target, force: options.force, ...(options.jobs === undefined ? {} : { jobs: options.jobs }) };
    const summary = await opened.engine.run(request, (event) => report?.event(event), interrupt.signal);
    report.end(summary);
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return succeeded(summary) ? EXIT.ok : EXIT.failed;
  } finally {
    await opened.close();
    interrupt.release();
  }
}

function targetOf(wanted: readonly string[], opened: OpenNotebook): RunTarget | undefined {
  if (wanted.length === 0) return { kind: "all" };
  const cells: string[] = [];
  for (const name of wanted) {
    const id = opened.findCell(name);
    if (id === undefined) {
      complain(unknownCell(name, opened));
      return undefined;
    }
    cells.push(id);
  }
  return { kind: "cells", cells };
}

export function unknownCell(wanted: string, opened: OpenNotebook): string {
  const known = opened.engine.notebook.cells.map((cell) => cell.id).join(", ");
  if (known === "") return `There is no cell “${wanted}”: the notebook has no cells.`;
  return `The notebook has no cell “${wanted}”. Name one by its id, file or name; the ids are: ${known}.`;
}

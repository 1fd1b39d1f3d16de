/** `strata run`. */
import type { RunTarget } from "../core/engine/model.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { openTape } from "./cassette.ts";
import { journalReport, startDetached } from "./detach.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { complain, folderOf, openForCommand, type SharedOptions } from "./open.ts";
import { succeeded } from "./outcome-json.ts";
import type { Report } from "./report.ts";
import { humanReport } from "./report-human.ts";
import { jsonReport } from "./report-json.ts";

export interface RunOptions extends SharedOptions {
  readonly force: boolean;
  readonly refresh: boolean;
  readonly quiet: boolean;
  readonly cell: readonly string[];
  readonly jobs?: number;
  /** File of recorded answers for prompt cells. */
  readonly cassette?: string;
  readonly detach: boolean;
  /** Set in the process that a detached run goes on in: the run's id. */
  readonly detachedAs?: string;
}

/** `words` are those that the user gave after `run`. */
export async function runCommand(path: string, options: RunOptions, words: readonly string[]): Promise<number> {
  let report: Report | undefined;
  const interrupt = listenForInterrupt(() => report?.stopping());
  const tape = await openTape(options.cassette);
  const opened =
    tape === undefined
      ? undefined
      : await openForCommand(path, { ...options, runs: true, ai: tape.ai }, (text) => report?.progress(text));
  if (tape === undefined || opened === undefined) return EXIT.usage;
  try {
    const target = targetOf(options.cell, opened);
    if (target === undefined) return EXIT.usage;
    if (options.detach) {
      const rest = words.filter((word) => word !== "--detach");
      return await startDetached(folderOf(path), rest, options.format);
    }
    const journal =
      options.detachedAs === undefined
        ? undefined
        : await journalReport(folderOf(path), options.detachedAs, interrupt.request);
    if (options.detachedAs !== undefined && journal === undefined) return EXIT.usage;
    report = tape.listening(journal?.report ?? reportOn(opened, options), opened);
    const code = await runAndReport(opened, { ...options, target }, report, interrupt.signal);
    await tape.complete();
    journal?.ended(code);
    return code;
  } finally {
    await opened.close();
    interrupt.release();
  }
}

async function runAndReport(
  opened: OpenNotebook,
  options: RunOptions & { readonly target: RunTarget },
  report: Report,
  signal: AbortSignal,
): Promise<number> {
  const problem = await opened.prepare(signal);
  if (problem !== undefined) {
    report.end(undefined);
    complain(problem);
    return signal.aborted ? EXIT.interrupted : EXIT.usage;
  }
  const { target, force, refresh, jobs } = options;
  const request = { target, force, refresh, ...(jobs === undefined ? {} : { jobs }) };
  const summary = await opened.engine.run(request, (event) => report.event(event), signal);
  report.end(summary);
  if (signal.aborted) return EXIT.interrupted;
  return succeeded(summary) ? EXIT.ok : EXIT.failed;
}

function reportOn(opened: OpenNotebook, { format, quiet }: RunOptions): Report {
  return format === "json" ? jsonReport(opened, quiet) : humanReport(opened, quiet);
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

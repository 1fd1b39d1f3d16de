/** `strata attach` and `strata stop`: back to a run that was started with `strata run --detach`. */
import { createReadStream } from "node:fs";
import { type Entry, readJournal } from "../host/runs/journal.ts";
import { type Reached, reach } from "../host/runs/lifeline.ts";
import { type DetachedRun, runFiles } from "../host/runs/run-folder.ts";
import { findRun, quoted, when } from "./detach.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { complain, folderOf, openForCommand, type SharedOptions } from "./open.ts";
import type { Report } from "./report.ts";
import { humanReport } from "./report-human.ts";
import { jsonReport } from "./report-json.ts";

/** Tells the run from its beginning, then as it goes on; ends with its exit status. Ctrl-C leaves it going. */
export async function attachCommand(
  path: string,
  id: string | undefined,
  options: SharedOptions & { readonly quiet: boolean },
): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => {});
  if (opened === undefined) return EXIT.usage;
  const folder = folderOf(path);
  const run = await findRun(folder, id);
  if (run === undefined) {
    complain(absent(path, id));
    await opened.close();
    return EXIT.usage;
  }
  const reached = await reach(run.socket);
  const report = options.format === "json" ? jsonReport(opened, options.quiet) : humanReport(opened, options.quiet);
  const interrupt = listenForInterrupt(() => {});
  try {
    const code = await tell(folder, run, reached, report, interrupt.signal);
    if (code !== undefined) return code;
    report.end(undefined);
    if (interrupt.signal.aborted) {
      complain(`The run goes on. End it with strata stop ${quoted(path)}.`);
      return EXIT.interrupted;
    }
    complain(
      `The run of ${when(run)} was ended before it was done. What it had finished is kept: strata run ${quoted(path)} does the rest.`,
    );
    return EXIT.failed;
  } finally {
    reached?.leave();
    interrupt.release();
    await opened.close();
  }
}

export async function stopCommand(path: string, id: string | undefined): Promise<number> {
  const run = await findRun(folderOf(path), id);
  const reached = run === undefined ? undefined : await reach(run.socket);
  if (run === undefined || reached === undefined) {
    complain(run === undefined ? absent(path, id) : `The run of ${when(run)} has ended already.`);
    return EXIT.usage;
  }
  reached.stop();
  await reached.ended;
  process.stdout.write(`Run ${run.id} was stopped. What it had finished is kept.\n`);
  return EXIT.ok;
}

/** The exit status of the run; undefined when its story has no end, or we were told to leave. */
async function tell(
  folder: string,
  run: DetachedRun,
  reached: Reached | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<number | undefined> {
  const files = runFiles(folder, run.id);
  const over = reached?.ended ?? Promise.resolve();
  for await (const entry of readJournal(files.journal, over, signal)) {
    if (entry.type === "end") {
      await pass(files.stderr);
      report.end(entry.summary);
      return entry.code;
    }
    retell(entry, report);
  }
  if (!signal.aborted) await pass(files.stderr);
  return undefined;
}

function retell(entry: Exclude<Entry, { type: "end" }>, report: Report): void {
  switch (entry.type) {
    case "event":
      report.event(entry.event, Date.now() - entry.at);
      break;
    case "progress":
      report.progress(entry.text);
      break;
    case "stopping":
      report.stopping();
      break;
    default:
      entry satisfies never;
  }
}

/** What the run's process complained of. */
function pass(file: string): Promise<void> {
  return new Promise((resolve) => {
    const stream = createReadStream(file);
    stream.on("error", () => resolve());
    stream.on("end", () => resolve());
    stream.pipe(process.stderr, { end: false });
  });
}

function absent(path: string, id: string | undefined): string {
  const start = `Start one with strata run ${quoted(path)} --detach.`;
  return id === undefined
    ? `No run of ${path} was started in the background. ${start}`
    : `There is no run ${id}. ${start}`;
}

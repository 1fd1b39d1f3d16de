/**
 * `strata run --detach`: the same run in a process of its own that outlives the terminal, the window and the session. This process only
 * makes sure that the call is right, starts the other, and says how to get back to it.
 */
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { openJournal } from "../host/runs/journal.ts";
import { listenForOthers, reach } from "../host/runs/lifeline.ts";
import { createRun, type DetachedRun, listRuns, readRun, runFiles } from "../host/runs/run-folder.ts";
import { startInBackground } from "../host/runs/start.ts";
import { EXIT } from "./exit.ts";
import { complain } from "./open.ts";
import type { Report } from "./report.ts";

/** Given to the process that is started: the run whose journal it writes. */
export const DETACHED_OPTION = "--detached-as";

const START_MS = 20_000;

async function goesOn(run: DetachedRun): Promise<boolean> {
  const reached = await reach(run.socket);
  reached?.leave();
  return reached !== undefined;
}

/** The run that goes on in the folder, or the one named; the last one when it has ended. */
export async function findRun(folder: string, id: string | undefined): Promise<DetachedRun | undefined> {
  const runs = await listRuns(folder);
  if (id !== undefined) return runs.find((run) => run.id === id);
  for (const run of runs.toReversed()) if (await goesOn(run)) return run;
  return runs.at(-1);
}

/** Starts this same command in the background. `args` are the words that the user gave after `run`. */
export async function startDetached(
  folder: string,
  args: readonly string[],
  format: "human" | "json",
): Promise<number> {
  for (const run of await listRuns(folder)) {
    if (!(await goesOn(run))) continue;
    complain(
      `A run of this notebook goes on already, since ${when(run)}. Look at it with strata attach ${quoted(folder)}, or end it with strata stop ${quoted(folder)}.`,
    );
    return EXIT.usage;
  }
  const run = await createRun(folder, args, goesOn);
  const [script = ""] = process.argv.slice(1);
  const words = [...process.execArgv, script, "run", ...args, DETACHED_OPTION, run.id];
  const child = startInBackground(process.execPath, words, runFiles(folder, run.id).stderr);
  const early = await ready(child, run);
  child.unref();
  if (early === EXIT.usage) {
    // It could not begin, and has said why.
    process.stderr.write(await readFile(runFiles(folder, run.id).stderr, "utf8"));
    return early;
  }
  if (early === "failed") {
    complain(`The run did not start. Its messages are in ${runFiles(folder, run.id).stderr}.`);
    return EXIT.failed;
  }
  if (format === "json") process.stdout.write(`${JSON.stringify({ type: "detached", run: run.id, pid: child.pid })}\n`);
  else
    process.stdout.write(`Run ${run.id} goes on in the background. Follow it with: strata attach ${quoted(folder)}\n`);
  return EXIT.ok;
}

/** Waits until it can be reached. A short run may have ended before; then its exit status, which `attach` will tell too. */
async function ready(child: ChildProcess, run: DetachedRun): Promise<"ready" | "failed" | number> {
  let early: "failed" | number | undefined;
  child.on("error", () => {
    early = "failed";
  });
  child.on("exit", (code) => {
    early = code ?? "failed";
  });
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; ) {
    if (early !== undefined) return early;
    if (await goesOn(run)) return "ready";
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return "failed";
}

/** In the process that was started: where the run's story goes instead of the terminal. */
export async function journalReport(
  folder: string,
  id: string,
  onStop: () => void,
): Promise<{ readonly report: Report; readonly ended: (code: number) => void } | undefined> {
  const run = await readRun(folder, id);
  if (run === undefined) {
    complain(`There is no run ${id} to report to. Start one with strata run --detach.`);
    return undefined;
  }
  const journal = openJournal(runFiles(folder, id).journal, complain);
  await listenForOthers(run.socket, onStop);
  let summary: Parameters<Report["end"]>[0];
  return {
    report: {
      event(event) {
        // Nobody is there to be asked: the cell sees the end of its input.
        if (event.type === "input") event.reply(undefined);
        else journal.write({ type: "event", at: Date.now(), event });
      },
      progress: (text) => journal.write({ type: "progress", text }),
      stopping: () => journal.write({ type: "stopping" }),
      end: (given) => {
        summary = given;
      },
    },
    ended(code) {
      journal.write({ type: "end", code, ...(summary === undefined ? {} : { summary }) });
      journal.close();
    },
  };
}

export function when(run: DetachedRun): string {
  return new Date(run.startedAt).toLocaleString();
}

export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
}

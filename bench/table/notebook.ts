/** Notebooks made of a list of cell texts, in a folder of their own, and opened as the shells open them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { RunSummary } from "../../extension/core/engine/model.ts";
import type { Notebook } from "../../extension/core/notebook/model.ts";
import { type OpenNotebook, openNotebook } from "../../extension/host/engine/open.ts";
import { readNotebook as readFolder } from "../../extension/host/folder/read.ts";

export const never = new AbortController().signal;

/** Cells are c0, c1, … */
export function makeNotebook(sources: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  mkdirSync(join(folder, "cells"));
  sources.forEach((source, at) => {
    writeCell(folder, at, source);
  });
  const cells = sources.map((_, at) => `  { id = "c${at}", file = "c${at}.py", language = "python", order = ${at} },`);
  writeFileSync(
    join(folder, "notebook.toml"),
    `notebook_id = "bench"\nname = "Bench"\ncells = [\n${cells.join("\n")}\n]\n`,
  );
  return folder;
}

export function writeCell(folder: string, at: number, source: string): void {
  writeFileSync(join(folder, "cells", `c${at}.py`), `${source}\n`);
}

export async function readNotebook(folder: string): Promise<Notebook> {
  const found = await readFolder(folder);
  if (found.kind === "problem") throw new Error(found.problem.message);
  const { notebook } = found;
  if (notebook === undefined) throw new Error("The measurement's own notebook does not parse.");
  return notebook;
}

export async function open(folder: string, python: string, jobs?: number): Promise<OpenNotebook> {
  return openNotebook(await readNotebook(folder), {
    folder,
    python,
    sync: false,
    harness: resolve(import.meta.dirname, "../../python-harness"),
    storage: join(folder, ".storage"),
    ...(jobs === undefined ? {} : { jobs }),
    onProgress: () => undefined,
    onProblem: (message) => console.error(message),
  });
}

/** Opened, and with the process that forks cells at hand, as a few seconds after the first run. */
export async function openWarm(folder: string, python: string): Promise<OpenNotebook> {
  const opened = await open(folder, python);
  await run(opened, ["c0"]);
  for (let left = 600; opened.mode()?.kind !== "zygote"; left -= 1) {
    if (left === 0) throw new Error(`Cells are not forked here: ${opened.mode()?.why}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return opened;
}

export async function run(opened: OpenNotebook, cells?: readonly string[], force = true): Promise<RunSummary> {
  const target = cells === undefined ? ({ kind: "all" } as const) : ({ kind: "cells", cells } as const);
  const summary = await opened.engine.run({ target, force }, () => undefined, never);
  if (summary.failed + summary.skipped > 0) throw new Error(`Not everything ran: ${JSON.stringify(summary)}`);
  return summary;
}

export async function withNotebook<T>(sources: readonly string[], use: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeNotebook(sources);
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

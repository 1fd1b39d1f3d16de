/** A notebook in a folder of its own, opened with models that are stand-ins, for tests of prompt cells end to end. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Outcome, RunEvent, RunRequest, RunSummary } from "../../extension/core/engine/model.ts";
import { bundleFiles } from "../../extension/core/notebook/bundle.ts";
import { parseNotebook } from "../../extension/core/notebook/parse.ts";
import type { Output } from "../../extension/core/outputs/model.ts";
import { type OpenNotebook, openNotebook } from "../../extension/host/engine/open.ts";
import type { AiOptions } from "../../extension/host/engine/prompts.ts";
import { readFolder } from "../../extension/host/folder/read.ts";
import { findPython } from "../../scripts/provision/python.ts";
import { filesBelow } from "../files-below.ts";

export interface Ran {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  outcome(cell: string): Outcome;
  /** All that a cell showed as plain text. */
  text(cell: string): string;
}

export interface PromptNotebook {
  readonly folder: string;
  readonly opened: OpenNotebook;
  run(request?: Partial<RunRequest>, signal?: AbortSignal, on?: (event: RunEvent) => void): Promise<Ran>;
  /** Changes cells (file name → text) or `notebook.toml`, as an edit would. */
  edit(cells: Readonly<Record<string, string>>, extra?: string): Promise<void>;
  /** The same folder, opened anew: as another process would. */
  reopen(ai: AiOptions): Promise<PromptNotebook>;
  /** Every file below the folder, with its text. */
  files(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export interface NotebookOptions {
  readonly ai: AiOptions;
  /** Lines of notebook.toml after the cells: `[ai]` and so on. */
  readonly extra?: string;
  readonly python?: string;
}

/** Cells by file name; `.prompt.py` files are prompts. Ids are the names without their endings. */
export async function makeNotebook(
  cells: Readonly<Record<string, string>>,
  options: NotebookOptions,
): Promise<PromptNotebook> {
  const folder = await mkdtemp(join(tmpdir(), "strata-prompts-"));
  await write(folder, cells, options.extra ?? "");
  return open(folder, options);
}

async function write(folder: string, cells: Readonly<Record<string, string>>, extra: string): Promise<void> {
  const entries = Object.keys(cells).map((file, order) => {
    const [id = "", kind] = file.split(".");
    const language = kind === "prompt" ? "prompt" : "python";
    return `{ id = "${id}", file = "${file}", language = "${language}", order = ${order} }`;
  });
  const toml = `notebook_id = "prompts-test"\nname = "Prompts"\ncells = [\n  ${entries.join(",\n  ")},\n]\n${extra}\n`;
  for (const [path, text] of [
    ["notebook.toml", toml],
    ...Object.entries(cells).map(([file, text]) => [`cells/${file}`, text]),
  ] as const) {
    const full = join(folder, path ?? "");
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text ?? "");
  }
}

async function read(folder: string): Promise<ReturnType<typeof parseNotebook>["notebook"] & object> {
  const found = await readFolder(folder);
  assert.ok(found.kind !== "problem");
  const { notebook } = parseNotebook(bundleFiles(found.bundle));
  assert.ok(notebook !== undefined);
  return notebook;
}

async function open(folder: string, options: NotebookOptions): Promise<PromptNotebook> {
  const opened = await openNotebook(await read(folder), {
    folder,
    python: options.python ?? (await findPython()),
    harness: resolve(import.meta.dirname, "../../python-harness"),
    storage: join(tmpdir(), "strata-test-state"),
    sync: false,
    ai: options.ai,
    onProgress: () => undefined,
    onProblem: (message) => assert.fail(message),
  });
  return {
    folder,
    opened,
    async run(request = {}, signal = new AbortController().signal, on = () => undefined) {
      const events: RunEvent[] = [];
      const take = (event: RunEvent): void => {
        events.push(event);
        on(event);
      };
      const summary = await opened.engine.run({ target: { kind: "all" }, force: false, ...request }, take, signal);
      return asRan(summary, events);
    },
    async edit(cells, extra = options.extra ?? "") {
      await write(folder, cells, extra);
      opened.engine.update(await read(folder));
    },
    async reopen(ai) {
      await opened.close();
      return open(folder, { ...options, ai });
    },
    async files() {
      const found = new Map<string, string>();
      for (const path of await filesBelow(folder)) {
        // A process that waits may end, and its log files go with it.
        const text = await readFile(path, "latin1").catch(() => undefined);
        if (text !== undefined) found.set(path, text);
      }
      return found;
    },
    async close() {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asRan(summary: RunSummary, events: readonly RunEvent[]): Ran {
  const outcome = (cell: string): Outcome => {
    const ended = events.find((event) => event.type === "ended" && event.cell === cell);
    assert.ok(ended?.type === "ended", `${cell} did not end`);
    return ended.outcome;
  };
  return {
    summary,
    events,
    outcome,
    text: (cell) => outputsOf(outcome(cell)).map(plain).join("\n"),
  };
}

function outputsOf(outcome: Outcome): readonly Output[] {
  if (outcome.status === "ok") return outcome.record.outputs;
  return "outputs" in outcome ? outcome.outputs : [];
}

function plain(output: Output): string {
  if (output.type === "stream") return output.text;
  if (output.type === "error") return output.error.traceback;
  const item = output.data.find(({ mime }) => mime === "text/plain");
  return item !== undefined && "text" in item ? item.text : "";
}

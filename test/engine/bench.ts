/**
 * A notebook on disk with a real engine and real Python, and the oracle beside it: the same cells as one plain script.
 */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Engine, Outcome, RunRequest, RunTarget } from "../../extension/core/engine/model.ts";
import { exportScript } from "../../extension/core/export/script.ts";
import type { Cell, Notebook } from "../../extension/core/notebook/model.ts";
import type { Output } from "../../extension/core/outputs/model.ts";
import { describeReason } from "../../extension/core/plan/describe.ts";
import type { CellPlan } from "../../extension/core/plan/model.ts";
import { type OpenNotebook, type OpenOptions, openNotebook } from "../../extension/host/engine/open.ts";
import { testPython } from "../harness/python-env.ts";
import { type Files, filesOf, type Oracle, startingOracle } from "./oracle.ts";

export const HARNESS = resolve(import.meta.dirname, "..", "..", "python-harness");
const MARK = "\u001e";

/** Cell id → source; order is the notebook's. An id that ends in ".md" is a Markdown cell. */
export type Cells = Readonly<Record<string, string>>;

export interface RunSeen {
  /** Cells that executed, in notebook order. */
  readonly ran: readonly string[];
  readonly cached: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface Bench {
  readonly folder: string;
  readonly opened: OpenNotebook;
  cells(): Cells;
  edit(cells: Cells): Promise<void>;
  run(target?: RunTarget, options?: Partial<RunRequest>): Promise<RunSeen>;
  /** Cells that are shown fresh. */
  fresh(): Promise<readonly string[]>;
  /** What a cell printed, from its stored outputs. */
  printed(cell: string): Promise<string>;
  reason(cell: string): Promise<string>;
  /**
   * Everything shown fresh must be what the script prints, and cells that have just failed must fail in the script, if it
   * comes to them. Gives how many cells were compared.
   */
  checkAgainstScript(failed?: readonly string[]): Promise<number>;
  /** Close and open again, as after a restart. */
  reopen(): Promise<void>;
  /** Without content it is removed. */
  file(path: string, content: string | undefined): void;
  /** The notebook's own files as they are now. */
  files(): Files;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly python?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly jobs?: number;
  readonly store?: string;
  /** Where the notebook is; default: a folder of its own among the temporary ones. It is gone afterwards. */
  readonly folder?: string;
  readonly environment?: OpenOptions["environment"];
  /** Default: Python is started anew for each script. */
  readonly oracle?: Oracle;
  readonly notebook?: Partial<Notebook>;
  /** Problems with the store are part of the case. */
  readonly tolerant?: boolean;
}

export async function openBench(initial: Cells, options: BenchOptions = {}): Promise<Bench> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "strata-bench-")));
  const python = options.python ?? (await testPython());
  const oracle = options.oracle ?? startingOracle(python);
  let cells: Cells = initial;
  const problems: string[] = [];

  /** Only runs and `file` change them. */
  let files: Files | undefined;
  const file = (path: string, content: string | undefined): void => {
    files = undefined;
    const place = join(folder, path);
    if (content === undefined) {
      rmSync(place, { force: true });
      return;
    }
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  };
  for (const [path, content] of Object.entries(options.files ?? {})) file(path, content);

  const open = (): Promise<OpenNotebook> =>
    openNotebook(notebookOf(cells, options.notebook), {
      folder,
      python,
      sync: false,
      harness: HARNESS,
      storage: join(folder, ".storage"),
      onProgress: () => undefined,
      onProblem: (message) => problems.push(message),
      ...(options.store === undefined ? {} : { store: options.store }),
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(options.environment === undefined ? {} : { environment: options.environment }),
    });
  let opened = await open();
  const ready = await opened.prepare(new AbortController().signal);
  assert.equal(ready, undefined, ready);

  const bench: Bench = {
    folder,
    get opened() {
      return opened;
    },
    cells: () => cells,
    async edit(next) {
      cells = next;
      opened.engine.update(notebookOf(cells, options.notebook));
    },
    async run(target = { kind: "all" }, more = {}) {
      const outcomes = new Map<string, Outcome>();
      const started = new Set<string>();
      files = undefined;
      await opened.engine.run(
        { target, force: false, ...more },
        (event) => {
          if (event.type === "started") {
            assert.ok(!started.has(event.cell), `${event.cell} started twice in one request`);
            started.add(event.cell);
          }
          if (event.type !== "ended") return;
          assert.ok(!outcomes.has(event.cell), `${event.cell} ended twice in one request`);
          outcomes.set(event.cell, event.outcome);
        },
        new AbortController().signal,
      );
      const those = (test: (outcome: Outcome) => boolean): string[] =>
        Object.keys(cells).filter((id) => {
          const outcome = outcomes.get(id);
          return outcome !== undefined && test(outcome);
        });
      return {
        ran: those((outcome) => outcome.status === "ok" && !outcome.cached),
        cached: those((outcome) => outcome.status === "ok" && outcome.cached),
        failed: those((outcome) => outcome.status === "error"),
        skipped: those((outcome) => outcome.status === "skipped"),
        outcomes,
      };
    },
    async fresh() {
      const statuses = await opened.engine.statuses();
      return statuses.filter((status) => status.validity === "fresh").map((status) => status.cell);
    },
    async printed(cell) {
      const plan = (await opened.engine.plan()).cells.find((entry) => entry.cell === cell);
      const outputs = plan?.action === "reuse" ? plan.record.outputs : (await opened.engine.stored(cell)).outputs;
      return printedIn(outputs);
    },
    async reason(cell) {
      const status = (await opened.engine.statuses()).find((entry) => entry.cell === cell);
      return status === undefined ? "" : describeReason(status.reason, (id) => id);
    },
    async checkAgainstScript(failed = []) {
      // What is reused is what is shown fresh.
      const { cells: planned } = await opened.engine.plan();
      const shown = planned.flatMap((plan) => (plan.action === "reuse" ? [plan] : []));
      if (shown.length === 0 && failed.length === 0) return 0;
      const expected = await script(opened.engine, refused(planned), folder, bench.files(), oracle);
      let compared = 0;
      for (const {
        cell: id,
        record: { outputs },
      } of shown) {
        const text = expected.get(id);
        // A cell that does not depend on a failed one runs here, while the script stopped above it.
        if (text === undefined) continue;
        compared += 1;
        assert.equal(printedIn(outputs), text, `${id} is shown fresh with another result than the script's`);
      }
      for (const id of failed) assert.ok(!expected.has(id), `${id} has failed, and the script does not fail there`);
      return compared;
    },
    async reopen() {
      await opened.close();
      opened = await open();
      await opened.prepare(new AbortController().signal);
    },
    file,
    files: () => {
      files ??= filesOf(folder);
      return files;
    },
    async close() {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
      if (options.tolerant !== true) assert.deepEqual(problems, []);
    },
  };
  return bench;
}

function printedIn(outputs: readonly Output[]): string {
  return outputs.map((output) => (output.type === "stream" && output.name === "stdout" ? output.text : "")).join("");
}

/** Cells that use a value which cannot be handed on, and those that need them: the others are as if these were not there. */
function refused(planned: readonly CellPlan[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { action, cell, reason } of planned) {
    if (action !== "blocked") continue;
    if (reason.kind === "unstorable" || (reason.kind === "upstream-blocked" && found.has(reason.cell))) found.add(cell);
  }
  return found;
}

/** What each cell prints when the exported notebook is run by plain `python`; cells that it does not reach are absent. */
async function script(
  engine: Engine,
  without: ReadonlySet<string>,
  folder: string,
  files: Files,
  oracle: Oracle,
): Promise<ReadonlyMap<string, string>> {
  const { notebook } = engine;
  const cells = notebook.cells.filter(({ id }) => !without.has(id));
  const text = exportScript(without.size === 0 ? notebook : { ...notebook, cells }, {
    analysis: engine.analysis,
    around: (id) => ({ before: `print("${MARK}${id}", flush=True)`, after: `print("${MARK}", flush=True)` }),
  });
  const printed = new Map<string, string>();
  const pieces = (await oracle(text, folder, files)).split(MARK);
  for (let at = 1; at + 1 < pieces.length; at += 2) {
    const piece = pieces[at] ?? "";
    const end = piece.indexOf("\n");
    printed.set(piece.slice(0, end), piece.slice(end + 1));
  }
  return printed;
}

export function notebookOf(cells: Cells, more: Partial<Notebook> = {}): Notebook {
  return {
    id: "bench",
    name: "Bench",
    cells: Object.entries(cells).map(([id, source], order): Cell => {
      const markdown = id.endsWith(".md");
      const language = markdown ? "markdown" : "python";
      return { id, file: markdown ? id : `${id}.py`, language, order, source, env: {}, mounts: [] };
    }),
    env: {},
    workers: [],
    mounts: [],
    connections: [],
    ai: {},
    secretManager: {},
    ...more,
  };
}

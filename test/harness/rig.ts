/** A store, a folder and a runner on real Python, and jobs made from a few words: what the harness tests share. */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CellJob, JobEvent, JobResult, Runner } from "../../extension/core/run/model.ts";
import type { Binding, DefinitionSource } from "../../extension/core/store/model.ts";
import { createRunner } from "../../extension/host/harness/forking-runner.ts";
import { createProcessRunner, type ProcessRunnerOptions } from "../../extension/host/harness/runner.ts";
import type { ModalRunner } from "../../extension/host/harness/runner-mode.ts";

export const harness = resolve(import.meta.dirname, "../../python-harness");

export interface Ran {
  readonly result: JobResult;
  readonly events: readonly JobEvent[];
  readonly stdout: string;
  readonly stderr: string;
}

export type OkResult = Extract<JobResult, { status: "ok" }>;
export type Failed = Exclude<JobResult, { status: "ok" }>;

export interface Options extends Partial<CellJob> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: JobEvent) => void;
}

export interface Rig {
  readonly folder: string;
  readonly content: string;
  readonly tmp: string;
  readonly runner: Runner;
  readonly environ: Readonly<Record<string, string>>;
  run(source: string, options?: Options): Promise<Ran>;
  /** Runs and expects success. */
  ok(source: string, options?: Options): Promise<OkResult & Ran>;
  /** Runs and expects an error or an interrupt. */
  fails(source: string, options?: Options): Promise<Failed & Ran>;
  file(name: string, text: string): Promise<string>;
  read(digest: string): Promise<Buffer>;
  dispose(): Promise<void>;
}

/** What runs the cells: every test of the contract holds for each of them. */
export const RUNNERS: readonly RunnerKind[] = process.platform === "linux" ? ["ahead", "zygote"] : ["ahead"];
/** For what happens inside the process, whichever way it came to be: one way, or all with `STRATA_TEST_ALL_WAYS=1`. */
export const INSIDE: readonly RunnerKind[] = process.env.STRATA_TEST_ALL_WAYS === "1" ? RUNNERS : RUNNERS.slice(-1);
/** "process" has nothing ahead. */
export type RunnerKind = "process" | "ahead" | "zygote";

const WARM = ["numpy", "pandas", "polars", "pyarrow", "matplotlib.pyplot", "json", "asyncio"];

/** `make`: another runner than that of the kind, which is not ready yet. */
export async function createRig(
  python: string,
  kind: RunnerKind,
  make?: (options: ProcessRunnerOptions) => Runner,
): Promise<Rig> {
  const root = await mkdtemp(join(tmpdir(), "strata-harness-"));
  const [folder, content, tmp] = [join(root, "notebook"), join(root, "content"), join(root, "tmp")];
  for (const path of [join(folder, "cells"), content, tmp]) await mkdir(path, { recursive: true });
  const environ = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  const options = { python, harness, content, tmp };
  const runner =
    make?.(options) ?? (kind === "process" ? createProcessRunner(options) : await warmRunner(kind, options, environ));

  async function run(source: string, options: Options = {}): Promise<Ran> {
    const { signal = new AbortController().signal, onEvent, ...rest } = options;
    const cell = rest.cell ?? "cell";
    const job: CellJob = {
      cell,
      name: cell,
      file: join(folder, "cells", `${cell}.py`),
      source,
      folder,
      bindings: [],
      definitions: {},
      ownDefinitions: {},
      ownImports: [],
      ambient: {},
      environ,
      seed: "2a",
      ...rest,
    };
    const events: JobEvent[] = [];
    const text = { stdout: "", stderr: "" };
    const result = await runner.run(
      job,
      (event) => {
        events.push(event);
        if (event.type === "stream") text[event.name] += event.text;
        onEvent?.(event);
      },
      signal,
    );
    return { result, events, ...text };
  }

  return {
    folder,
    content,
    tmp,
    runner,
    environ,
    run,
    async ok(source, options) {
      const ran = await run(source, options);
      if (ran.result.status !== "ok") throw new Error(`the cell failed: ${ran.result.error.traceback}\n${ran.stderr}`);
      return { ...ran, ...ran.result };
    },
    async fails(source, options) {
      const ran = await run(source, options);
      if (ran.result.status === "ok") throw new Error("the cell was expected to fail");
      return { ...ran, ...ran.result };
    },
    async file(name, text) {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
    read: (digest) => readFile(join(content, digest.slice(0, 2), digest.slice(2))),
    async dispose() {
      await runner.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function warmRunner(
  kind: "ahead" | "zygote",
  options: { readonly python: string; readonly harness: string; readonly content: string; readonly tmp: string },
  environ: Readonly<Record<string, string>>,
): Promise<ModalRunner> {
  const runner = createRunner({ ...options, warm: () => WARM, way: kind === "zygote" ? "fork" : "ahead" });
  await runner.prepare(environ);
  if (runner.mode().kind !== kind) throw new Error(runner.mode().why);
  return runner;
}

/** What runs have left in the folder for temporary files. Processes that wait for a cell have made its log files, still empty. */
export function leftIn(tmp: string): string[] {
  return readdirSync(tmp).filter((name) => !/^run-.*\.(out|err)$/.test(name) || statSync(join(tmp, name)).size > 0);
}

/** Bindings for every variable that a run stored. */
export function bind(result: OkResult): Binding[] {
  return result.values.flatMap((value) =>
    value.variables.map(({ name }) => ({ kind: "value" as const, name, digest: value.digest, variable: name })),
  );
}

export function define(name: string, source: string, more: Partial<DefinitionSource> = {}): DefinitionSource {
  return {
    hash: createHash("sha256")
      .update(`${name}\n${source}\n${JSON.stringify(more)}`)
      .digest("hex"),
    name,
    source,
    early: [],
    late: [],
    globals: [],
    ambient: [],
    futures: [],
    cell: "defs",
    file: "/notebook/cells/defs.py",
    line: 1,
    ...more,
  };
}

/** What a cell that defines these is told about itself. */
export function owns(...sources: DefinitionSource[]): Pick<CellJob, "ownDefinitions"> {
  return { ownDefinitions: Object.fromEntries(sources.map((source) => [source.name, source])) };
}

/** What a later cell is given to use these by name. */
export function uses(...sources: DefinitionSource[]): {
  bindings: Binding[];
  definitions: Record<string, DefinitionSource>;
} {
  return {
    bindings: sources.map(({ name, hash }) => ({ kind: "definition", name, hash })),
    definitions: Object.fromEntries(sources.map((source) => [source.hash, source])),
  };
}

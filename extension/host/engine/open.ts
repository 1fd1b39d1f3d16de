/**
 * Opens a notebook folder for running: the composition root that every shell shares. Reads files, loads the parser,
 * opens the store; starts no Python.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { aiSettings } from "../../core/ai/choose.ts";
import { createAnalyzer } from "../../core/analysis/analyzer.ts";
import type { CellAnalysis } from "../../core/analysis/model.ts";
import { createEngine } from "../../core/engine/engine.ts";
import type { Engine } from "../../core/engine/model.ts";
import type { EngineStore } from "../../core/engine/ports.ts";
import { parseAnnotations } from "../../core/notebook/annotations.ts";
import type { CellId, Notebook } from "../../core/notebook/model.ts";
import { DEFAULT_LIMIT } from "../../core/store/amounts.ts";
import type { EnvironmentIdentity } from "../../core/store/model.ts";
import { branchHeads } from "../agent/branch-heads.ts";
import { forgetOldKept, listKept } from "../harness/keep.ts";
import type { RunnerMode } from "../harness/runner-mode.ts";
import { createObserver } from "../observe/observer.ts";
import { loadPythonParser } from "../parser/python-parser.ts";
import { stateFolder } from "../store/keys.ts";
import { openStore, type Store } from "../store/open.ts";
import { analyserSources, openAnalyses, programState } from "./analyses.ts";
import { branchEngines } from "./branches.ts";
import { type Collected, type CollectOptions, collectStore, rootsOf } from "./collect.ts";
import { createEnvironmentPort, type EnvironmentOptions, type HostEnvironment } from "./environment.ts";
import { importedModules } from "./imports.ts";
import { localModules } from "./local-modules.ts";
import { otherEngines } from "./others.ts";
import { type AiOptions, openPrompts, openRows, type Rows } from "./prompts.ts";
import { engineStore } from "./store.ts";
import { createUpkeep } from "./upkeep.ts";

export interface OpenOptions extends Omit<EnvironmentOptions, "folder" | "contentDir" | "tmp" | "warm"> {
  /** Absolute path of the notebook's folder. */
  readonly folder: string;
  /** Absolute path of the store; default `.strata/store` in the folder. */
  readonly store?: string;
  /** Folder of the two .wasm files; default: the installed packages. */
  readonly wasm?: string;
  readonly jobs?: number;
  /** Names the session for results that count in one only; default: one of its own. */
  readonly session?: string;
  /** Bytes that the store may take; beyond them the oldest results that no cell needs go. Default 10 GB. */
  readonly storeLimit?: number;
  /** File with the key of a team that shares the store. */
  readonly storeKeyFile?: string | undefined;
  /** For a branch of the notebook: the same results, but attempts of its own. */
  readonly heads?: (own: EngineStore, store: Store) => EngineStore;
  /** Gives the interpreter and its processes; default: their own, started for this notebook and ended with it. */
  readonly environment?: (options: EnvironmentOptions) => HostEnvironment;
  /** Which language models prompt cells may ask. */
  readonly ai?: AiOptions;
  /** Full sentences for the user. */
  readonly onProblem: (message: string) => void;
}

export interface KeptCells {
  /** Whose results are still wanted. */
  readonly wanted: readonly CellId[];
  /** Whose code, inputs or environment are others by now, or whose result is there already. */
  readonly others: readonly string[];
}

export interface OpenNotebook {
  readonly engine: Engine;
  readonly store: Store;
  /** Makes the environment now; a message when it cannot be made. Runs do this by themselves. */
  prepare(signal: AbortSignal): Promise<string | undefined>;
  /** The interpreter in use, once prepared. */
  python(): string | undefined;
  /** How cells are run and why, once prepared. */
  mode(): RunnerMode | undefined;
  /** What identifies the environment as it is now. */
  environment(): EnvironmentIdentity;
  /** Waits until it is known how cells are run. */
  warmUp(): Promise<void>;
  /** What a person calls the cell: its `@name`, else its file without the ending. */
  nameOf(cell: CellId): string;
  /** By id, file or name. */
  findCell(wanted: string): CellId | undefined;
  /** Removes from the store what no notebook needs; starts no Python. */
  collect(request: CollectOptions): Promise<Collected>;
  /** What prompt cells with `@each` came from. */
  readonly rows: Rows;
  /** Runs of this notebook that outlived the process that began them. */
  kept(): Promise<KeptCells>;
  close(): Promise<void>;
}

/** The notebook is given parsed: the editor has it from its document, the command line from `readNotebook`. */
export async function openNotebook(notebook: Notebook, options: OpenOptions): Promise<OpenNotebook> {
  const { folder, heads = (own) => own } = options;
  const storeDir = options.store ?? join(folder, ".strata", "store");
  const [store, parser, analyses] = await Promise.all([
    openStore(storeDir, {
      onProblem: (problem) => options.onProblem(problem.message),
      teamKeyFile: options.storeKeyFile,
      later: true,
    }),
    loadPythonParser(options.wasm === undefined ? {} : { wasmDir: options.wasm }),
    openAnalyses({
      notebook: folder,
      folder: join(stateFolder(process.env), "analyses"),
      program: programState(options.wasm === undefined ? analyserSources() : [options.wasm]),
    }),
  ]);
  const modules = localModules(folder);
  const observer = createObserver({ folder });
  const environment = (options.environment ?? createEnvironmentPort)({
    ...options,
    contentDir: store.contentDir,
    tmp: store.tmp,
    warm: () => imported(),
  });
  const core = createEngine(notebook, {
    folder,
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    analyze: createAnalyzer(parser, analyses.recall),
    store: heads(engineStore(store, notebook.id), store),
    environment: {
      ...environment,
      prepare(signal) {
        // Cells write into it by themselves.
        store.make();
        return environment.prepare(signal);
      },
    },
    check: (observation, environ, finishedAt) => observer.check(observation, environ, finishedAt),
    local: modules.has,
    moduleTexts: modules.texts,
    clock: () => performance.now(),
    now: () => new Date().toISOString(),
    session: options.session ?? randomUUID(),
    moduleText: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
    resolve: (path) => resolve(folder, path),
    localPath: (uri) => localPath(uri, folder),
    jobs: options.jobs ?? availableParallelism(),
    prompts: openPrompts(folder, storeDir, store, options.ai ?? {}),
  });
  const imported = importedModules(core);
  // Their own interpreters and their own heads: only the store is shared.
  const openOther = (other: Notebook, at: string): Promise<OpenNotebook> => {
    const { python: _, heads: __, environment: ___, ...shared } = options;
    return openNotebook(other, { ...shared, folder: at, store: storeDir, onProblem: () => undefined });
  };
  // A branch of this notebook has its interpreter.
  const openBranch = (branch: Notebook, at: string): Promise<OpenNotebook> => {
    const { python, heads: _, environment: __, ...shared } = options;
    const own = at === folder && python !== undefined ? { python } : {};
    const theirs = { ...own, heads: branchHeads(branch.id), folder: at, store: storeDir };
    return openNotebook(branch, { ...shared, ...theirs, onProblem: () => undefined });
  };
  const collect = (request: CollectOptions): Promise<Collected> =>
    collectStore({
      ...request,
      store,
      limit: request.limit ?? options.storeLimit ?? DEFAULT_LIMIT,
      roots: () =>
        branchEngines(store, { folder, notebook: core.notebook }, openBranch, (branches) =>
          otherEngines(store, folder, openOther, (others) => rootsOf([core, ...others], branches)),
        ),
    });
  const limited = Number.isFinite(options.storeLimit ?? DEFAULT_LIMIT);
  const upkeep = createUpkeep({
    store,
    folder,
    onProblem: options.onProblem,
    ...(limited ? { collect: () => collect({ dryRun: false, now: Date.now() }) } : {}),
  });
  const engine = upkeep.tend(core);
  return {
    engine,
    store,
    async prepare(signal) {
      const ready = await environment.prepare(signal);
      return "problem" in ready ? ready.problem : undefined;
    },
    python: () => environment.python(),
    mode: () => environment.mode(),
    environment: () => environment.identity(),
    warmUp: () => environment.warmUp(core.notebook.env),
    nameOf: (cell) => cellName(engine.notebook, cell),
    findCell: (wanted) => findCell(engine.notebook, wanted),
    collect,
    rows: openRows({
      folder,
      storeDir,
      harness: options.harness,
      cassette: () => aiSettings(core.notebook.ai).cassette,
    }),
    async kept() {
      if (options.keeping === undefined) return { wanted: [], others: [] };
      await forgetOldKept(options.keeping, Date.now());
      const left = await listKept(options.keeping, folder);
      if (left.length === 0) return { wanted: [], others: [] };
      const { cells } = await engine.plan();
      const keys = new Map(cells.flatMap((cell) => (cell.action === "run" ? [[cell.key, cell.cell] as const] : [])));
      return {
        wanted: left.flatMap(({ key }) => keys.get(key) ?? []),
        others: left.flatMap(({ key, cell }) => (keys.has(key) ? [] : [cell])),
      };
    },
    async close() {
      await engine.dispose();
      await analyses.keep(analysesOf(engine));
      await environment.dispose();
      await upkeep.close();
      await store.close();
    },
  };
}

function analysesOf({ notebook, analysis }: Engine): readonly (readonly [string, CellAnalysis])[] {
  // With `from __future__` in one cell, the others say something else than their text alone.
  if (notebook.cells.some(({ source }) => source.includes("__future__"))) return [];
  const python = notebook.cells.filter(({ language }) => language === "python");
  return python.flatMap(({ id, source }) => {
    const found = analysis(id);
    return found === undefined ? [] : [[source, found] as const];
  });
}

export function cellName(notebook: Notebook, id: CellId): string {
  const cell = notebook.cells.find((candidate) => candidate.id === id);
  if (cell === undefined) return id;
  const { name } = parseAnnotations(cell.source, cell.language).annotations;
  return name ?? cell.file.replace(/\.\w+$/, "");
}

function findCell(notebook: Notebook, wanted: string): CellId | undefined {
  const { cells } = notebook;
  const found =
    cells.find((cell) => cell.id === wanted) ??
    cells.find((cell) => cell.file === wanted || cell.file.replace(/\.\w+$/, "") === wanted) ??
    cells.find((cell) => cellName(notebook, cell.id) === wanted);
  return found?.id;
}

/** `file:` URIs and plain paths are local; anything with another scheme is not. */
function localPath(uri: string, folder: string): string | undefined {
  if (uri.startsWith("file:")) {
    try {
      return fileURLToPath(uri);
    } catch {
      return undefined;
    }
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) return undefined;
  return isAbsolute(uri) ? uri : join(folder, uri);
}

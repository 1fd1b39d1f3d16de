/**
 * From a notebook to what the planner needs of every cell. A cell whose text and settings are the same as before
 * keeps what was worked out for it, so that a keystroke costs one cell.
 */
import { type PromptText, promptText } from "../ai/prompt-analysis.ts";
import { type PromptSpec, promptDirectives, promptSpec } from "../ai/prompt-spec.ts";
import type { CellAnalysis } from "../analysis/model.ts";
import { helperSource } from "../magics/stand-ins.ts";
import { parseAnnotations } from "../notebook/annotations.ts";
import type { Annotations } from "../notebook/annotations-model.ts";
import type { Cell, CellId, Notebook } from "../notebook/model.ts";
import { type EffectiveSettings, effectiveSettings } from "../notebook/settings.ts";
import { definitionSlots } from "../plan/definitions.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import { sameData } from "../plan/same-data.ts";
import { type Namespace, NO_CELL } from "../plan/slots.ts";
import type { EnginePorts } from "./ports.ts";
import { sqlAnalysis } from "./sql-cell.ts";

export interface PreparedNotebook {
  readonly notebook: Notebook;
  readonly cells: readonly PreparedCell[];
  /** What translated magics call. */
  readonly above: Namespace | undefined;
  /** Names of these. */
  readonly called: readonly string[];
  readonly annotations: (cell: CellId) => Annotations | undefined;
  /** Effective environment variables that the notebook sets for the cell. */
  readonly environ: (cell: CellId) => Readonly<Record<string, string>>;
  /** Seconds; undefined means no limit. */
  readonly timeout: (cell: CellId) => number | undefined;
  /** Which language models could be asked then. */
  readonly models: string;
  /** What cells ask for with `from __future__`: a script has it for all of it, as IPython has for the cells that follow. */
  readonly futures: readonly string[];
  /** What was worked out for each cell, for the next version of the notebook. */
  readonly known: ReadonlyMap<CellId, KnownCell>;
}

interface KnownCell {
  readonly cell: Cell;
  readonly annotations: Annotations;
  readonly settings: EffectiveSettings;
  readonly prepared: PreparedCell;
}

export function prepareNotebook(
  notebook: Notebook,
  ports: EnginePorts,
  before: PreparedNotebook | undefined,
): PreparedNotebook {
  const models = ports.prompts?.version() ?? "";
  const futures = futuresOf(notebook, ports);
  const sameFrame =
    before !== undefined &&
    before.models === models &&
    sameNames(before.futures, futures) &&
    sameSettings(before.notebook, notebook);
  const known = new Map<CellId, KnownCell>();
  for (const cell of notebook.cells) {
    const old = sameFrame ? before.known.get(cell.id) : undefined;
    known.set(
      cell.id,
      old !== undefined && sameCell(old.cell, cell) ? old : prepareCell(cell, notebook, futures, ports),
    );
  }
  const helpers = new Set<string>();
  for (const { prepared } of known.values()) for (const name of prepared.analysis?.helpers ?? []) helpers.add(name);
  const called = [...helpers].sort();
  return {
    notebook,
    // The same objects for the same helpers, so that the plans of cells that call them can be kept.
    above: before !== undefined && sameNames(before.called, called) ? before.above : helperSlots(called, ports),
    called,
    cells: notebook.cells.map((cell) => (known.get(cell.id) as KnownCell).prepared),
    annotations: (id) => known.get(id)?.annotations,
    environ: (id) => known.get(id)?.settings.env ?? NO_SETTINGS,
    timeout: (id) => known.get(id)?.settings.timeout,
    models,
    futures,
    known,
  };
}

function futuresOf({ cells }: Notebook, ports: EnginePorts): readonly string[] {
  const found = new Set<string>();
  for (const { language, source } of cells) {
    if (language !== "python" || !source.includes("__future__")) continue;
    for (const future of ports.analyze(source).futures) found.add(future);
  }
  return [...found].sort();
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}

function helperSlots(names: readonly string[], ports: EnginePorts): Namespace | undefined {
  if (names.length === 0) return undefined;
  const analysis = ports.analyze(helperSource(names));
  return definitionSlots(
    { cell: NO_CELL, file: "<magics>", analysis, key: undefined },
    new Map(),
    undefined,
    ports.hash,
  );
}

const NO_SETTINGS: Readonly<Record<string, string>> = {};

function prepareCell(cell: Cell, notebook: Notebook, futures: readonly string[], ports: EnginePorts): KnownCell {
  const { annotations } = parseAnnotations(cell.source, cell.language);
  const settings = effectiveSettings(notebook, cell, annotations);
  const paths: Record<string, string> = {};
  let unsupported = unsupportedBecause(cell, annotations, settings);
  for (const mount of settings.mounts) {
    const local = ports.localPath(mount.uri);
    if (local !== undefined) paths[mount.name] = local;
    else
      unsupported ??= `The mount ${mount.name} is at ${mount.uri}. Remote mounts are not there yet; use a local folder, or run this cell elsewhere.`;
  }
  const directives: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.env)) {
    directives[`env.${name}`] = ports.hash(`strata.env.v1\n${value}`).slice(0, 16);
  }
  const text = cell.language === "prompt" ? promptText(cell.source, annotations, ports.analyze) : undefined;
  const analysis = text?.analysis ?? analysisOf(cell, annotations, futures, ports);
  const prompt = text && promptOf(text, annotations, notebook, ports);
  if (prompt?.spec !== undefined) Object.assign(directives, promptDirectives(prompt.spec, ports.hash));
  return {
    cell,
    annotations,
    settings,
    prepared: {
      cell,
      file: ports.resolve(`cells/${cell.file}`),
      analysis,
      after: annotations.after,
      directives,
      paths,
      unsupported,
      ...(prompt?.spec === undefined ? {} : { prompt: prompt.spec }),
      problem: problemOf(cell, analysis) ?? prompt?.problem,
      cache: annotations.cache,
      packages: analysis?.magics.flatMap((magic) => magic.packages ?? []) ?? [],
    },
  };
}

function analysisOf(
  cell: Cell,
  annotations: Annotations,
  futures: readonly string[],
  ports: EnginePorts,
): CellAnalysis | undefined {
  switch (cell.language) {
    case "python":
      return ports.analyze(cell.source, futures);
    case "sql":
      return sqlAnalysis(cell.source, annotations);
    case "prompt":
    case "markdown":
      return undefined;
    default:
      return cell.language satisfies never;
  }
}

function promptOf(
  text: PromptText,
  annotations: Annotations,
  notebook: Notebook,
  ports: EnginePorts,
): { readonly spec?: PromptSpec; readonly problem: string | undefined } {
  const { prompts } = ports;
  if (prompts === undefined) return { problem: "No language model can be asked here." };
  const spec = promptSpec(text.template, annotations, notebook.ai, prompts.choose);
  return "failure" in spec ? { problem: text.problem ?? spec.failure.message } : { spec, problem: text.problem };
}

/** What this version cannot run. It is said plainly, and the cell is never run as something else. */
function unsupportedBecause(cell: Cell, annotations: Annotations, settings: EffectiveSettings): string | undefined {
  if (cell.language === "sql" || annotations.sql !== undefined) {
    return "SQL cells are not there yet in this version: the cell is kept, but cannot be run.";
  }
  if (annotations.loop !== undefined) {
    return "@loop is not there yet in this version: the cell is kept, but cannot be run.";
  }
  if (settings.worker !== undefined && settings.worker !== "local") {
    return `The cell asks for the worker “${settings.worker}”. Workers are not there yet in this version; remove the worker to run the cell here.`;
  }
  return undefined;
}

function problemOf(cell: Cell, analysis: CellAnalysis | undefined): string | undefined {
  if (cell.unreadable === true) {
    return `cells/${cell.file} is not UTF-8 text, so it is not run. Save it as UTF-8 in the editor that wrote it.`;
  }
  return analysis?.magics.find((magic) => magic.problem !== undefined)?.problem;
}

function sameCell(a: Cell, b: Cell): boolean {
  // Most often it is the source that is not the same.
  return a === b || (a.source === b.source && sameData(a, b));
}

/** Are the settings that cells inherit the same? */
function sameSettings(a: Notebook, b: Notebook): boolean {
  const frame = (notebook: Notebook): string =>
    JSON.stringify([notebook.worker, notebook.timeout, notebook.env, notebook.workers, notebook.mounts, notebook.ai]);
  return a === b || frame(a) === frame(b);
}

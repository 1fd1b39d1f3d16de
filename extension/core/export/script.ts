/**
 * The notebook as one plain Python file: what `python` makes of it is what the notebook's cells come to. It is also
 * what the tests hold the engine against, so every rule of a cell that a script has to spell out is spelled out here.
 */
import type { CellAnalysis } from "../analysis/model.ts";
import { helperSource } from "../magics/stand-ins.ts";
import { parseAnnotations } from "../notebook/annotations.ts";
import type { Cell, CellId, Notebook } from "../notebook/model.ts";
import { type EffectiveSettings, effectiveSettings } from "../notebook/settings.ts";
import { scriptOrder } from "../plan/order.ts";
import { pythonString } from "../python/literals.ts";
import { awaitedBody, withoutFutures } from "./script-body.ts";
import { AWAIT_PRELUDE, DISPLAY_PRELUDE, docstring } from "./script-prelude.ts";

export interface ScriptOptions {
  readonly analysis: (cell: CellId) => CellAnalysis | undefined;
  /** Why the cell cannot be run, in words; it is then kept as a comment. */
  readonly obstacle?: (cell: CellId) => string | undefined;
  /** The statement that a prompt cell's stored answer comes to. */
  readonly answer?: (cell: CellId) => string | undefined;
  /** Statements above the first cell, for those that `answer` gives. */
  readonly above?: string;
  /** Statements before and after each Python cell, for whoever wants to know what a cell printed. */
  readonly around?: (cell: CellId) => { readonly before: string; readonly after: string };
}

export function exportScript(notebook: Notebook, options: ScriptOptions): string {
  const cells = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const annotations = new Map(notebook.cells.map((c) => [c.id, parseAnnotations(c.source, c.language).annotations]));
  const order = scriptOrder([...cells.keys()], (id) => annotations.get(id)?.after ?? []);
  const parts: string[] = [];
  const futures = new Set<string>();
  const helpers = new Set<string>();
  const needs = { awaiting: false, display: false };

  for (const id of [...order.cells, ...order.cyclic]) {
    const cell = cells.get(id) as Cell;
    const name = annotations.get(id)?.name ?? cell.file.replace(/\.\w+$/, "");
    const marker = markerOf(cell, name);
    if (cell.language === "markdown") {
      parts.push(`${marker}\n${commented(cell.source)}`);
      continue;
    }
    const analysis = options.analysis(id);
    const answered = cell.language === "prompt" ? options.answer?.(id) : undefined;
    if (answered !== undefined) {
      parts.push(`${marker}\n${commented(cell.source)}\n${answered}`);
      continue;
    }
    const why = cell.language === "python" ? obstacleOf(cell, analysis, options) : leftOut(cell);
    if (analysis === undefined || why !== undefined) {
      // A cell that can never run ends the script where it stands; one of another language is only left out.
      const end = cell.language === "python" ? `\nraise SystemExit(${pythonString(`${name}: ${why}`)})` : "";
      parts.push(`${marker}\n# Not exported: ${oneLine(why ?? "")}\n${commented(cell.source)}${end}`);
      continue;
    }
    for (const future of analysis.futures) futures.add(future);
    for (const helper of analysis.helpers ?? []) helpers.add(helper);
    needs.display ||= usesDisplay(analysis);
    const source = withoutFutures(analysis.python ?? cell.source);
    const body = analysis.awaits === undefined ? source : awaitedBody(source, analysis, parts.length);
    needs.awaiting ||= analysis.awaits !== undefined;
    const settings = effectiveSettings(notebook, cell, annotations.get(id) as never);
    const { before, after } = settingLines(settings, notebook.env);
    const around = options.around?.(id);
    parts.push([marker, around?.before, before, body, after, around?.after].filter((text) => text).join("\n"));
  }
  return [
    docstring(notebook),
    futures.size === 0 ? "" : `from __future__ import ${[...futures].sort().join(", ")}`,
    needs.awaiting ? AWAIT_PRELUDE : "",
    needs.display && !notebook.cells.some((cell) => options.analysis(cell.id)?.defines.includes("display"))
      ? DISPLAY_PRELUDE
      : "",
    helperSource(helpers),
    options.above ?? "",
    environmentLines(notebook.env),
    ...parts,
  ]
    .filter((text) => text !== "")
    .join("\n\n")
    .concat("\n");
}

/** Why a cell of another language is only a comment. */
function leftOut({ language }: Cell): string {
  if (language !== "prompt") return `This is a ${language} cell`;
  return "This prompt cell has no answer as it is now. Run it, and export again";
}

function obstacleOf(cell: Cell, analysis: CellAnalysis | undefined, options: ScriptOptions): string | undefined {
  if (analysis?.syntaxError !== undefined) {
    return `Line ${analysis.syntaxError.line} does not parse: ${analysis.syntaxError.message}`;
  }
  return options.obstacle?.(cell.id);
}

/** As editors that know such scripts read it: a title, the kind in brackets, then what else is to be kept. */
function markerOf(cell: Cell, name: string): string {
  const kind = cell.language === "python" ? "" : ` [${cell.language}]`;
  const title = name === cell.id || cell.language === "markdown" ? "" : ` ${oneLine(name)}`;
  return `# %%${title}${kind} id=${JSON.stringify(cell.id)}`;
}

function usesDisplay(analysis: CellAnalysis): boolean {
  return (
    analysis.reads.includes("display") || analysis.definitions.some((definition) => definition.late.includes("display"))
  );
}

function environmentLines(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `__import__("os").environ[${pythonString(name)}] = ${pythonString(value)}`);
  return lines.join("\n");
}

/** What only this cell is given: its folders, and its environment, which goes back to the notebook's behind it. */
function settingLines(
  settings: EffectiveSettings,
  common: Readonly<Record<string, string>>,
): { readonly before: string; readonly after: string } {
  const before: string[] = [];
  const after: string[] = [];
  for (const { name, uri } of settings.mounts) {
    before.push(`${name} = __import__("pathlib").Path(${pythonString(uri.replace(/^file:\/\//, ""))}).absolute()`);
  }
  for (const [name, value] of Object.entries(settings.env)) {
    if (value === "" || common[name] === value) continue;
    before.push(`__import__("os").environ[${pythonString(name)}] = ${pythonString(value)}`);
    after.push(
      common[name] === undefined
        ? `__import__("os").environ.pop(${pythonString(name)}, None)`
        : `__import__("os").environ[${pythonString(name)}] = ${pythonString(common[name])}`,
    );
  }
  return { before: before.join("\n"), after: after.join("\n") };
}

function commented(source: string): string {
  return source
    .split("\n")
    .map((line) => (line.trim() === "" ? "#" : `# ${line}`))
    .join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

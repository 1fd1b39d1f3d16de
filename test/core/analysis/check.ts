/**
 * The table behind the specification of the analysis. Uses are written `name`, with `!` when the use may change the
 * object and `?` when the cell can do without it; builtins are left out unless `rawUses` asks for all.
 */
import assert from "node:assert/strict";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import { isBuiltin } from "../../../extension/core/analysis/builtins.ts";
import type { CellAnalysis } from "../../../extension/core/analysis/model.ts";
import { isHelper } from "../../../extension/core/magics/stand-ins.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";

export interface Expected {
  readonly defines?: readonly string[];
  readonly maybeDefines?: readonly string[];
  readonly uses?: readonly string[];
  readonly rawUses?: readonly string[];
  readonly at?: Readonly<Record<string, readonly [line: number, column: number]>>;
  readonly reads?: readonly string[];
  readonly mutates?: readonly string[];
  readonly deletes?: readonly string[];
  readonly unbinds?: readonly string[];
  readonly imports?: Readonly<Record<string, string>>;
  readonly modules?: Readonly<Record<string, string>>;
  readonly definitions?: readonly string[];
  readonly early?: Readonly<Record<string, readonly string[]>>;
  readonly late?: Readonly<Record<string, readonly string[]>>;
  readonly globals?: Readonly<Record<string, readonly string[]>>;
  readonly sources?: Readonly<Record<string, string>>;
  readonly dynamic?: readonly string[];
  readonly magics?: readonly string[];
  readonly futures?: readonly string[];
  readonly ambient?: readonly string[];
  readonly normalized?: string;
  /** "line:column message", or null when there must be none. */
  readonly error?: string | null;
}

export type Row = readonly [title: string, source: string, expected: Expected];

export const analyze = createAnalyzer(await loadPythonParser());

export function checks(subject: string, rows: readonly Row[]): void {
  describe(subject, () => {
    for (const [title, source, expected] of rows) it(title, () => check(source, expected));
  });
}

export function check(source: string, expected: Expected): void {
  const analysis = analyze(source);
  const seen = picture(analysis);
  const actual = Object.fromEntries(
    Object.keys(expected).map((key) => {
      const wanted = expected[key as keyof Expected];
      const got = seen[key as keyof Expected];
      // Of what is told by name, only the names that the row asks for.
      const byName = isRecord(wanted) && isRecord(got) && key !== "imports" && key !== "modules";
      return [key, byName ? Object.fromEntries(Object.keys(wanted).map((name) => [name, got[name]])) : got];
    }),
  );
  assert.deepEqual(actual, expected);
  if (expected.error === undefined) assert.equal(analysis.syntaxError, undefined);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function picture(analysis: CellAnalysis): Required<Expected> {
  const { syntaxError } = analysis;
  const byName = <T extends { readonly name: string }, V>(
    items: readonly T[],
    value: (item: T) => V,
  ): Record<string, V> => Object.fromEntries(items.map((item) => [item.name, value(item)]));
  return {
    defines: analysis.defines,
    maybeDefines: analysis.maybeDefines,
    uses: analysis.uses
      .filter(({ name }) => !isBuiltin(name) && !isHelper(name))
      .map(({ name, mayMutate, optional }) => `${name}${mayMutate ? "!" : ""}${optional ? "?" : ""}`),
    rawUses: analysis.uses.map(({ name }) => name),
    at: byName(analysis.uses, ({ line, column }) => [line, column] as const),
    reads: analysis.reads,
    mutates: analysis.mutates,
    deletes: analysis.deletes,
    unbinds: analysis.unbinds,
    imports: byName(analysis.imports, ({ statement }) => statement),
    modules: byName(analysis.imports, ({ module }) => module),
    definitions: analysis.definitions.map(({ name, kind }) => `${kind} ${name}`),
    early: byName(analysis.definitions, ({ early }) => early),
    late: byName(analysis.definitions, ({ late }) => late),
    globals: byName(analysis.definitions, ({ globals }) => globals),
    sources: byName(analysis.definitions, ({ line, source }) => `${line}: ${source}`),
    dynamic: analysis.dynamic.map(({ line, what }) => `${line}: ${what}`),
    magics: analysis.magics.map(({ line, text, kind }) => `${line} ${kind}: ${text}`),
    futures: analysis.futures,
    ambient: analysis.ambient,
    normalized: analysis.normalized,
    error: syntaxError === undefined ? null : `${syntaxError.line}:${syntaxError.column} ${syntaxError.message}`,
  };
}

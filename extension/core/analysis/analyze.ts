/** One cell's text to what it says about names: `analyzeCell` is the way in, everything beside it serves it. */
import { helpersIn, isHelper } from "../magics/stand-ins.ts";
import { type Translated, translateMagics } from "../magics/translate.ts";
import { findAwait } from "./awaiting.ts";
import { takeOutCommentLines } from "./comments.ts";
import { flattenBrackets } from "./flatten.ts";
import { createPositions, type Position } from "./lines.ts";
import { type CellAnalysis, type Definition, type ImportBinding, NO_NAMES, type Use } from "./model.ts";
import { normalizeModule, normalizeNode } from "./normalize.ts";
import { BOUND, DELETED, type Read, UNTOUCHED } from "./scope.ts";
import { aliasName, visitTopLevel } from "./statements.ts";
import { childOfType, type PythonParser, type SyntaxNode, type SyntaxTree } from "./syntax.ts";
import { findSyntaxError } from "./syntax-error.ts";
import { type Candidate, createWalk, nameOf, type Walk } from "./walk.ts";
import { withoutComments } from "./without-comments.ts";

/** Deeper trees are not walked: CPython gives up on them as well. */
const MAX_DEPTH = 1200;

const NONE: readonly string[] = [];

export function analyzeCell(
  parser: PythonParser,
  source: string,
  code = withoutComments(source),
  futures = NONE,
): CellAnalysis {
  const translated = translateMagics(source, parser);
  const { python: text, magics } = translated;
  const position = createPositions(text);
  const tree = parseCell(parser, text);
  if (tree.depth > MAX_DEPTH) return tooDeep(source, translated);
  const walk = walkCell(text, tree, futures);
  const complaint = findSyntaxError(text, tree);
  const definitions = qualifying(walk);
  takeInDeferred(walk, definitions);
  const { defines, maybeDefines, deletes, unbinds, lost } = outcomes(walk);
  for (const name of lost) walk.mutates.add(name);
  const { awaits, topLevelOnly } = findAwait(text, tree.root);
  return {
    ...(complaint === undefined ? {} : { syntaxError: { ...position(complaint.offset), message: complaint.message } }),
    defines,
    maybeDefines,
    uses: withoutDemands(collectUses(walk, lost, position), translated),
    reads: [...walk.reads],
    mutates: [...walk.mutates],
    deletes,
    unbinds,
    imports: lastingImports(walk),
    definitions: definitions.map((candidate) => toDefinition(text, candidate, position)),
    dynamic: walk.dynamic.map(({ offset, what }) => ({ line: position(offset).line, what })),
    normalized: withFutures(
      complaint === undefined ? normalizeModule(text, tree.root, untranslated(magics)) : source.trimEnd(),
      futures,
    ),
    code: code ?? source,
    magics: toMagics(translated),
    futures: [...walk.futures],
    ambient: [...walk.ambient],
    ...(awaits ? { awaits: topLevelOnly ? "top-level-only" : "anywhere" } : {}),
    ...(text === source ? {} : { python: text, helpers: helpersIn(text) }),
  };
}

/** With them, the same text is another program. */
function withFutures(code: string, futures: readonly string[]): string {
  return code === "" || futures.length === 0 ? code : `from __future__ import ${futures.join(", ")}\n${code}`;
}

/** What has Python in its place is in the tree; what is ignored changes nothing. The rest is part of the text all the same. */
function untranslated(magics: Translated["magics"]): Translated["magics"] {
  return magics.filter(({ problem }) => problem !== undefined);
}

function toMagics({ magics }: Translated): CellAnalysis["magics"] {
  return magics.map(({ start: _, ...magic }) => magic);
}

/** Nobody has to define what the translation brings along, nor a name that may be a variable of the shell. */
function withoutDemands(uses: Use[], { guessed }: Translated): Use[] {
  return uses.map((use) => (guessed.has(use.name) || isHelper(use.name) ? { ...use, optional: true } : use));
}

/** Exported for tests that compare with CPython. */
export function parseCell(parser: PythonParser, text: string): SyntaxTree {
  const code = takeOutCommentLines(text);
  const tree = parser.parse(code);
  if (!tree.hasError) return tree;
  const flat = parser.parse(flattenBrackets(code));
  return flat.hasError ? tree : flat;
}

/** Everything the walk finds, before it is judged. Exported for tests that compare with CPython. */
export function walkCell(text: string, tree: SyntaxTree, futures = NONE): Walk {
  const walk = createWalk(text);
  for (const future of futures) walk.futures.add(future);
  for (const statement of tree.root.children) {
    walk.candidate = candidateFor(walk, statement);
    visitTopLevel(walk, statement);
    if (walk.candidate !== undefined) walk.candidates.push(walk.candidate);
    walk.candidate = undefined;
  }
  return walk;
}

function candidateFor(walk: Walk, statement: SyntaxNode): Candidate | undefined {
  let kind: Candidate["kind"];
  let name: SyntaxNode | undefined;
  const definition =
    statement.type === "decorated_definition"
      ? (childOfType(statement, "function_definition") ?? childOfType(statement, "class_definition"))
      : statement;
  if (definition?.type === "function_definition" || definition?.type === "class_definition") {
    kind = definition.type === "function_definition" ? "function" : "class";
    name = childOfType(definition, "identifier");
  } else if (statement.type === "type_alias_statement") {
    kind = "type alias";
    name = aliasName(statement);
  } else {
    const assignment = statement.type === "expression_statement" ? statement.children[0] : undefined;
    if (assignment?.type !== "assignment" || assignment.children.at(-1)?.type !== "lambda") return undefined;
    kind = "lambda";
    name = assignment.children[0]?.type === "identifier" ? assignment.children[0] : undefined;
  }
  if (name === undefined) return undefined;
  return {
    name: nameOf(walk, name),
    kind,
    node: statement,
    early: new Map(),
    late: [],
    globals: new Set(),
    ambient: new Set(),
    impure: false,
  };
}

/** The candidates that mean the same wherever their text is executed with the same inputs. */
function qualifying(walk: Walk): Candidate[] {
  const unchanged = (name: string): boolean => !walk.changed.has(name) && !walk.globalBinds.has(name);
  return walk.candidates.filter((candidate) => {
    if (candidate.impure || walk.globalBinds.has(candidate.name)) return false;
    if (walk.changed.has(candidate.name) && !keepsItsChanges(candidate, walk)) return false;
    if (walk.bindings.get(candidate.name)?.length !== 1) return false;
    if (walk.module.state?.get(candidate.name) !== BOUND) return false;
    for (const [name, mask] of candidate.early) {
      if (!unchanged(name) || name === candidate.name) return false;
      // What it is executed with elsewhere is what the name means at the cell's end.
      const count = walk.bindings.get(name)?.length ?? 0;
      if (mask === UNTOUCHED ? walk.module.state.has(name) : mask !== BOUND || count !== 1) return false;
      if (mask === BOUND && walk.module.state.get(name) !== BOUND) return false;
    }
    return true;
  });
}

/**
 * A class that its cell changes below it travels as source all the same, with what has become of it beside that, unless it
 * is made from a variable of the cell: what is stored together could not be loaded one before the other.
 */
function keepsItsChanges({ kind, early }: Candidate, walk: Walk): boolean {
  if (kind !== "class") return false;
  return [...early.keys()].every((name) => walk.bindings.get(name)?.every(({ by }) => by !== "assignment") ?? true);
}

/** Functions that do not travel as source are values; what they look up when called is an input if there is one. */
function takeInDeferred(walk: Walk, definitions: readonly Candidate[]): void {
  const travels = new Set(definitions);
  const late: Read[] = [...walk.deferred];
  for (const candidate of walk.candidates) {
    if (travels.has(candidate)) continue;
    late.push(...candidate.late);
    for (const component of candidate.ambient) walk.ambient.add(component);
  }
  for (const read of late) {
    walk.reads.add(read.name);
    const mask = walk.module.state?.get(read.name) ?? UNTOUCHED;
    if ((mask & UNTOUCHED) !== 0) walk.uses.push({ read, mask });
  }
}

interface Outcomes {
  readonly defines: string[];
  readonly maybeDefines: string[];
  readonly deletes: string[];
  readonly unbinds: string[];
  /** Deleted on some ways only. */
  readonly lost: string[];
}

function outcomes(walk: Walk): Outcomes {
  const result: Outcomes = { defines: [], maybeDefines: [], deletes: [], unbinds: [], lost: [] };
  const state = walk.module.state ?? new Map<string, number>();
  const names = new Set([...walk.bindings.keys(), ...walk.globalBinds.keys(), ...state.keys()]);
  for (const name of names) {
    const mask = state.get(name) ?? UNTOUCHED;
    if ((mask & BOUND) !== 0 || walk.globalBinds.has(name)) {
      result.defines.push(name);
      if (mask !== BOUND) result.maybeDefines.push(name);
      if (mask === (BOUND | DELETED)) result.unbinds.push(name);
    } else if (mask === DELETED) result.deletes.push(name);
    else if ((mask & DELETED) !== 0) result.lost.push(name);
  }
  return result;
}

function collectUses(walk: Walk, lost: readonly string[], position: (offset: number) => Position): Use[] {
  const uses = new Map<string, { offset: number; mayMutate: boolean; keepsPart: boolean; optional: boolean }>();
  const add = (name: string, offset: number, mayMutate: boolean, keepsPart: boolean, optional: boolean): void => {
    const use = uses.get(name);
    if (use === undefined) uses.set(name, { offset, mayMutate, keepsPart, optional });
    else {
      use.offset = Math.min(use.offset, offset);
      use.mayMutate ||= mayMutate;
      use.keepsPart ||= keepsPart;
      use.optional &&= optional;
    }
  };
  for (const { read, mask } of walk.uses) {
    add(read.name, read.offset, read.mayMutate, read.keepsPart, read.guarded || read.late || mask !== UNTOUCHED);
  }
  for (const name of lost) add(name, walk.bindings.get(name)?.[0]?.start ?? 0, true, true, true);
  return [...uses].map(([name, { offset, mayMutate, keepsPart, optional }]) => ({
    name,
    ...position(offset),
    mayMutate,
    keepsPart,
    optional,
  }));
}

function lastingImports(walk: Walk): ImportBinding[] {
  const byName = new Map<string, ImportBinding[]>();
  for (const binding of walk.imports) {
    const list = byName.get(binding.name);
    if (list === undefined) byName.set(binding.name, [binding]);
    else if (!list.some(({ statement }) => statement === binding.statement)) list.push(binding);
  }
  const result: ImportBinding[] = [];
  for (const [name, list] of byName) {
    const [first] = list;
    if (first === undefined || walk.globalBinds.has(name) || walk.module.state?.get(name) !== BOUND) continue;
    const every = walk.imports.filter((binding) => binding.name === name).length;
    if (walk.bindings.get(name)?.length !== every) continue;
    if (list.length === 1) result.push(first);
    else if (list.every(({ statement }) => /^import [^ ]+$/.test(statement))) {
      // `import a.b` and `import a.c` bind the same `a`.
      result.push({ ...first, statement: list.map(({ statement }) => statement).join("; ") });
    }
  }
  return result;
}

function toDefinition(text: string, candidate: Candidate, position: (offset: number) => Position): Definition {
  const { name, kind, node } = candidate;
  const late = new Set(candidate.late.map((read) => read.name));
  late.delete(name);
  return {
    name,
    kind,
    source: text.slice(node.start, node.end),
    line: position(node.start).line,
    normalized: normalizeNode(text, node),
    early: [...candidate.early.keys()],
    late: [...late],
    globals: [...candidate.globals],
    ambient: [...candidate.ambient],
  };
}

function tooDeep(source: string, translated: Translated): CellAnalysis {
  return {
    ...NO_NAMES,
    syntaxError: {
      line: 1,
      column: 0,
      message: "The cell is nested too deeply to be analysed. Split its longest expression.",
    },
    dynamic: [{ line: 1, what: "nesting too deep" }],
    normalized: source.trimEnd(),
    code: source,
    magics: toMagics(translated),
  };
}

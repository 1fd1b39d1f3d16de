/**
 * What a cell takes from above: the names its statements use, and, since functions look names up when they are
 * called, the names that every function it can reach looks up.
 */
import { isBuiltin } from "../analysis/builtins.ts";
import type { CellAnalysis, Definition, Use } from "../analysis/model.ts";
import type { CellId } from "../notebook/model.ts";
import type { Patch } from "../run/model.ts";
import type { Binding, DefinitionSource, RecipeComponents } from "../store/model.ts";
import { installed, siblings } from "./install.ts";
import type { Names, Slot } from "./slots.ts";
import { asksByText, mayHoldText, statementsOf, unpickles, wordsIn, wordsInStrings } from "./text-names.ts";

export interface Inputs {
  /** Install order: imports, definitions, values. */
  readonly bindings: readonly Binding[];
  readonly components: RecipeComponents["inputs"];
  readonly definitions: Readonly<Record<string, DefinitionSource>>;
  /** Every slot taken, by name. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Names the cell may change in place. */
  readonly exposed: ReadonlySet<string>;
  /** Names with whose objects the cell does more than read: modules among them. */
  readonly worked: ReadonlySet<string>;
  /** Names of values of which the cell may keep a part under a name of its own. */
  readonly linked: ReadonlySet<string>;
  /** Names that functions it reaches bind with `global`. */
  readonly rebinds: ReadonlySet<string>;
  /** Whether it, or a function that it reaches, looks names up by text: any may be bound or changed. */
  readonly looksUp: boolean;
  /** Names that neither the cell, nor a cell above, nor Python defines. */
  readonly undefined: readonly Use[];
  /** Text of every definition reached, for heuristics. */
  readonly reached: readonly DefinitionSource[];
  /** Modules whose settings the cell may change, by itself or through what it calls. */
  readonly ambient: readonly string[];
  /** Names the cell imports that are stored as values all the same. */
  readonly importedValues: readonly string[];
  readonly patches: readonly Patch[];
}

/** What the states of modules that the cell may load refer to: functions of the notebook, and the names these look up. */
export interface Carried {
  readonly needs: readonly string[];
  readonly definitions: Readonly<Record<string, DefinitionSource>>;
}

const NOTHING: Carried = { needs: [], definitions: {} };

export function resolveInputs(
  analysis: CellAnalysis,
  above: Names,
  provided: ReadonlySet<string>,
  carried: Carried = NOTHING,
  textOf: (cell: CellId) => string = () => "",
): Inputs {
  const slots = new Map<string, Slot>();
  const exposed = new Set<string>();
  const missing: Use[] = [];
  const definitions: Record<string, DefinitionSource> = {};
  const reached: DefinitionSource[] = [];
  const rebinds = new Set<string>();
  const joined = new Set<string>();
  const ambient = new Set(analysis.ambient);
  const linked = new Set<string>();
  const worked = new Set<string>();
  const queue: { name: string; mayMutate: boolean; keepsPart?: boolean }[] = [];

  for (const use of analysis.uses) {
    if (provided.has(use.name)) continue;
    if (!above.has(use.name) && !isBuiltin(use.name)) {
      if (!use.optional && !analysis.maybeDefines.includes(use.name)) missing.push(use);
      continue;
    }
    queue.push(use);
  }
  for (const name of [...analysis.mutates, ...carried.needs]) queue.push({ name, mayMutate: true });
  const ownTexts = [statementsOf(analysis)];
  for (const definition of ownReached(analysis)) {
    for (const name of definition.late) queue.push({ name, mayMutate: true });
    for (const name of definition.globals) rebinds.add(name);
    for (const module of definition.ambient) ambient.add(module);
    ownTexts.push(definition.source);
  }

  // Code that looks names up by text may ask for any of them. One that cannot be had is left out: asking for it fails.
  let asksAll = false;
  const askAll = (): void => {
    if (asksAll) return;
    asksAll = true;
    for (const [name, slot] of above) if (canBeHad(slot)) queue.push({ name, mayMutate: true });
  };
  // Words that may be names, for whoever looks names up by text; one that cannot be had is left out here too.
  let asksWords = false;
  const askWords = (words: Iterable<string>): void => {
    for (const name of words) if (canBeHad(above.get(name))) queue.push({ name, mayMutate: false });
  };
  const askOf = (slot: Slot): void => {
    if (slot.kind !== "value") return;
    for (const { type, summary } of slot.value.variables) if (mayHoldText(type)) askWords(wordsIn(summary));
    if (slot.value.variables.some(({ type }) => mayHoldText(type))) askWords(wordsInStrings(textOf(slot.cell)));
  };
  const lookInto = (code: string): void => {
    if (unpickles(code)) {
      for (const [name, { kind }] of above) if (kind === "definition") queue.push({ name, mayMutate: false });
    }
    if (!asksByText(code)) return;
    askWords(wordsInStrings(code));
    if (asksWords) return;
    asksWords = true;
    for (const slot of slots.values()) askOf(slot);
  };
  const reach = (source: DefinitionSource): void => {
    reached.push(source);
    lookInto(source.source);
    for (const name of source.globals) rebinds.add(name);
    // Its class may have a state that a cell above has changed, whatever refers to the class.
    if (mayHaveState(source, above.get(source.name))) queue.push({ name: source.name, mayMutate: true });
    if (LOOKS_UP.test(source.source)) askAll();
  };
  Object.assign(definitions, carried.definitions);
  for (const source of Object.values(carried.definitions)) {
    reach(source);
    for (const late of source.late) queue.push({ name: late, mayMutate: true });
  }
  for (const text of ownTexts) lookInto(text);
  if (analysis.dynamic.some(({ what }) => !what.startsWith("from "))) askAll();

  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { name, keepsPart = false } = next;
    const slot = above.get(name);
    const mayMutate = next.mayMutate || (keepsPart && isDispatcher(slot));
    if (slot === undefined || provided.has(name)) continue;
    if (mayMutate || keepsPart) worked.add(name);
    if (mayChange(slot) && (mayMutate || keepsPart)) {
      if (mayMutate) exposed.add(name);
      if (keepsPart) linked.add(name);
      if (!joined.has(name)) {
        joined.add(name);
        // What it does to one name, or keeps of it, it does to every name that shares the memory.
        for (const other of siblings(name, slot, above)) queue.push({ name: other, mayMutate, keepsPart });
      }
    }
    if (slots.has(name)) continue;
    slots.set(name, slot);
    if (asksWords) askOf(slot);
    if (slot.kind === "definition") {
      Object.assign(definitions, slot.table);
      for (const source of Object.values(slot.table)) {
        reach(source);
        for (const late of source.late) queue.push({ name: late, mayMutate: true });
      }
    } else if (slot.kind === "value") {
      Object.assign(definitions, slot.definitions);
      for (const source of referred(slot.value.definitions, slot.definitions)) {
        reach(source);
        // Its decorators are called when it is executed here, and look their own names up.
        for (const late of source.late) queue.push({ name: late, mayMutate: true });
      }
      for (const needed of slot.value.needs) {
        if (LOOKS_UP_BY.has(needed)) askAll();
        queue.push({ name: needed, mayMutate: true });
      }
    }
  }

  for (const source of reached) for (const module of source.ambient) ambient.add(module);
  return {
    ...installed(slots, above),
    definitions,
    slots,
    exposed,
    linked,
    worked,
    rebinds,
    looksUp: asksAll,
    undefined: missing,
    reached,
    ambient: [...ambient],
    importedValues: [],
    patches: [],
  };
}

/** The cell's own functions and classes, as far as its statements reach them. */
function ownReached(analysis: CellAnalysis): readonly Definition[] {
  const own = new Map(analysis.definitions.map((definition) => [definition.name, definition]));
  const reached = new Map<string, Definition>();
  const queue = [...analysis.reads];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const definition = own.get(name);
    if (definition === undefined || reached.has(name)) continue;
    reached.set(name, definition);
    queue.push(...definition.late);
  }
  return [...reached.values()];
}

/** `@show.register` changes the function although it looks as if only a part of it were kept. */
function isDispatcher(slot: Slot | undefined): boolean {
  return slot?.kind === "definition" && slot.source.source.includes("singledispatch");
}

const LOOKS_UP =
  /(?<![.\w])(exec|eval|globals)\s*\(|\b(import|from)\s+__main__\b|\bsys\.modules\[(__name__|["']__main__)/;
const LOOKS_UP_BY: ReadonlySet<string> = new Set(["exec", "eval", "globals"]);

/** Does the name stand for this definition, in a state that its source alone does not give or may not give soon? */
function mayHaveState(source: DefinitionSource, slot: Slot | undefined): boolean {
  if (slot?.kind === "definition")
    return slot.source.hash === source.hash && (slot.stateful || slot.doubt !== undefined);
  if (slot?.kind === "value") return slot.value.definitions.includes(source.hash);
  return slot?.kind === "pending";
}

/** The definitions that a value's bytes refer to, and those that they need in turn. */
function referred(
  hashes: readonly string[],
  table: Readonly<Record<string, DefinitionSource>>,
): readonly DefinitionSource[] {
  const found = new Map<string, DefinitionSource>();
  const queue = [...hashes];
  for (let hash = queue.pop(); hash !== undefined; hash = queue.pop()) {
    const source = table[hash];
    if (source === undefined || found.has(hash)) continue;
    found.set(hash, source);
    for (const binding of source.early) if (binding.kind === "definition") queue.push(binding.hash);
  }
  return [...found.values()];
}

function canBeHad(slot: Slot | undefined): boolean {
  return slot !== undefined && slot.kind !== "blocked" && slot.kind !== "unstorable";
}

function mayChange(slot: Slot): boolean {
  switch (slot.kind) {
    case "value":
      return !slot.immutable;
    case "definition":
      return slot.stateful;
    case "pending":
      return true;
    case "import":
    case "blocked":
    case "unstorable":
      return false;
    default:
      return slot satisfies never;
  }
}

/** What a cell leaves behind for the cells below: its results when they are known, a promise of them when they are not. */
import type { CellAnalysis } from "../analysis/model.ts";
import type { CellRecord, DefinitionSource, RecipeKey, StoredValue, StoredVariable } from "../store/model.ts";
import { drawsRandomly, isSeeded, mayWrite, type Surroundings, touchesOutside, withAmbient } from "./ambient.ts";
import { type DefiningCell, definitionSlots } from "./definitions.ts";
import type { Inputs } from "./inputs.ts";
import { MODULE } from "./module-traits.ts";
import { isImportedValue, linkedNames, moduleUse, neededModules } from "./modules.ts";
import { patchesOf } from "./patches.ts";
import type { PreparedCell } from "./prepared.ts";
import type { Namespace, Slot } from "./slots.ts";
import type { Walk } from "./walk.ts";

/** The cell's result is known: the names below mean what its record says. */
export function bindRecord(prepared: PreparedCell, record: CellRecord, key: RecipeKey, walk: Walk): void {
  const { analysis, cell } = prepared;
  if (analysis === undefined) return;
  const own: Namespace = new Map();
  for (const value of record.values) {
    for (const variable of value.variables) {
      if (variable.name.includes(":")) continue;
      own.set(variable.name, {
        kind: "value",
        cell: cell.id,
        digest: value.digest,
        value,
        immutable: variable.immutable,
        ref: refOf(variable, value, walk.names.get(variable.name)),
        definitions: record.definitions,
      });
    }
  }
  for (const gone of record.unstorable) own.set(gone.name, { kind: "unstorable", cell: cell.id, why: gone.reason });
  const at = definingCell(prepared, analysis, key, walk);
  const defined = definitionSlots(at, walk.names, own, walk.ports.hash);
  for (const [name, slot] of defined) walk.names.set(name, slot);
  for (const [name, slot] of own) walk.names.set(name, slot);
  // What a cell binds and then deletes is none of its inputs, so the run has nothing to say of it.
  const gone = [...analysis.deletes, ...analysis.unbinds].filter((name) => !own.has(name));
  for (const name of [...record.deleted, ...gone]) walk.names.delete(name);
  walk.surroundings = withAmbient(walk.surroundings, record, cell.id);
}

function refOf(variable: StoredVariable, value: StoredValue, before: Slot | undefined): string {
  if (variable.unchanged && before?.kind === "value") return before.ref;
  return value.variables.length > 1 ? `value:${value.digest}#${variable.name}` : `value:${value.digest}`;
}

/** The cell has yet to run: what it will bind is pending, and what it may change is in doubt. */
export function bindPending(prepared: PreparedCell, inputs: Inputs, key: RecipeKey | undefined, walk: Walk): void {
  const { analysis, cell } = prepared;
  if (analysis === undefined) return;
  const shares = partsOf([...inputs.exposed, ...inputs.linked], walk);
  const pending: Slot = { kind: "pending", cell: cell.id, ...(shares.length === 0 ? {} : { shares }) };
  const at = definingCell(prepared, analysis, key, walk);
  const defined = definitionSlots(at, walk.names, undefined, walk.ports.hash);
  walk.own.set(cell.id, ownSources(defined));
  const reads = new Set(analysis.reads);
  for (const name of inputs.linked) {
    const slot = walk.names.get(name);
    if (slot?.kind === "value") walk.names.set(name, { ...slot, linker: cell.id });
  }
  // What is changed through a part that has yet to be made changes the whole.
  for (const name of [...inputs.exposed, ...partsOf(inputs.exposed, walk)]) {
    const slot = walk.names.get(name);
    if (slot?.kind === "value" || slot?.kind === "definition") walk.names.set(name, { ...slot, doubt: cell.id });
  }
  const around = (found: Partial<Surroundings>): void => {
    walk.surroundings = { ...walk.surroundings, ...found };
  };
  if (patchesOf(prepared, inputs, walk).length > 0) around({ patcher: cell.id });
  const use = moduleUse(prepared, inputs, walk);
  const traits = use.changes ? walk.ports.traits?.(use.names) : undefined;
  if (use.changes) {
    around({ modules: cell.id });
    for (const name of linkedNames(walk)) {
      const slot = walk.names.get(name);
      if (slot?.kind === "value") walk.names.set(name, { ...slot, doubt: cell.id });
    }
  }
  for (const name of analysis.mutates) {
    const slot = walk.names.get(name);
    if (slot === undefined || slot.kind === "import") continue;
    // What cannot change can still be deleted, by `del` or at the end of `except … as` on some way through the cell.
    if (slot.kind === "value" && slot.immutable && !mayUnbind(analysis.code, name)) continue;
    // `A.f(x)` changes only classes and functions that have a state; `A.f = x` changes any.
    const known = slot.kind === "definition" && !inputs.exposed.has(name) && !analysis.defines.includes(name);
    if (known && !storesInto(analysis.code, name)) continue;
    walk.names.set(name, pending);
  }
  for (const name of [...analysis.defines, ...inputs.rebinds]) walk.names.set(name, pending);
  for (const [name, slot] of defined) {
    // A definition that its own cell also uses may leave the cell changed (a counter on a class).
    const settled = slot.kind === "import" || (slot.kind === "definition" && slot.complete && !reads.has(name));
    walk.names.set(name, settled ? slot : pending);
  }
  for (const name of analysis.deletes) walk.names.set(name, pending);
  const modules = [...new Set([...inputs.ambient, ...(traits?.ambient ?? [])])];
  if (modules.length > 0) around({ unsettled: [...walk.surroundings.unsettled, { cell: cell.id, modules }] });
  const draws = traits?.draws === true && isSeeded(walk.surroundings);
  if (draws || drawsRandomly(analysis.code, inputs.reached, walk.surroundings)) around({ draws: cell.id });
  const writes = traits?.writes === true || mayWrite(analysis.code, inputs.reached);
  if (writes) around({ outside: cell.id, writer: cell.id });
  else if (touchesOutside(analysis.code, inputs.reached)) around({ outside: cell.id });
  if (analysis.dynamic.length > 0 || inputs.looksUp) walk.dynamic = cell.id;
}

/** The values that go by these names, or that what has yet to be made for them may be a part of. */
function partsOf(names: Iterable<string>, walk: Walk): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    const slot = walk.names.get(name);
    if (slot?.kind === "pending") for (const whole of slot.shares ?? []) found.add(whole);
    else if (slot?.kind === "value") found.add(name);
  }
  return [...found].sort();
}

/** Nothing that the cell binds or changes can be had. */
export function bindAll(prepared: PreparedCell, walk: Walk, slot: Slot): void {
  const { defines, mutates } = prepared.analysis ?? { defines: [], mutates: [] };
  for (const name of defines) walk.names.set(name, slot);
  for (const name of mutates) {
    const known = walk.names.get(name);
    if (known?.kind === "value" && !known.immutable) walk.names.set(name, slot);
  }
}

function definingCell(
  { cell, file }: PreparedCell,
  analysis: CellAnalysis,
  key: RecipeKey | undefined,
  walk: Walk,
): DefiningCell {
  return {
    cell: cell.id,
    file,
    analysis,
    key,
    isValue: (item) => isImportedValue(item, walk),
    rebinds: (name) => analysis.dynamic.length > 0 || walk.inputs.get(cell.id)?.rebinds.has(name) === true,
    modulesOf: (slot) => neededModules(slot, walk).map((name) => `${MODULE}${name}`),
  };
}

function storesInto(source: string, name: string): boolean {
  const store = `\\b${name}(\\.\\w+|\\[[^\\]]*\\])+\\s*(,|[-+*/|&^%@<>]{0,2}=(?!=))`;
  return new RegExp(`${store}|\\bdel\\b|\\b(set|del)attr\\s*\\(\\s*${name}\\b|\\bfor\\s+${name}\\.`).test(source);
}

function mayUnbind(source: string, name: string): boolean {
  return /\bdel\b/.test(source) || new RegExp(`\\bas\\s+${name}\\b`).test(source);
}

function ownSources(defined: Namespace): Record<string, DefinitionSource> {
  const own: Record<string, DefinitionSource> = {};
  for (const [name, slot] of defined) if (slot.kind === "definition") own[name] = slot.source;
  return own;
}

/**
 * What a cell takes from above: the names its statements use, and, since functions look names up when they are
 * called, the names that every function it can reach looks up.
 */
import { isBuiltin } from "../analysis/builtins.ts";
import type { CellAnalysis, Definition, Use } from "../analysis/model.ts";
import type { CellId } from "../notebook/model.ts";
import type { Binding, DefinitionSource, RecipeComponents } from "../store/model.ts";
import { toBinding } from "./definitions.ts";
import { type Namespace, type Slot, slotRef } from "./slots.ts";

export interface Inputs {
  /** Install order: imports, definitions, values. */
  readonly bindings: readonly Binding[];
  readonly components: RecipeComponents["inputs"];
  readonly definitions: Readonly<Record<string, DefinitionSource>>;
  /** Every slot taken, by name. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Names the cell may change in place. */
  readonly exposed: ReadonlySet<string>;
  /** Names of values of which the cell may keep a part under a name of its own. */
  readonly linked: ReadonlySet<string>;
  /** Names that functions it reaches bind with `global`. */
  readonly rebinds: ReadonlySet<string>;
  /** Names that neither the cell, nor a cell above, nor Python defines. */
  readonly undefined: readonly Use[];
  /** Text of every definition reached, for heuristics. */
  readonly reached: readonly DefinitionSource[];
  /** Modules whose settings the cell may change, by itself or through what it calls. */
  readonly ambient: readonly string[];
}

const INSTALL_ORDER = { import: 0, definition: 1, path: 2, value: 3 } as const;

export function resolveInputs(
  analysis: CellAnalysis,
  source: string,
  above: Namespace,
  provided: ReadonlySet<string>,
): Inputs {
  const slots = new Map<string, Slot>();
  const exposed = new Set<string>();
  const missing: Use[] = [];
  const definitions: Record<string, DefinitionSource> = {};
  const reached: DefinitionSource[] = [];
  const rebinds = new Set<string>();
  const ambient = new Set(analysis.ambient);
  const queue: { name: string; mayMutate: boolean }[] = [];

  for (const use of analysis.uses) {
    if (provided.has(use.name)) continue;
    if (!above.has(use.name) && !isBuiltin(use.name)) {
      if (!use.optional && !analysis.maybeDefines.includes(use.name)) missing.push(use);
      continue;
    }
    queue.push({ name: use.name, mayMutate: use.mayMutate });
  }
  for (const name of analysis.mutates) queue.push({ name, mayMutate: true });
  for (const definition of ownReached(analysis)) {
    for (const name of definition.late) queue.push({ name, mayMutate: true });
    for (const name of definition.globals) rebinds.add(name);
    for (const module of definition.ambient) ambient.add(module);
  }

  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { name, mayMutate } = next;
    const slot = above.get(name);
    if (slot === undefined || provided.has(name)) continue;
    if (mayMutate && mayChange(slot)) exposed.add(name);
    if (slots.has(name)) continue;
    slots.set(name, slot);
    if (slot.kind === "definition") {
      Object.assign(definitions, slot.table);
      for (const source of Object.values(slot.table)) {
        reached.push(source);
        for (const late of source.late) queue.push({ name: late, mayMutate: true });
        for (const name of source.globals) rebinds.add(name);
      }
    } else if (slot.kind === "value") {
      Object.assign(definitions, slot.definitions);
      for (const needed of slot.value.needs) queue.push({ name: needed, mayMutate: true });
      // Variables that share memory come together, so that a change through one is seen through all.
      for (const { name: other } of slot.value.variables) {
        const sibling = above.get(other);
        if (sibling?.kind === "value" && sibling.digest === slot.digest) {
          queue.push({ name: other, mayMutate });
        }
      }
    }
  }

  for (const source of reached) for (const module of source.ambient) ambient.add(module);
  const linked = new Set<string>();
  if (analysis.defines.length > 0 || analysis.mutates.length > 0) {
    for (const [name, slot] of slots) if (mayChange(slot) && keepsPartOf(source, name)) linked.add(name);
  }
  const names = [...slots.keys()].sort();
  const bindings: Binding[] = [];
  const components: { name: string; ref: string; from?: CellId }[] = [];
  for (const name of names) {
    const slot = slots.get(name) as Slot;
    const binding = toBinding(name, slot);
    const ref = slotRef(name, slot);
    if (binding === undefined || ref === undefined) continue;
    bindings.push(binding);
    components.push({ name, ref, from: slot.cell });
  }
  bindings.sort((a, b) => INSTALL_ORDER[a.kind] - INSTALL_ORDER[b.kind]);
  return {
    bindings,
    components,
    definitions,
    slots,
    exposed,
    linked,
    rebinds,
    undefined: missing,
    reached,
    ambient: [...ambient],
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

/** `part = whole["k"]`, `items = box.items`, `for row in table["rows"]`: a part that is not the result of a call. */
function keepsPartOf(source: string, name: string): boolean {
  return new RegExp(`(?<![\\w.])${name}(\\.\\w+|\\[[^\\[\\]]*\\])+(?![\\w.(\\[])`).test(source);
}

function mayChange(slot: Slot): boolean {
  switch (slot.kind) {
    case "value":
      return !slot.immutable;
    case "definition":
      return slot.stateful;
    case "import":
    case "pending":
    case "blocked":
    case "unstorable":
      return false;
    default:
      return slot satisfies never;
  }
}

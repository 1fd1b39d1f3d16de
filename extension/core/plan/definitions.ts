/**
 * Functions and classes travel as source. A definition's hash covers its own text and what it needs while it
 * executes (decorators, defaults, bases); what its bodies look up when called is resolved where it is called.
 */
import type { CellAnalysis, Definition, ImportBinding } from "../analysis/model.ts";
import type { CellId } from "../notebook/model.ts";
import type { Hash } from "../recipe/key.ts";
import type { Binding, DefinitionSource, RecipeKey } from "../store/model.ts";
import { toBinding } from "./install.ts";
import { MODULE } from "./module-traits.ts";
import { type Names, type Namespace, type Slot, slotRef } from "./slots.ts";

export interface DefiningCell {
  readonly cell: CellId;
  /** Absolute path for tracebacks. */
  readonly file: string;
  readonly analysis: CellAnalysis;
  /** Known once the cell's inputs are; names the values of the cell before they exist. */
  readonly key: RecipeKey | undefined;
  /** Imports whose names are values of the cell. */
  readonly isValue?: (item: ImportBinding) => boolean;
  /** May running the cell bind the name anew, without its text saying where: by `exec`, or a function with `global`? */
  readonly rebinds?: (name: string) => boolean;
  /** The user's own modules that a slot needs, as components of the settings. */
  readonly modulesOf?: (slot: Slot) => readonly string[];
}

/**
 * The slots of a cell's own imports and definitions. `above` is the namespace before the cell; `own` holds the
 * cell's own values once it has run. A definition whose early needs are not known yet takes the slot of that need.
 */
export function definitionSlots(at: DefiningCell, above: Names, own: Namespace | undefined, hash: Hash): Namespace {
  const slots: Namespace = new Map();
  const values = new Map<string, string>();
  for (const item of at.analysis.imports) {
    if (at.isValue?.(item) === true) {
      values.set(item.name, `${MODULE}${item.module}`);
      continue;
    }
    slots.set(item.name, { kind: "import", cell: at.cell, statement: item.statement });
  }
  const bound = new Set(at.analysis.defines);
  for (const definition of at.analysis.definitions) {
    if (!travels(definition, bound, values, slots, above, at)) continue;
    const early: { name: string; ref: string; slot: Slot }[] = [];
    const modules = new Set<string>();
    let unknown: Slot | undefined;
    for (const name of definition.early) {
      if (name === definition.name) continue;
      // The run itself took it as it was before: a base class that lists its subclasses has changed by that.
      const stays = !bound.has(name) && isDefinition(name, above.get(name));
      const mine = slots.get(name) ?? (stays ? undefined : own?.get(name));
      const module = values.get(name);
      if (module !== undefined) modules.add(module);
      if (mine === undefined && bound.has(name)) {
        if (at.key === undefined || own !== undefined) unknown ??= { kind: "pending", cell: at.cell };
        else early.push({ name, ref: `own:${at.key}`, slot: { kind: "pending", cell: at.cell } });
        continue;
      }
      if (own?.has(name) && !bound.has(name) && at.rebinds?.(name)) {
        // Which of the two values it took is known to nobody any more.
        unknown ??= {
          kind: "unstorable",
          cell: at.cell,
          why: `its cell also gives ${name} another value, by exec or a global statement`,
        };
        continue;
      }
      const slot = mine ?? above.get(name);
      if (slot !== undefined) for (const needed of at.modulesOf?.(slot) ?? []) modules.add(needed);
      if (slot === undefined) continue; // a builtin, or a NameError that Python will report
      // A value of the same cell is named by the cell's key, so that the hash is known before the cell has run.
      const ref = slots.has(name) || stays || !own?.has(name) ? slotRef(slot) : `own:${at.key}`;
      if (ref === undefined) unknown ??= slot;
      else early.push({ name, ref, slot });
    }
    slots.set(definition.name, unknown ?? definitionSlot(at, definition, early, [...modules], hash));
  }
  return slots;
}

/** A function or class, maybe with a state that cells have given it, which reaches who needs it by itself. */
function isDefinition(name: string, slot: Slot | undefined): boolean {
  if (slot?.kind === "value") return Object.values(slot.definitions).some((source) => source.name === name);
  return slot?.kind === "definition";
}

/**
 * A function whose defaults can change, or whose decorators use values that can, is a value itself: executed anew
 * elsewhere it would have defaults of its own, and the decorators would do their work twice. So is one that uses a name
 * which its cell may bind anew unseen: it has to be taken with the value that the name had then. Classes cannot be stored
 * by value, and a function that binds names with `global` has to be known by its text.
 */
function travels(
  definition: Definition,
  bound: ReadonlySet<string>,
  imported: ReadonlyMap<string, string>,
  own: Namespace,
  above: Names,
  at: DefiningCell,
): boolean {
  if (definition.kind === "class" || definition.globals.length > 0) return true;
  const seen = new Set<string>();
  const queue = definition.early.filter((name) => name !== definition.name);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (imported.has(name)) continue;
    const slot = own.get(name) ?? (bound.has(name) ? undefined : above.get(name));
    if (slot === undefined && bound.has(name)) return false;
    // What a decorator has made of it may not be a function that can be stored.
    if (slot?.kind === "value" && at.rebinds?.(name) && !definition.source.startsWith("@")) return false;
    if (slot?.kind === "value" && !slot.immutable) return false;
    if (slot?.kind === "definition") queue.push(...slot.source.late);
  }
  return true;
}

function definitionSlot(
  at: DefiningCell,
  definition: Definition,
  early: readonly { name: string; ref: string; slot: Slot }[],
  modules: readonly string[],
  hash: Hash,
): Slot {
  early = [...early].sort((a, b) => (a.name < b.name ? -1 : 1));
  const table: Record<string, DefinitionSource> = {};
  const bindings: Binding[] = [];
  let complete = true;
  for (const { name, slot } of early) {
    const binding = toBinding(name, slot);
    complete &&= binding !== undefined;
    // A value of the defining cell: its digest is filled in once the cell has run.
    bindings.push(binding ?? { kind: "value", name, digest: "", variable: name });
    if (slot.kind === "definition") Object.assign(table, slot.table);
    if (slot.kind === "value") Object.assign(table, slot.definitions);
  }
  const source: DefinitionSource = {
    hash: hash(
      JSON.stringify([
        "strata.definition.v1",
        definition.kind,
        definition.name,
        definition.normalized,
        at.analysis.futures,
        early.map(({ name, ref }) => [name, ref]),
      ]),
    ),
    name: definition.name,
    source: definition.source,
    early: bindings,
    late: [...definition.late, ...modules],
    globals: definition.globals,
    ambient: definition.ambient,
    futures: at.analysis.futures,
    cell: at.cell,
    file: at.file,
    line: definition.line,
  };
  table[source.hash] = source;
  // A decorator of the user's own may keep something beside the function.
  const isDecorated =
    definition.kind === "function" &&
    definition.source.startsWith("@") &&
    (modules.length > 0 || early.some(({ slot }) => slot.kind === "definition" || slot.kind === "value"));
  return { kind: "definition", cell: at.cell, source, table, complete, stateful: isDecorated || isStateful(source) };
}

/**
 * Could calling this change the definition itself or rebind a name of the notebook? Only decides how early a
 * status may say "fresh" and what waits for what: a run observes what really changed.
 */
function isStateful(definition: DefinitionSource): boolean {
  const name = definition.name.replace(/[^\w]/g, "");
  const text = definition.source;
  return (
    definition.globals.length > 0 ||
    text.includes("singledispatch") ||
    new RegExp(`(^|\\W)(cls|__class__|type\\s*\\(\\s*self\\s*\\)|${name})\\s*\\.`, "m").test(text) ||
    /=\s*(\[|\{|list\(|dict\(|set\(|defaultdict\(|deque\(|Counter\()/.test(text)
  );
}

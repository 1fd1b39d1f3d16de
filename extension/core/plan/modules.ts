/**
 * Modules of the user's own: which cells load or change them. What a script loads stays loaded and stays changed, so the
 * state of such a module is handed from cell to cell like a setting, as the component `module:NAME`.
 */
import type { CellAnalysis, ImportBinding } from "../analysis/model.ts";
import type { Surroundings } from "./ambient.ts";
import type { Carried, Inputs } from "./inputs.ts";
import type { PlanPorts } from "./lookup.ts";
import type { PreparedCell } from "./prepared.ts";
import type { Namespace, Slot } from "./slots.ts";

export const MODULE = "module:";

/** What stands around a cell, as far as modules are concerned. */
export interface ModuleGround {
  readonly ports: Pick<PlanPorts, "local">;
  readonly names: Namespace;
  readonly surroundings: Surroundings;
}

export interface ModuleUse {
  /** The cell works with modules of the user's own, or with values that need them. */
  readonly touches: boolean;
  /** It may load one first, or change one. */
  readonly changes: boolean;
}

const UNUSED: ModuleUse = { touches: false, changes: false };
const IMPORTS =
  /\b(?:from|import)\s+([\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*)|import_module\(\s*["']([\w.]+)/g;

export function moduleUse(prepared: PreparedCell, inputs: Inputs, ground: ModuleGround): ModuleUse {
  let touches = false;
  let changes = false;
  for (const [name, slot] of inputs.slots) {
    if (!needsModules(slot, ground)) continue;
    touches = true;
    changes ||= inputs.worked.has(name);
  }
  for (const source of inputs.reached) {
    if (ownImports(source.source, ground).length > 0) return { touches: true, changes: true };
  }
  const { analysis, cell } = prepared;
  const imported = analysis === undefined ? [] : ownImports(cell.source, ground);
  if (analysis === undefined || imported.length === 0) return touches ? { touches, changes } : UNUSED;
  changes ||= imported.some((module) => !ground.surroundings.ambient.has(MODULE + module));
  return { touches: true, changes: changes || !onlyImports(analysis, imported) };
}

/** What the states of modules refer to, if any does and the cell may load one. */
export function carriedByModules(prepared: PreparedCell, inputs: Inputs, ground: ModuleGround): Carried | undefined {
  const carried = [...ground.surroundings.ambient.values()].flatMap((entry) => entry.carried ?? []);
  const some = carried.filter(({ needs, definitions }) => needs.length > 0 || Object.keys(definitions).length > 0);
  if (some.length === 0 || !moduleUse(prepared, inputs, ground).touches) return undefined;
  return {
    needs: some.flatMap(({ needs }) => needs),
    definitions: Object.assign({}, ...some.map(({ definitions }) => definitions)),
  };
}

/** The names that a cell binds with `from own import …`: values, since the module may bind them anew later. */
export function importedValues(analysis: CellAnalysis, ground: ModuleGround): readonly string[] {
  return analysis.imports.filter((item) => isImportedValue(item, ground)).map(({ name }) => name);
}

export function isImportedValue({ statement, module }: ImportBinding, ground: ModuleGround): boolean {
  return statement.startsWith("from ") && isOwn(module, ground);
}

/** Variables that share memory with the present state of a module: whoever may change the one may change the other. */
export function linkedNames(ground: ModuleGround): readonly string[] {
  const linked: string[] = [];
  for (const [name, slot] of ground.names) {
    if (slot.kind !== "value" || slot.value.variables.length < 2) continue;
    const shares = slot.value.variables.some(
      (variable) => ground.surroundings.ambient.get(variable.name)?.digest === slot.digest,
    );
    if (shares) linked.push(name);
  }
  return linked;
}

/** Does it only bring the modules in, without using what it got of them? */
function onlyImports(analysis: CellAnalysis, imported: readonly string[]): boolean {
  if (analysis.dynamic.length > 0) return false;
  const reads = new Set(analysis.reads);
  if (analysis.definitions.some(({ name }) => reads.has(name))) return false;
  return imported.every((module) => analysis.imports.some((item) => item.module === module && !reads.has(item.name)));
}

function needsModules(slot: Slot, ground: ModuleGround): boolean {
  switch (slot.kind) {
    case "import":
      return ownImports(slot.statement, ground).length > 0;
    case "value":
      return (
        slot.value.needs.some((name) => name.startsWith(MODULE)) ||
        slot.value.variables.some(({ name }) => name.startsWith(MODULE))
      );
    case "definition":
    case "pending":
    case "blocked":
    case "unstorable":
      return false;
    default:
      return slot satisfies never;
  }
}

function ownImports(text: string, ground: ModuleGround): readonly string[] {
  if (!text.includes("import")) return [];
  const found = new Set<string>();
  for (const [, listed, called] of text.matchAll(IMPORTS)) {
    for (const part of (listed ?? called ?? "").split(",")) {
      const module = part.trim().split(/\s/)[0] ?? "";
      if (module !== "" && isOwn(module, ground)) found.add(module);
    }
  }
  return [...found];
}

function isOwn(module: string, ground: ModuleGround): boolean {
  const top = module.split(".")[0] ?? "";
  return top === "" || ground.surroundings.ambient.has(MODULE + top) || ground.ports.local?.(top) === true;
}

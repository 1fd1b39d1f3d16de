/**
 * Modules of the user's own: which cells load or change them. What a script loads stays loaded and stays changed, so the
 * state of such a module is handed from cell to cell like a setting, as the component `module:NAME`.
 */
import type { CellAnalysis, ImportBinding } from "../analysis/model.ts";
import type { Surroundings } from "./ambient.ts";
import type { Carried, Inputs } from "./inputs.ts";
import type { PlanPorts } from "./lookup.ts";
import { importedBy, MODULE } from "./module-traits.ts";
import type { PreparedCell } from "./prepared.ts";
import type { Names, Slot } from "./slots.ts";

/** What stands around a cell, as far as modules are concerned. */
export interface ModuleGround {
  readonly ports: Pick<PlanPorts, "local" | "traits">;
  readonly names: Names;
  readonly surroundings: Surroundings;
}

export interface ModuleUse {
  /** The cell works with modules of the user's own, or with values that need them. */
  readonly touches: boolean;
  /** It may load one first, or change one. */
  readonly changes: boolean;
  readonly names: readonly string[];
}

export function moduleUse(prepared: PreparedCell, inputs: Inputs, ground: ModuleGround): ModuleUse {
  const names = new Set<string>();
  let changes = false;
  for (const [name, slot] of inputs.slots) {
    const needed = neededModules(slot, ground);
    for (const module of needed) names.add(module);
    changes ||= needed.length > 0 && (inputs.worked.has(name) || maybeCalled(name, prepared));
  }
  for (const { source, late } of inputs.reached) {
    const executed = late.filter((name) => name.startsWith(MODULE)).map((name) => name.slice(MODULE.length));
    for (const module of [...ownImports(source, ground), ...executed]) {
      names.add(module);
      changes = true;
    }
  }
  const { analysis } = prepared;
  const imported = analysis === undefined ? [] : ownImports(analysis.code, ground);
  if (analysis !== undefined && imported.length > 0) {
    for (const module of imported) names.add(module);
    const loaded = imported.every((module) => ground.surroundings.ambient.has(MODULE + module));
    changes ||= !loaded || !onlyImports(analysis, imported);
  }
  return { touches: names.size > 0, changes, names: [...names] };
}

/** Names of pandas methods are believed to be pure, and builtins call what they are given: a module's functions may be neither. */
function maybeCalled(name: string, { analysis }: PreparedCell): boolean {
  const code = analysis?.normalized ?? "";
  return CALLS_GIVEN.test(code) || new RegExp(`(?<![.\\w]\\s?)${name}(\\s*\\.\\s*\\w+)*\\s*\\(`).test(code);
}

const CALLS_GIVEN = /\b(map|filter|sorted|min|max|key|sum|any|all|list|tuple|set|dict|next|iter|reduce|apply)\b/;

/** What the states of modules that the cell may load refer to, and what was stored into libraries; if anything. */
export function carriedByModules(prepared: PreparedCell, inputs: Inputs, ground: ModuleGround): Carried | undefined {
  const { ambient } = ground.surroundings;
  const carrying = [...ambient].flatMap(([component, { carried }]) =>
    carried !== undefined && (carried.needs.length > 0 || Object.keys(carried.definitions).length > 0)
      ? [{ component, carried }]
      : [],
  );
  if (carrying.length === 0) return undefined;
  const { touches } = moduleUse(prepared, inputs, ground);
  const some = carrying.flatMap(({ component, carried }) =>
    touches || !component.startsWith(MODULE) ? [carried] : [],
  );
  if (some.length === 0) return undefined;
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

export function neededModules(slot: Slot, ground: ModuleGround): readonly string[] {
  if (slot.kind === "import") return ownImports(slot.statement, ground);
  if (slot.kind === "definition") {
    return slot.source.late.filter((name) => name.startsWith(MODULE)).map((name) => name.slice(MODULE.length));
  }
  if (slot.kind !== "value") return [];
  const { needs, variables } = slot.value;
  const names = [...needs, ...variables.map(({ name }) => name)];
  return names.filter((name) => name.startsWith(MODULE)).map((name) => name.slice(MODULE.length));
}

function ownImports(text: string, ground: ModuleGround): readonly string[] {
  return importedBy(text).filter((module) => isOwn(module, ground));
}

export function isOwn(module: string, ground: ModuleGround): boolean {
  const top = module.split(".")[0] ?? "";
  return top === "" || ground.surroundings.ambient.has(MODULE + top) || ground.ports.local?.(top) === true;
}

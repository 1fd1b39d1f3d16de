/**
 * The plan: one walk over the cells in script order, carrying what every name means, which decides for each cell
 * whether its result can be reused, must be made, has to wait or cannot be had. Linear in cells and names.
 */
import { missingPackages } from "../magics/packages.ts";
import type { CellId } from "../notebook/model.ts";
import { difference } from "../recipe/difference.ts";
import { environmentKey, recipeKey } from "../recipe/key.ts";
import type { CellHead, DefinitionSource, EnvironmentIdentity, RecipeComponents, RecipeKey } from "../store/model.ts";
import { drawsRandomly, newSurroundings, touchesOutside } from "./ambient.ts";
import { bindAll, bindPending, bindRecord } from "./bind.ts";
import { type Inputs, resolveInputs } from "./inputs.ts";
import { type Found, findRecord, type PlanPorts } from "./lookup.ts";
import type { CellPlan, Plan, Reason } from "./model.ts";
import { carriedByModules, importedValues, linkedNames, moduleUse } from "./modules.ts";
import { scriptOrder } from "./order.ts";
import { PATCHES, patchesOf } from "./patches.ts";
import type { PreparedCell } from "./prepared.ts";
import { NO_CELL } from "./slots.ts";
import type { PlanQuestion, Walk } from "./walk.ts";

/** A plan with what a run needs beside it. */
export interface Planned extends Plan {
  readonly inputs: ReadonlyMap<CellId, Inputs>;
  /** Ambient state to restore before each cell that can start. */
  readonly ambient: ReadonlyMap<CellId, Readonly<Record<string, string>>>;
  /** The cell's own definitions as they travel, by name. */
  readonly own: ReadonlyMap<CellId, Readonly<Record<string, DefinitionSource>>>;
}

export async function plan(question: PlanQuestion, ports: PlanPorts): Promise<Planned> {
  const byId = new Map(question.cells.map((prepared) => [prepared.cell.id, prepared]));
  const order = scriptOrder([...byId.keys()], (id) => byId.get(id)?.after ?? []);
  const walk: Walk = {
    question,
    ports,
    names: new Map(question.above),
    surroundings: newSurroundings(),
    environment: environmentKey(question.environment, ports.hash),
    position: new Map(question.cells.map((prepared, index) => [prepared.cell.id, index])),
    dynamic: [],
    inputs: new Map(),
    ambient: new Map(),
    own: new Map(),
  };
  const plans = new Map<CellId, CellPlan>();
  for (const id of order.cells) {
    const prepared = byId.get(id);
    if (prepared !== undefined) plans.set(id, await planCell(prepared, walk, plans));
  }
  for (const id of order.cyclic) {
    plans.set(id, { cell: id, action: "blocked", reason: { kind: "cycle", cells: order.cyclic }, upstream: [] });
  }
  const cells = question.cells.map((prepared) => plans.get(prepared.cell.id) as CellPlan);
  return { cells, environment: question.environment, inputs: walk.inputs, ambient: walk.ambient, own: walk.own };
}

async function planCell(prepared: PreparedCell, walk: Walk, plans: ReadonlyMap<CellId, CellPlan>): Promise<CellPlan> {
  const { analysis, cell } = prepared;
  const { id } = cell;
  if (analysis === undefined || hasNothingToRun(analysis.normalized, prepared, walk)) {
    return { cell: id, action: "none", reason: { kind: "nothing-to-run" }, upstream: [] };
  }
  const provided = new Set(Object.keys(prepared.paths));
  let inputs = resolveInputs(analysis, walk.names, provided);
  const carried = carriedByModules(prepared, inputs, walk);
  if (carried !== undefined) inputs = resolveInputs(analysis, walk.names, provided, carried);
  inputs = withPatches(inputs, walk);
  walk.inputs.set(id, inputs);
  const upstream = upstreamOf(inputs, prepared, walk);

  const obstacle = findObstacle(prepared, inputs, walk.question.environment, plans);
  if (obstacle !== undefined) {
    const failed = obstacle.kind === "upstream-failed";
    bindAll(prepared, walk, { kind: "blocked", cell: id, failed });
    return { cell: id, action: "blocked", reason: obstacle, upstream };
  }

  const waits = findWaits(prepared, inputs, walk, plans);
  if (waits.length > 0) return wait(prepared, waits, inputs, upstream, walk);

  const components: RecipeComponents = {
    language: cell.language,
    code: analysis.normalized,
    inputs: withPaths(inputs.components, prepared.paths),
    environment: walk.question.environment,
    directives: prepared.directives,
  };
  const key = recipeKey(components, walk.ports.hash, walk.environment);
  const found = await find(prepared, key, walk);

  if (found.kind === "hit") {
    bindRecord(prepared, found.record, key, walk);
    const reason: Reason = { kind: "fresh", savedMs: found.record.durationMs };
    return { cell: id, action: "reuse", key, record: found.record, reason, upstream, lastMs: found.record.durationMs };
  }
  if (found.kind === "unsettled") {
    return wait(prepared, [{ cell: found.cell, name: found.name, certain: false }], inputs, upstream, walk);
  }

  const asked = walk.ports.head(id);
  const head = asked instanceof Promise ? await asked : asked;
  const last = head === undefined ? {} : { lastMs: head.durationMs };
  if (walk.question.failed(id, key, head)) {
    bindAll(prepared, walk, { kind: "blocked", cell: id, failed: true });
    const reason: Reason = { kind: "failed-before", error: head?.error?.name ?? "an error" };
    return { cell: id, action: "run", key, components, reason, upstream, ...last };
  }
  const unsettled = unsettledAbove(prepared, inputs, walk);
  if (unsettled !== undefined) return wait(prepared, [unsettled], inputs, upstream, walk);

  walk.inputs.set(id, withModules(prepared, inputs, walk));
  walk.ambient.set(id, Object.fromEntries([...walk.surroundings.ambient].map(([name, { digest }]) => [name, digest])));
  bindPending(prepared, inputs, key, walk);
  return { cell: id, action: "run", key, components, reason: whyRun(found, head, key, components), upstream, ...last };
}

function hasNothingToRun(code: string, { unsupported, packages }: PreparedCell, walk: Walk): boolean {
  if (code !== "" || unsupported !== undefined) return false;
  return missingPackages(packages, walk.question.environment.packages).length === 0;
}

async function find({ cell: { id }, cache }: PreparedCell, key: RecipeKey, walk: Walk): Promise<Found> {
  const { settled, force, refresh } = walk.question;
  const made = settled.get(id);
  if (made?.key === key) return { kind: "hit", record: made };
  if (force.has(id)) return { kind: "miss", because: { kind: "forced" } };
  const found = await findRecord(key, id, walk.surroundings, walk.ports, cache);
  const again = found.kind === "hit" && found.record.sample.length > 0 && refresh?.has(id) === true;
  return again ? { kind: "miss", because: { kind: "refreshed" } } : found;
}

interface Wait {
  readonly cell: CellId;
  readonly name: string | undefined;
  /** False when the cell above only may change what this one uses. */
  readonly certain: boolean;
}

function wait(
  prepared: PreparedCell,
  waits: readonly Wait[],
  inputs: Inputs,
  upstream: CellId[],
  walk: Walk,
): CellPlan {
  const first = waits.find((entry) => entry.certain) ?? (waits[0] as Wait);
  const reason: Reason =
    first.certain || first.name === undefined
      ? { kind: "upstream-stale", cell: first.cell, name: first.name }
      : { kind: "may-change", cell: first.cell, name: first.name };
  bindPending(prepared, inputs, undefined, walk);
  const on = [...new Set(waits.map((entry) => entry.cell))];
  return { cell: prepared.cell.id, action: "wait", on, reason, upstream: [...new Set([...upstream, ...on])] };
}

/** Why the cell cannot run at all as things stand. */
function findObstacle(
  prepared: PreparedCell,
  inputs: Inputs,
  environment: EnvironmentIdentity,
  plans: ReadonlyMap<CellId, CellPlan>,
): Reason | undefined {
  if (prepared.unsupported !== undefined) return { kind: "unsupported", what: prepared.unsupported };
  if (prepared.problem !== undefined) return { kind: "problem", message: prepared.problem };
  const lacking = missingPackages(prepared.packages, environment.packages);
  if (lacking.length > 0) return { kind: "packages-missing", packages: lacking };
  for (const [name, slot] of inputs.slots) {
    if (slot.kind === "unstorable") return { kind: "unstorable", name, cell: slot.cell, why: slot.why };
    if (slot.kind === "blocked") {
      return { kind: slot.failed ? "upstream-failed" : "upstream-blocked", cell: slot.cell };
    }
  }
  for (const id of prepared.after) {
    const above = plans.get(id);
    if (above?.action === "blocked") return { kind: "upstream-blocked", cell: id };
  }
  return undefined;
}

/** Cells above that must end before this cell's inputs are known. */
function findWaits(prepared: PreparedCell, inputs: Inputs, walk: Walk, plans: ReadonlyMap<CellId, CellPlan>): Wait[] {
  const waits: Wait[] = [];
  for (const [name, slot] of inputs.slots) {
    if (slot.kind === "pending") waits.push({ cell: slot.cell, name, certain: true });
    else if ((slot.kind === "value" || slot.kind === "definition") && slot.doubt !== undefined) {
      waits.push({ cell: slot.doubt, name, certain: false });
    } else if (slot.kind === "value" && slot.linker !== undefined) {
      // Whoever only reads the value need not know by which names it goes.
      if (inputs.exposed.has(name) || inputs.linked.has(name)) {
        waits.push({ cell: slot.linker, name, certain: false });
      }
    }
  }
  for (const id of prepared.after) {
    const action = plans.get(id)?.action;
    if (action === "run" || action === "wait") waits.push({ cell: id, name: undefined, certain: true });
  }
  const { patcher } = walk.surroundings;
  if (patcher !== undefined) waits.push({ cell: patcher, name: "a library", certain: false });
  // A cell above with exec or a star import may bind any name that this one uses, builtins too.
  const source = walk.dynamic.at(-1);
  const [use] = prepared.analysis?.uses ?? [];
  const [slot] = inputs.slots.keys();
  const name = inputs.undefined[0]?.name ?? slot ?? use?.name;
  if (source !== undefined && name !== undefined) waits.push({ cell: source, name, certain: false });
  return waits;
}

/** A cell that has to run takes the settings and files as cells above leave them, so it lets those go first. */
function unsettledAbove(prepared: PreparedCell, inputs: Inputs, walk: Walk): Wait | undefined {
  const entry = walk.surroundings.unsettled[0];
  if (entry !== undefined) {
    return { cell: entry.cell, name: `settings of ${entry.modules.join(", ")}`, certain: false };
  }
  const { outside, draws, modules } = walk.surroundings;
  if (modules !== undefined && moduleUse(prepared, inputs, walk).touches) {
    return { cell: modules, name: "modules of the notebook's folder", certain: false };
  }
  if (draws !== undefined && drawsRandomly(prepared.cell.source, inputs.reached, walk.surroundings)) {
    return { cell: draws, name: "numpy.random", certain: false };
  }
  if (outside !== undefined && touchesOutside(prepared.cell.source, inputs.reached)) {
    return { cell: outside, name: "files", certain: false };
  }
  return undefined;
}

function whyRun(
  found: Found & { kind: "miss" },
  head: CellHead | undefined,
  key: RecipeKey,
  components: RecipeComponents,
): Reason {
  if (found.because !== undefined) return found.because;
  if (head === undefined) return { kind: "never-run" };
  if (head.key === key && head.status === "error") {
    return { kind: "failed-before", error: head.error?.name ?? "an error" };
  }
  if (head.key === key && head.status === "interrupted") return { kind: "interrupted-before" };
  return difference(head.components, components) ?? { kind: "never-run" };
}

function withPaths(
  components: RecipeComponents["inputs"],
  paths: Readonly<Record<string, string>>,
): RecipeComponents["inputs"] {
  const extra = Object.entries(paths).map(([name, path]) => ({ name, ref: `path:${path}` }));
  if (extra.length === 0) return components;
  return [...components, ...extra].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What cells above have stored into libraries is an input of every cell. */
function withPatches(inputs: Inputs, walk: Walk): Inputs {
  const patched = walk.surroundings.ambient.get(PATCHES);
  if (patched === undefined) return inputs;
  const component = { name: PATCHES, ref: `value:${patched.digest}`, from: patched.cell };
  return { ...inputs, components: [...inputs.components, component] };
}

/** Variables that share memory with a module come along to whoever may load it, so that both are stored together. */
function withModules(prepared: PreparedCell, inputs: Inputs, walk: Walk): Inputs {
  const { analysis } = prepared;
  const patches = patchesOf(prepared, inputs, walk);
  if (patches.length > 0) inputs = { ...inputs, patches };
  if (analysis === undefined || !moduleUse(prepared, inputs, walk).touches) return inputs;
  const bindings = [...inputs.bindings];
  const definitions = { ...inputs.definitions };
  for (const name of linkedNames(walk)) {
    const slot = walk.names.get(name);
    if (slot?.kind !== "value" || bindings.some((known) => known.name === name)) continue;
    bindings.push({ kind: "value", name, digest: slot.digest, variable: name });
    Object.assign(definitions, slot.definitions);
  }
  return { ...inputs, bindings, definitions, importedValues: importedValues(analysis, walk) };
}

function upstreamOf(inputs: Inputs, prepared: PreparedCell, walk: Walk): CellId[] {
  const cells = new Set<CellId>();
  for (const slot of inputs.slots.values()) {
    if (slot.cell !== NO_CELL) cells.add(slot.cell);
    if ((slot.kind === "value" || slot.kind === "definition") && slot.doubt !== undefined) cells.add(slot.doubt);
  }
  for (const id of prepared.after) cells.add(id);
  const at = (id: CellId): number => walk.position.get(id) ?? 0;
  return [...cells].sort((a, b) => at(b) - at(a));
}

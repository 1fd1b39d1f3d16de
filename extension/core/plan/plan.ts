/**
 * The plan: one walk over the cells in script order, carrying what every name means, which decides for each cell
 * whether its result can be reused, must be made, has to wait or cannot be had. Linear in cells and names.
 */
import { missingPackages } from "../magics/packages.ts";
import type { CellId } from "../notebook/model.ts";
import { difference } from "../recipe/difference.ts";
import { environmentKey, recipeKey } from "../recipe/key.ts";
import type { CellHead, DefinitionSource, EnvironmentIdentity, RecipeComponents, RecipeKey } from "../store/model.ts";
import { NO_SURROUNDINGS } from "./ambient.ts";
import { bindAll, bindPending, bindRecord } from "./bind.ts";
import { type Inputs, resolveInputs } from "./inputs.ts";
import { type Found, findRecord, type PlanPorts, stillFound } from "./lookup.ts";
import { type PlanMemory, watchedWalk } from "./memory.ts";
import type { CellPlan, Plan, Reason } from "./model.ts";
import { carriedByModules, importedValues, linkedNames, moduleUse } from "./modules.ts";
import { type ScriptOrder, scriptOrder } from "./order.ts";
import { PATCHES, patchesOf } from "./patches.ts";
import type { PreparedCell } from "./prepared.ts";
import { findObstacle, findWaits, unsettledAbove, upstreamOf, type Wait } from "./waits.ts";
import { type PlanQuestion, textOf, type Walk } from "./walk.ts";

/** A plan with what a run needs beside it. */
export interface Planned extends Plan {
  readonly inputs: ReadonlyMap<CellId, Inputs>;
  /** Ambient state to restore before each cell that can start. */
  readonly ambient: ReadonlyMap<CellId, Readonly<Record<string, string>>>;
  /** The cell's own definitions as they travel, by name. */
  readonly own: ReadonlyMap<CellId, Readonly<Record<string, DefinitionSource>>>;
}

export type Planner = (question: PlanQuestion, ports: PlanPorts) => Promise<Planned>;

/** For one notebook: what has not changed since an earlier plan is not worked out again. */
export function createPlanner(): Planner {
  const memory: PlanMemory = new Map();
  let frame: Frame | undefined;
  let environment: { readonly identity: EnvironmentIdentity; readonly key: string } | undefined;

  return async (question, ports) => {
    const { cells, environment: identity } = question;
    if (frame?.cells !== cells) frame = frameOf(cells);
    if (environment?.identity !== identity) environment = { identity, key: environmentKey(identity, ports.hash) };
    const { byId, order, position } = frame;
    const plans = new Map<CellId, CellPlan>();
    const { walk, recall, make } = watchedWalk(
      {
        identity,
        environment: environment.key,
        position,
        surroundings: NO_SURROUNDINGS,
        dynamic: undefined,
        inputs: new Map(),
        ambient: new Map(),
        own: new Map(),
      },
      new Map(question.above),
      { question, ports, position, plans },
      memory,
    );
    for (const id of order.cells) {
      const prepared = byId.get(id) as PreparedCell;
      plans.set(id, recall(prepared) ?? (await make(prepared, () => planCell(prepared, walk))));
    }
    for (const id of order.cyclic) {
      plans.set(id, { cell: id, action: "blocked", reason: { kind: "cycle", cells: order.cyclic }, upstream: [] });
    }
    for (const id of memory.size > byId.size ? memory.keys() : []) if (!byId.has(id)) memory.delete(id);
    const { inputs, ambient, own } = walk;
    return {
      cells: cells.map((each) => plans.get(each.cell.id) as CellPlan),
      environment: identity,
      inputs,
      ambient,
      own,
    };
  };
}

/** What depends on the list of cells alone. */
interface Frame {
  readonly cells: readonly PreparedCell[];
  readonly byId: ReadonlyMap<CellId, PreparedCell>;
  readonly order: ScriptOrder;
  readonly position: ReadonlyMap<CellId, number>;
}

function frameOf(cells: readonly PreparedCell[]): Frame {
  const byId = new Map(cells.map((prepared) => [prepared.cell.id, prepared]));
  return {
    cells,
    byId,
    order: scriptOrder([...byId.keys()], (id) => byId.get(id)?.after ?? NONE),
    position: new Map(cells.map((prepared, index) => [prepared.cell.id, index])),
  };
}

const NONE: readonly CellId[] = [];

async function planCell(prepared: PreparedCell, walk: Walk): Promise<CellPlan> {
  const { analysis, cell } = prepared;
  const { id } = cell;
  if (analysis === undefined || hasNothingToRun(analysis.normalized, prepared, walk)) {
    return { cell: id, action: "none", reason: { kind: "nothing-to-run" }, upstream: [] };
  }
  const provided = new Set(Object.keys(prepared.paths));
  const textIn = (of: CellId): string => textOf(of, walk);
  let inputs = resolveInputs(analysis, walk.names, provided, undefined, textIn);
  const carried = carriedByModules(prepared, inputs, walk);
  if (carried !== undefined) inputs = resolveInputs(analysis, walk.names, provided, carried, textIn);
  inputs = withPatches(inputs, walk);
  walk.inputs.set(id, inputs);
  const upstream = upstreamOf(inputs, prepared, walk);

  const obstacle = findObstacle(prepared, inputs, walk);
  if (obstacle !== undefined) {
    const failed = obstacle.kind === "upstream-failed";
    bindAll(prepared, walk, { kind: "blocked", cell: id, failed });
    return { cell: id, action: "blocked", reason: obstacle, upstream };
  }

  const waits = findWaits(prepared, inputs, walk);
  if (waits.length > 0) return wait(prepared, waits, inputs, upstream, walk);

  const components: RecipeComponents = {
    language: cell.language,
    code: analysis.normalized,
    inputs: withPaths(inputs.components, prepared.paths),
    environment: walk.identity,
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
  if (walk.ask(({ question }) => question.failed(id, key, head))) {
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
  return missingPackages(packages, walk.identity.packages).length === 0;
}

function find(prepared: PreparedCell, key: RecipeKey, walk: Walk): Promise<Found> {
  const { cell, cache } = prepared;
  const { id } = cell;
  // A result of this request is one from the store in the next: that is no other plan.
  return walk.summed(
    () => findAnew(prepared, key, walk),
    (found) => {
      if (found.kind !== "hit" || cache !== undefined) return undefined;
      const { record } = found;
      const isFound = stillFound(record, id, walk.surroundings);
      return ({ question, ports }) => {
        const made = question.settled.get(id);
        if (made?.key === key) return made === record;
        const unwanted = question.force.has(id) || (record.sample.length > 0 && question.refresh?.has(id) === true);
        return !unwanted && isFound(ports);
      };
    },
  );
}

async function findAnew({ cell: { id }, cache }: PreparedCell, key: RecipeKey, walk: Walk): Promise<Found> {
  const made = walk.ask(({ question }) => question.settled.get(id));
  if (made?.key === key) return { kind: "hit", record: made };
  if (walk.ask(({ question }) => question.force.has(id))) return { kind: "miss", because: { kind: "forced" } };
  const found = await findRecord(key, id, walk.surroundings, walk.ports, cache);
  const isSample = found.kind === "hit" && found.record.sample.length > 0;
  const again = isSample && walk.ask(({ question }) => question.refresh?.has(id) === true);
  return again ? { kind: "miss", because: { kind: "refreshed" } } : found;
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

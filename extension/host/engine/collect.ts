/** A collection of a store's garbage: what the notebooks need, what goes, and its removal. */
import type { Engine } from "../../core/engine/model.ts";
import { type Collection, type Inventory, planCollection, type Roots, totalOf } from "../../core/store/collect.ts";
import { branchName } from "../agent/branch-heads.ts";
import type { Removed } from "../store/maintenance.ts";
import type { Store } from "../store/open.ts";

export interface CollectOptions {
  /** Bytes; by default the notebook's setting. */
  readonly limit?: number;
  /** Results older than this go whatever the limit; milliseconds. */
  readonly olderThan?: number;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface CollectRequest extends CollectOptions {
  readonly store: Store;
  /** Asked only when records may go, as it plans every notebook. */
  readonly roots: () => Promise<Roots>;
  readonly limit: number;
}

export interface Collected {
  readonly inventory: Inventory;
  readonly collection: Collection;
  /** What really went; undefined for a dry run. */
  readonly removed: Removed | undefined;
  /** A run is going on somewhere, so that results stay. */
  readonly busy: boolean;
}

/** Enough where nothing that a head or a record names goes. */
const NO_ROOTS: Roots = { keys: new Set(), cells: new Map() };

export async function collectStore(request: CollectRequest): Promise<Collected> {
  const { store, now, limit, olderThan, dryRun } = request;
  const { maintenance } = store;
  const inventory = await maintenance.inventory();
  const busySince = await maintenance.busySince(now);
  const policy = {
    now,
    limit,
    ...(olderThan === undefined ? {} : { before: now - olderThan }),
    ...(busySince === undefined ? {} : { busySince }),
  };
  const mayLoseResults = totalOf(inventory) > limit || olderThan !== undefined;
  const roots = mayLoseResults || dryRun ? await request.roots() : NO_ROOTS;
  const collection = planCollection(inventory, roots, policy);
  if (dryRun) return { inventory, collection, removed: undefined, busy: busySince !== undefined };
  const removed = await maintenance.remove(collection, inventory);
  return { inventory, collection, removed, busy: busySince !== undefined };
}

type Asked = Pick<Engine, "notebook" | "plan">;

/** What the notebooks, and the branches of agents on them, need as they are now. Starts no Python. */
export async function rootsOf(engines: readonly Asked[], branches: readonly Asked[]): Promise<Roots> {
  const keys = new Set<string>();
  const cells = new Map<string, Set<string>>();
  // Two folders may hold copies of one notebook: what either has is there.
  const cellsOf = (name: string): Set<string> => {
    const known = cells.get(name) ?? new Set();
    cells.set(name, known);
    return known;
  };
  const need = async ({ notebook, plan }: Asked, name: string): Promise<void> => {
    const known = cellsOf(name);
    for (const { id } of notebook.cells) known.add(id);
    for (const cell of (await plan()).cells) if ("key" in cell) keys.add(cell.key);
  };
  for (const engine of engines) {
    await need(engine, engine.notebook.id);
    // What was tried on a branch that is no more is needed by nobody.
    cellsOf(branchName(engine.notebook.id));
  }
  for (const engine of branches) await need(engine, branchName(engine.notebook.id));
  return { keys, cells };
}

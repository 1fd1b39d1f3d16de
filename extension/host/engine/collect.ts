/** A collection of a store's garbage: what the notebooks need, what goes, and its removal. */
import type { Engine } from "../../core/engine/model.ts";
import { type Collection, type Inventory, planCollection, type Roots, totalOf } from "../../core/store/collect.ts";
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

/** What the notebooks need as they are now. Starts no Python. */
export async function rootsOf(engines: readonly Pick<Engine, "notebook" | "plan">[]): Promise<Roots> {
  const keys = new Set<string>();
  const cells = new Map<string, Set<string>>();
  for (const engine of engines) {
    const { notebook } = engine;
    // Two folders may hold copies of one notebook: what either has is there.
    const known = cells.get(notebook.id) ?? new Set();
    for (const { id } of notebook.cells) known.add(id);
    cells.set(notebook.id, known);
    for (const cell of (await engine.plan()).cells) if ("key" in cell) keys.add(cell.key);
  }
  return { keys, cells };
}

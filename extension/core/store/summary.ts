/** What is in a store, by notebook and cell, largest first: for people who want to know where the room went. */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { Inventory } from "./collect.ts";

export interface CellShare {
  readonly notebook: string;
  readonly cell: CellId;
  readonly results: number;
  /** Content that several results name counts for each cell that has one of them. */
  readonly bytes: number;
}

export interface StoreSummary {
  readonly cells: readonly CellShare[];
  readonly results: number;
  /** Results that somebody else made, which are not loaded. */
  readonly foreign: number;
}

export function summarise(inventory: Inventory): StoreSummary {
  const shares = new Map<string, { notebook: string; cell: CellId; results: number; digests: Set<Digest> }>();
  for (const { notebook, cell, content } of inventory.records) {
    const id = JSON.stringify([notebook, cell]);
    const share = shares.get(id) ?? { notebook, cell, results: 0, digests: new Set() };
    share.results++;
    for (const digest of content) share.digests.add(digest);
    shares.set(id, share);
  }
  const bytesOf = (digests: Iterable<Digest>): number => {
    let bytes = 0;
    for (const digest of digests) bytes += inventory.contents.get(digest)?.bytes ?? 0;
    return bytes;
  };
  const cells = [...shares.values()].map(({ notebook, cell, results, digests }) => {
    return { notebook, cell, results, bytes: bytesOf(digests) };
  });
  return {
    cells: cells.sort((a, b) => b.bytes - a.bytes || b.results - a.results),
    results: inventory.records.length,
    foreign: inventory.records.filter(({ own }) => !own).length,
  };
}

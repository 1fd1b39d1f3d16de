/** The store's ports in memory: for tests of the engine, and the yardstick of the contract suite. */
import type { CellHead, CellRecord, ContentStore, RecordIndex } from "../../../extension/core/store/model.ts";
import { contentOf, withRecord } from "../../../extension/core/store/record.ts";
import { digestOf } from "../../../extension/host/store/digest.ts";

export interface MemoryStore {
  readonly content: Required<ContentStore>;
  readonly index: Required<RecordIndex>;
  /** What a damaged disk does: the bytes are gone for every reader. */
  damage(digest: string): void;
}

export function createMemoryStore(): MemoryStore {
  const blobs = new Map<string, Uint8Array>();
  const records = new Map<string, readonly CellRecord[]>();
  const heads = new Map<string, Map<string, CellHead>>();
  const content: Required<ContentStore> = {
    path: (digest) => `/memory/${digest.slice(0, 2)}/${digest.slice(2)}`,
    has: async (digest) => blobs.has(digest),
    peek: (digest) => blobs.has(digest),
    read: async (digest) => blobs.get(digest),
    verify: async (digest) => blobs.has(digest),
    async put(bytes) {
      const digest = digestOf(bytes);
      blobs.set(digest, Uint8Array.from(bytes));
      return digest;
    },
  };
  const index: Required<RecordIndex> = {
    records: async (key) => records.get(key) ?? [],
    peek: (key) => records.get(key),
    foreign: async () => false,
    refresh: async () => undefined,
    async add(record, own) {
      if (own !== undefined) await index.setHead(own.notebook, own.cell, own.head);
      if (!contentOf(record).every((digest) => blobs.has(digest))) return;
      records.set(record.key, withRecord(records.get(record.key) ?? [], structuredClone(record)));
    },
    peekHead: (notebook, cell) => heads.get(notebook)?.get(cell) ?? null,
    head: async (notebook, cell) => heads.get(notebook)?.get(cell),
    async setHead(notebook, cell, head) {
      const cells = heads.get(notebook) ?? new Map<string, CellHead>();
      heads.set(notebook, cells.set(cell, structuredClone(head)));
    },
    async forget(notebook, cells) {
      const gone = new Set<string>();
      for (const [cell, head] of heads.get(notebook) ?? []) {
        if (cells !== undefined && !cells.includes(cell)) continue;
        gone.add(head.key);
        heads.get(notebook)?.delete(cell);
      }
      for (const [key, all] of records) {
        const kept = all.filter(
          (one) => one.notebook !== notebook || (cells !== undefined && !cells.includes(one.cell)),
        );
        if (gone.has(key) || kept.length === 0) records.delete(key);
        else records.set(key, kept);
      }
    },
  };
  return { content, index, damage: (digest) => blobs.delete(digest) };
}

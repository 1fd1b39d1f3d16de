/**
 * The index over keyv: recipe key → records, and notebook and cell → head. keyv is the seam where a store that a team
 * shares can take SQLite's place; what SQLite adds (transactions, noticing other writers) is behind `Backend`.
 *
 * One key holds the list of its records, and adding to it reads, merges and writes inside one transaction: so two
 * processes that add to one key keep both records. The alternative, one row per record, would need prefix queries,
 * which keyv does not have.
 *
 * Nothing here throws for a failing medium: what cannot be written stays in memory for the session.
 */
import type { Keyv } from "keyv";
import type { CellHead, CellRecord, ContentStore, RecipeKey, RecordIndex } from "../../core/store/model.ts";
import { contentOf, withRecord } from "../../core/store/record.ts";
import {
  type Entry,
  ownRecords,
  readHead,
  readRow,
  type Signer,
  signHead,
  signRecord,
  toRow,
  withEntry,
} from "../../core/store/signed.ts";
import type { StoreProblem } from "./problem.ts";

export interface Backend {
  /** Runs `use` with both namespaces; reports problems by itself and returns undefined when the medium failed. */
  read<T>(use: (tables: Tables) => Promise<T>): Promise<T | undefined>;
  /** The same in one transaction, one at a time; false when nothing was written. */
  write(use: (tables: Tables) => Promise<void>): Promise<boolean>;
  /** True when another process has written since the last call. */
  changed(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Tables {
  readonly records: Keyv<unknown>;
  readonly heads: Keyv<unknown>;
}

export interface DiskIndex extends RecordIndex {
  peek(key: RecipeKey): readonly CellRecord[] | undefined;
  refresh(): Promise<void>;
  foreign(key: RecipeKey): boolean | Promise<boolean>;
  /** What is in memory may not be what is stored any more. */
  dropCaches(): void;
}

/** What is known of one key. */
interface Known {
  readonly records: readonly CellRecord[];
  /** Are there results that somebody else made? */
  readonly foreign: boolean;
}

/** Keys and heads kept parsed in memory; the oldest go first. */
const CACHED = 4096;

export function createIndex(
  backend: Backend,
  content: ContentStore,
  signer: Signer,
  onProblem: (problem: StoreProblem) => void,
): DiskIndex {
  const records = new Map<RecipeKey, Known>();
  const heads = new Map<string, CellHead | null>();
  /** Oldest first; what could not be written. Joined into every answer, and written with the next record of its key. */
  const unwrittenRecords = new Map<RecipeKey, readonly CellRecord[]>();
  const unwrittenHeads = new Map<string, CellHead>();
  /** Counts the times the caches were dropped: an answer that was under way meanwhile may be old, and is not cached. */
  let generation = 0;

  async function refresh(): Promise<void> {
    if (await backend.changed()) dropCaches();
  }

  function dropCaches(): void {
    generation++;
    records.clear();
    heads.clear();
  }

  function known(key: RecipeKey, entries: readonly Entry[]): Known {
    const own = (unwrittenRecords.get(key) ?? []).reduce(withRecord, ownRecords(entries));
    return { records: own, foreign: entries.some((entry) => !entry.own) };
  }

  function peek(key: RecipeKey): readonly CellRecord[] | undefined {
    return records.get(key)?.records;
  }

  async function lookUp(key: RecipeKey): Promise<Known> {
    await refresh();
    const cached = records.get(key);
    if (cached !== undefined) return cached;
    const asked = generation;
    const row = await backend.read((tables) => tables.records.get(key));
    const found = known(key, readRow(row, key, signer));
    if (asked === generation) remember(records, key, found);
    return found;
  }

  async function add(record: CellRecord): Promise<void> {
    const missing = await firstMissing(record);
    if (missing !== undefined) {
      onProblem({
        code: "record-incomplete",
        path: content.path(missing),
        message: `The result of cell ${record.cell} is not kept: ${content.path(missing)} is not in the store. The cell will run again; if it happens every time, check the store's folder.`,
      });
      return;
    }
    const { key } = record;
    const added = [...(unwrittenRecords.get(key) ?? []), record].map((one) => signRecord(one, signer));
    let after: readonly Entry[] = [];
    const asked = generation;
    const written = await backend.write(async (tables) => {
      after = added.reduce(withEntry, readRow(await tables.records.get(key), key, signer));
      await tables.records.set(key, toRow(after));
    });
    if (written) {
      unwrittenRecords.delete(key);
      if (asked === generation) remember(records, key, known(key, after));
    } else {
      unwrittenRecords.set(key, [...(unwrittenRecords.get(key) ?? []), record]);
      records.delete(key);
    }
  }

  async function firstMissing(record: CellRecord): Promise<string | undefined> {
    const digests = contentOf(record);
    const there = await Promise.all(digests.map((digest) => content.has(digest)));
    return digests.find((_, at) => !there[at]);
  }

  async function head(notebook: string, cell: string): Promise<CellHead | undefined> {
    await refresh();
    const key = headKey(notebook, cell);
    const cached = unwrittenHeads.get(key) ?? heads.get(key);
    if (cached !== undefined) return cached ?? undefined;
    const asked = generation;
    const stored = await backend.read((tables) => tables.heads.get(key));
    const found = readHead(stored, notebook, cell, signer)?.head;
    if (asked === generation) remember(heads, key, found ?? null);
    return found;
  }

  async function setHead(notebook: string, cell: string, next: CellHead): Promise<void> {
    const key = headKey(notebook, cell);
    const asked = generation;
    const written = await backend.write(async (tables) => {
      await tables.heads.set(key, signHead(next, notebook, cell, signer));
    });
    if (written) {
      unwrittenHeads.delete(key);
      if (asked === generation) remember(heads, key, next);
    } else {
      unwrittenHeads.set(key, next);
    }
  }

  /**
   * Goes through the whole index: it is rare, and an index of who made what would cost every run. Records under the key
   * that a head names go too, whoever made them: another notebook may have computed the same cell first, and the
   * user who forgets a result expects the cell to run.
   */
  async function forget(notebook: string, cells?: readonly string[]): Promise<void> {
    const wanted = cells === undefined ? undefined : new Set(cells);
    const mine = (record: CellRecord) => record.notebook === notebook && (wanted?.has(record.cell) ?? true);
    const mineHead = (key: string) => {
      const named = namedBy(key);
      return named?.notebook === notebook && (wanted?.has(named.cell) ?? true);
    };
    const keys = new Set<RecipeKey>();
    await backend.write(async (tables) => {
      for (const [key, value] of await entries(tables.heads)) {
        if (!mineHead(key)) continue;
        const last = readHead(value, notebook, "", signer)?.head;
        if (last !== undefined) keys.add(last.key);
        await tables.heads.delete(key);
      }
      for (const [key, value] of await entries(tables.records)) {
        const all = readRow(value, key, signer);
        const kept = keys.has(key) ? [] : all.filter(({ record }) => !mine(record));
        if (kept.length === 0) await tables.records.delete(key);
        else if (kept.length < all.length) await tables.records.set(key, toRow(kept));
      }
    });
    for (const [key, last] of unwrittenHeads) {
      if (!mineHead(key)) continue;
      keys.add(last.key);
      unwrittenHeads.delete(key);
    }
    for (const [key, all] of unwrittenRecords) {
      const kept = keys.has(key) ? [] : all.filter((record) => !mine(record));
      if (kept.length === 0) unwrittenRecords.delete(key);
      else unwrittenRecords.set(key, kept);
    }
    dropCaches();
  }

  return {
    records: async (key) => (await lookUp(key)).records,
    foreign: (key) => records.get(key)?.foreign ?? lookUp(key).then((found) => found.foreign),
    peek,
    refresh,
    add,
    head,
    setHead,
    forget,
    dropCaches,
  };
}

function remember<K, V>(cache: Map<K, V>, key: K, value: V): void {
  if (cache.size >= CACHED) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(key, value);
}

/** Both are the user's text and may hold anything, the separator included. */
export function headKey(notebook: string, cell: string): string {
  return `${encodeURIComponent(notebook)}/${encodeURIComponent(cell)}`;
}

/** The reverse, for keys as they come out of storage; undefined for what no `headKey` is. */
export function namedBy(key: string): { readonly notebook: string; readonly cell: string } | undefined {
  const [notebook = "", cell, more] = key.split("/");
  if (cell === undefined || more !== undefined) return undefined;
  try {
    return { notebook: decodeURIComponent(notebook), cell: decodeURIComponent(cell) };
  } catch {
    return undefined;
  }
}

/** Read to the end first: the table is changed while going through them. */
async function entries(table: Keyv<unknown>): Promise<readonly (readonly [string, unknown])[]> {
  const found: (readonly [string, unknown])[] = [];
  for await (const entry of table.iterator()) found.push(entry as [string, unknown]);
  return found;
}

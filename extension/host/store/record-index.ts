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
import type { CellHead, CellRecord, ContentStore, OwnHead, RecipeKey, RecordIndex } from "../../core/store/model.ts";
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
import { remember, type Understood, understand } from "./remember.ts";

/** One row as it is stored: `text` is null when there is none. */
export interface Row {
  readonly text: string | null;
  readonly value: () => unknown;
}

export interface Backend {
  /** One row without waiting; undefined when the medium cannot tell so soon, or not at all: then `read` has to be asked. */
  peek(table: keyof Tables, key: string): Row | undefined;
  /** Runs `use` with both namespaces; reports problems by itself and returns undefined when the medium failed. */
  read<T>(use: (tables: Tables) => Promise<T>): Promise<T | undefined>;
  /** The same in one transaction, one at a time; false when nothing was written. */
  write(use: (tables: Tables) => Promise<void>): Promise<boolean>;
  /** True when another process has written since the last call. */
  changed(): Promise<boolean>;
  /** Does now what later writes would have to wait for. */
  settle(): void;
  close(): Promise<void>;
}

export interface Tables {
  readonly records: Keyv<unknown>;
  readonly heads: Keyv<unknown>;
}

export interface DiskIndex extends Required<RecordIndex> {
  /** What is in memory may not be what is stored any more. */
  dropCaches(): void;
}

/** What is known of one key. */
interface Known {
  readonly records: readonly CellRecord[];
  /** Are there results that somebody else made? */
  readonly foreign: boolean;
}

export function createIndex(
  backend: Backend,
  content: ContentStore,
  signer: Signer,
  onProblem: (problem: StoreProblem) => void,
): DiskIndex {
  const records = new Map<RecipeKey, Known>();
  const heads = new Map<string, CellHead | null>();
  /** What rows meant when they were last read: most are the same after another process has written. */
  const rows: Understood<Known> = new Map();
  const headRows: Understood<CellHead | null> = new Map();
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
    return withUnwritten(key, { records: ownRecords(entries), foreign: entries.some((entry) => !entry.own) });
  }

  function withUnwritten(key: RecipeKey, { records: stored, foreign }: Known): Known {
    return { records: (unwrittenRecords.get(key) ?? []).reduce(withRecord, stored), foreign };
  }

  function peekKnown(key: RecipeKey): Known | undefined {
    const cached = records.get(key);
    if (cached !== undefined) return cached;
    const row = backend.peek("records", key);
    if (row === undefined) return undefined;
    const stored = understand(rows, key, row, () => {
      const entries = readRow(row.value(), key, signer);
      return { records: ownRecords(entries), foreign: entries.some((entry) => !entry.own) };
    });
    const found = unwrittenRecords.has(key) ? withUnwritten(key, stored) : stored;
    remember(records, key, found);
    return found;
  }

  async function lookUp(key: RecipeKey): Promise<Known> {
    await refresh();
    const soon = peekKnown(key);
    if (soon !== undefined) return soon;
    const asked = generation;
    const row = await backend.read((tables) => tables.records.get(key));
    const found = known(key, readRow(row, key, signer));
    if (asked === generation) remember(records, key, found);
    return found;
  }

  async function add(record: CellRecord, head?: OwnHead): Promise<void> {
    const missing = await firstMissing(record);
    if (missing !== undefined) {
      onProblem({
        code: "record-incomplete",
        path: content.path(missing),
        message: `The result of cell ${record.cell} is not kept: ${content.path(missing)} is not in the store. The cell will run again; if it happens every time, check the store's folder.`,
      });
      if (head !== undefined) await setHead(head.notebook, head.cell, head.head);
      return;
    }
    const { key } = record;
    const added = [...(unwrittenRecords.get(key) ?? []), record].map((one) => signRecord(one, signer));
    let after: readonly Entry[] = [];
    const asked = generation;
    const written = await backend.write(async (tables) => {
      after = added.reduce(withEntry, readRow(await tables.records.get(key), key, signer));
      await tables.records.set(key, toRow(after));
      if (head !== undefined) await writeHead(tables, head);
    });
    if (written) {
      unwrittenRecords.delete(key);
      if (asked === generation) remember(records, key, known(key, after));
    } else {
      unwrittenRecords.set(key, [...(unwrittenRecords.get(key) ?? []), record]);
      records.delete(key);
    }
    if (head !== undefined) keepHead(head, written, asked);
  }

  async function firstMissing(record: CellRecord): Promise<string | undefined> {
    for (const digest of contentOf(record)) {
      if (content.peek?.(digest) !== true && !(await content.has(digest))) return digest;
    }
    return undefined;
  }

  function peekHead(notebook: string, cell: string): CellHead | null | undefined {
    const key = headKey(notebook, cell);
    const cached = unwrittenHeads.get(key) ?? heads.get(key);
    if (cached !== undefined) return cached;
    const row = backend.peek("heads", key);
    if (row === undefined) return undefined;
    const found = understand(headRows, key, row, () => readHead(row.value(), notebook, cell, signer)?.head ?? null);
    remember(heads, key, found);
    return found;
  }

  async function head(notebook: string, cell: string): Promise<CellHead | undefined> {
    await refresh();
    const soon = peekHead(notebook, cell);
    if (soon !== undefined) return soon ?? undefined;
    const key = headKey(notebook, cell);
    const asked = generation;
    const stored = await backend.read((tables) => tables.heads.get(key));
    const found = readHead(stored, notebook, cell, signer)?.head;
    if (asked === generation) remember(heads, key, found ?? null);
    return found;
  }

  async function setHead(notebook: string, cell: string, next: CellHead): Promise<void> {
    const own = { notebook, cell, head: next };
    const asked = generation;
    keepHead(own, await backend.write((tables) => writeHead(tables, own)), asked);
  }

  async function writeHead(tables: Tables, { notebook, cell, head: next }: OwnHead): Promise<void> {
    await tables.heads.set(headKey(notebook, cell), signHead(next, notebook, cell, signer));
  }

  function keepHead({ notebook, cell, head: next }: OwnHead, written: boolean, asked: number): void {
    const key = headKey(notebook, cell);
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
    foreign: (key) => peekKnown(key)?.foreign ?? lookUp(key).then((found) => found.foreign),
    peek: (key) => peekKnown(key)?.records,
    peekHead,
    refresh,
    add,
    head,
    setHead,
    forget,
    dropCaches,
  };
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

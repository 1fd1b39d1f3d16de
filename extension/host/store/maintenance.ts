/**
 * What is done to a store as a whole: listing it, removing what a collection has chosen, and signing what somebody else
 * made. Several processes may use the store meanwhile, and this one may be killed at any moment: records go before the
 * content that they name, so that what is left half-way is content that nothing refers to.
 */
import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../core/outputs/model.ts";
import type { Collection, Inventory } from "../../core/store/collect.ts";
import { contentOf } from "../../core/store/record.ts";
import { readHead, readRow, type Signer, signHead, signRecord, toRow } from "../../core/store/signed.ts";
import { answerPath } from "./answer-path.ts";
import { busySince } from "./leases.ts";
import { entryId, isOwnFolder, type Place, takeInventory } from "./listing.ts";
import { type Backend, headKey, namedBy } from "./record-index.ts";

export interface Maintenance {
  inventory(): Promise<Inventory>;
  /** When the earliest run that is going on began, here or in another process. */
  busySince(now: number): Promise<number | undefined>;
  remove(collection: Collection, inventory: Inventory): Promise<Removed>;
  /** Signs what somebody else made as if it had been made here. How many results that were; undefined when it failed. */
  trust(): Promise<number | undefined>;
}

export interface Removed {
  readonly records: number;
  /** Of language models. */
  readonly answers: number;
  /** Of results, and left-over ones. */
  readonly files: number;
  readonly bytes: number;
}

export interface MaintenanceOptions {
  readonly place: Place;
  readonly backend: Backend;
  readonly signer: Signer;
  readonly index: { dropCaches(): void };
}

/** Rows changed in one transaction: others write in between. */
const BATCH = 200;

export function createMaintenance({ place, backend, signer, index }: MaintenanceOptions): Maintenance {
  async function remove(collection: Collection, inventory: Inventory): Promise<Removed> {
    const records = await removeRecords(collection);
    await removeHeads(collection);
    index.dropCaches();
    // A record may have been added since the list was made: what it names stays.
    const named = await namedNow();
    let [files, answers, bytes] = [0, 0, 0];
    if (named !== undefined) {
      for (const digest of collection.content) {
        const file = inventory.contents.get(digest);
        if (file === undefined || named.has(digest)) continue;
        const path = join(place.contentDir, digest.slice(0, 2), digest.slice(2));
        if (!(await removeUnchanged(path, file.changed))) continue;
        files += 1;
        bytes += file.bytes;
      }
    }
    for (const { request, changed, bytes: size } of collection.answers) {
      if (!(await removeUnchanged(answerPath(place.answersDir, request), changed))) continue;
      answers += 1;
      bytes += size;
    }
    for (const { name, changed, bytes: size } of inventory.leftovers) {
      if (!collection.leftovers.includes(name) || !(await removeUnchanged(join(place.tmp, name), changed))) continue;
      files += 1;
      bytes += size;
    }
    return { records, answers, files, bytes };
  }

  async function removeRecords(collection: Collection): Promise<number> {
    const ids = new Map<string, Set<string>>();
    for (const { key, id } of collection.records) ids.set(key, (ids.get(key) ?? new Set()).add(id));
    let removed = 0;
    for (const keys of batches([...ids.keys()])) {
      let inBatch = 0;
      const done = await backend.write(async (tables) => {
        inBatch = 0;
        for (const key of keys) {
          const entries = readRow(await tables.records.get(key), key, signer);
          const kept = entries.filter((entry) => ids.get(key)?.has(entryId(entry)) !== true);
          if (kept.length === entries.length) continue;
          if (kept.length === 0) await tables.records.delete(key);
          else await tables.records.set(key, toRow(kept));
          inBatch += entries.length - kept.length;
        }
      });
      if (!done) return removed;
      removed += inBatch;
    }
    return removed;
  }

  async function removeHeads(collection: Collection): Promise<void> {
    for (const heads of batches(collection.heads)) {
      await backend.write(async (tables) => {
        for (const { notebook, cell, key } of heads) {
          const at = headKey(notebook, cell);
          // The cell may have run since.
          if (readHead(await tables.heads.get(at), notebook, cell, signer)?.head.key === key) {
            await tables.heads.delete(at);
          }
        }
      });
    }
  }

  /** Undefined when the index cannot be read: then nothing is known to be unused. */
  async function namedNow(): Promise<ReadonlySet<Digest> | undefined> {
    return backend.read(async (tables) => {
      const named = new Set<Digest>();
      for await (const [key, row] of tables.records.iterator() as AsyncIterable<[string, unknown]>) {
        for (const { record } of readRow(row, key, signer)) for (const digest of contentOf(record)) named.add(digest);
      }
      for await (const [key, stored] of tables.heads.iterator() as AsyncIterable<[string, unknown]>) {
        const at = namedBy(key);
        const head = at && readHead(stored, at.notebook, at.cell, signer)?.head;
        if (head === undefined) continue;
        const { outputs } = head;
        for (const digest of contentOf({ values: [], ambient: {}, definitions: {}, outputs })) named.add(digest);
      }
      return named;
    });
  }

  /** A file that was written anew, or put again, since the list was made is about to be used. */
  async function removeUnchanged(path: string, changed: number): Promise<boolean> {
    if (!(await isOwnFolder(join(path, "..")))) return false;
    const info = await lstat(path).catch(() => undefined);
    if (info?.isFile() !== true || info.mtimeMs !== changed) return false;
    // On Windows a file that is in use cannot be removed, and is left for the next time.
    return rm(path).then(
      () => true,
      () => false,
    );
  }

  async function trust(): Promise<number | undefined> {
    let trusted = 0;
    const done = await backend.write(async (tables) => {
      trusted = 0;
      for await (const [key, row] of tables.records.iterator() as AsyncIterable<[string, unknown]>) {
        const entries = readRow(row, key, signer);
        const foreign = entries.filter((entry) => !entry.own);
        if (foreign.length === 0) continue;
        trusted += foreign.length;
        await tables.records.set(key, toRow(entries.map((one) => (one.own ? one : signRecord(one.record, signer)))));
      }
      for await (const [key, stored] of tables.heads.iterator() as AsyncIterable<[string, unknown]>) {
        const at = namedBy(key);
        const found = at && readHead(stored, at.notebook, at.cell, signer);
        if (at === undefined || found === undefined || found.own) continue;
        await tables.heads.set(key, signHead(found.whole, at.notebook, at.cell, signer));
      }
    });
    index.dropCaches();
    return done ? trusted : undefined;
  }

  return {
    inventory: () => takeInventory(place, backend, signer),
    busySince: (now) => busySince(place.tmp, now),
    remove,
    trust,
  };
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}

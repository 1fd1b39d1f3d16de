/**
 * What is in a store: files by a walk, records and heads by reading the index to its end. Nothing is verified and
 * nothing is changed. Folders that are links are left alone: nothing of theirs is ours to remove.
 */
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { logsOf } from "../../core/ai/answer-log.ts";
import type { Digest } from "../../core/outputs/model.ts";
import type { Inventory, ListedAnswer, ListedHead, ListedRecord } from "../../core/store/collect.ts";
import { contentOf } from "../../core/store/record.ts";
import { type Entry, readHead, readRow, type Signer } from "../../core/store/signed.ts";
import { type Backend, namedBy } from "./record-index.ts";

const SHARD = /^[0-9a-f]{2}$/;
const REST = /^[0-9a-f]{62}$/;
/** What a collection may remove from `tmp`; leases look after themselves. */
const LEFT_OVER = /^(put|guest|damaged|index|run|table|collected)-/;
const ANSWER = /^[0-9a-f]{62}\.json$/;
/** Beside the index. */
const INDEX = /^index\.sqlite(-wal|-shm)?$/;

export interface Place {
  readonly root: string;
  readonly contentDir: string;
  readonly tmp: string;
  /** What language models answered, which outlives layouts of results. */
  readonly answersDir: string;
}

/** A link in a folder's place could lead anywhere: a store that came with a notebook must not have files removed there. */
export async function isOwnFolder(path: string): Promise<boolean> {
  for (const folder of [dirname(path), path]) {
    const info = await lstat(folder).catch(() => undefined);
    if (info?.isDirectory() !== true) return false;
  }
  return true;
}

/** Tells a record from the others of its key. */
export function entryId({ signed }: Entry): string {
  return signed.signature === "" ? signed.text : signed.signature;
}

export async function takeInventory(place: Place, backend: Backend, signer: Signer): Promise<Inventory> {
  // The index first: content that comes later than it looks unused, and is too young to go.
  const { records, heads } = await readIndex(backend, signer);
  const contents = new Map<Digest, { bytes: number; changed: number }>();
  for (const shard of await namesIn(place.contentDir)) {
    const folder = join(place.contentDir, shard);
    if (!SHARD.test(shard) || !(await isOwnFolder(folder))) continue;
    for (const file of await filesIn(folder, REST)) contents.set(`${shard}${file.name}`, file);
  }
  const answers: ListedAnswer[] = [];
  for (const shard of await namesIn(place.answersDir)) {
    const folder = join(place.answersDir, shard);
    if (!SHARD.test(shard) || !(await isOwnFolder(folder))) continue;
    for (const { name, bytes, changed } of await filesIn(folder, ANSWER))
      answers.push({ request: `${shard}${name.slice(0, -5)}`, bytes, changed });
  }
  const leftovers = await filesIn(place.tmp, LEFT_OVER);
  const index = await filesIn(place.root, INDEX);
  return { contents, records, heads, answers, leftovers, indexBytes: index.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function readIndex(
  backend: Backend,
  signer: Signer,
): Promise<{ readonly records: readonly ListedRecord[]; readonly heads: readonly ListedHead[] }> {
  const records: ListedRecord[] = [];
  const heads: ListedHead[] = [];
  await backend.read(async (tables) => {
    for await (const [key, row] of tables.records.iterator() as AsyncIterable<[string, unknown]>) {
      for (const entry of readRow(row, key, signer)) {
        const { notebook, cell, finishedAt } = entry.record;
        const { own } = entry;
        const content = contentOf(entry.record);
        const answers = logsOf(entry.record.outputs).map(({ request }) => request);
        records.push({ key, id: entryId(entry), notebook, cell, made: timeOf(finishedAt), own, content, answers });
      }
    }
    for await (const [key, stored] of tables.heads.iterator() as AsyncIterable<[string, unknown]>) {
      const named = namedBy(key);
      const head = named && readHead(stored, named.notebook, named.cell, signer)?.head;
      if (named === undefined || head === undefined) continue;
      const content = contentOf({ values: [], ambient: {}, definitions: {}, outputs: head.outputs });
      heads.push({ ...named, key: head.key, made: timeOf(head.finishedAt), content });
    }
  });
  return { records, heads };
}

/** What has no time was made long ago. */
function timeOf(iso: string): number {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? 0 : time;
}

interface Listed {
  readonly name: string;
  readonly bytes: number;
  readonly changed: number;
}

async function filesIn(folder: string, wanted: RegExp): Promise<readonly Listed[]> {
  if (!(await isOwnFolder(folder))) return [];
  const names = (await namesIn(folder)).filter((name) => wanted.test(name));
  const files = await Promise.all(
    names.map(async (name): Promise<Listed | undefined> => {
      const info = await lstat(join(folder, name)).catch(() => undefined);
      return info?.isFile() === true ? { name, bytes: info.size, changed: info.mtimeMs } : undefined;
    }),
  );
  return files.filter((file) => file !== undefined);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

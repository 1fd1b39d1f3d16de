/**
 * What a collection removes: decided here from a list of what is there, performed elsewhere. What the cells need as they
 * are now is never removed, however large the store is; of the rest the oldest goes first.
 */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { RecipeKey } from "./model.ts";

/** Everything in a store, with times in milliseconds since the epoch. */
export interface Inventory {
  readonly contents: ReadonlyMap<Digest, { readonly bytes: number; readonly changed: number }>;
  readonly records: readonly ListedRecord[];
  readonly heads: readonly ListedHead[];
  /** What language models answered; kept apart from the results. */
  readonly answers: readonly ListedAnswer[];
  /** Temporary and damaged files, which nothing refers to. */
  readonly leftovers: readonly { readonly name: string; readonly bytes: number; readonly changed: number }[];
  readonly indexBytes: number;
}

export interface ListedRecord {
  readonly key: RecipeKey;
  /** Tells it from the others of its key. */
  readonly id: string;
  readonly notebook: string;
  readonly cell: CellId;
  readonly made: number;
  /** Made by oneself, or by somebody who is trusted. */
  readonly own: boolean;
  readonly content: readonly Digest[];
  /** Answers that it came from, by the hash of what was asked. */
  readonly answers: readonly string[];
}

export interface ListedAnswer {
  readonly request: string;
  readonly bytes: number;
  /** When it was given or last used. */
  readonly changed: number;
}

export interface ListedHead {
  readonly notebook: string;
  readonly cell: CellId;
  readonly key: RecipeKey;
  readonly made: number;
  readonly content: readonly Digest[];
}

/** What is needed now, beyond what every cell's head says that it last came to. */
export interface Roots {
  readonly keys: ReadonlySet<RecipeKey>;
  /** The cells of the notebooks that could be read; a head of a cell that is not there any more protects nothing. */
  readonly cells: ReadonlyMap<string, ReadonlySet<CellId>>;
}

export interface Policy {
  readonly now: number;
  readonly limit: number;
  /** Results made before this go whatever the limit. */
  readonly before?: number;
  /** When the earliest run that is going on began: then no record goes, and no content that it may have written. */
  readonly busySince?: number;
}

export interface Collection {
  readonly records: readonly ListedRecord[];
  readonly heads: readonly ListedHead[];
  readonly content: readonly Digest[];
  readonly answers: readonly ListedAnswer[];
  readonly leftovers: readonly string[];
  readonly freed: number;
  readonly total: number;
  /** Bytes that are needed now. */
  readonly needed: number;
}

/** Younger than this, anything may be about to be named by a record. */
export const GRACE_MS = 10 * 60_000;
/** Heads of a notebook that cannot be found go after this: its disk may only be away. */
const AWAY_MS = 90 * 24 * 3600_000;
/** A store that is full to the brim would be collected after every run. */
const LOW_WATER = 0.9;

export function planCollection(inventory: Inventory, roots: Roots, policy: Policy): Collection {
  const { now, limit, before, busySince } = policy;
  const settled = (time: number): boolean => !(time > now - GRACE_MS);
  const quiet = busySince === undefined;
  const [goneHeads, liveHeads] = split(
    inventory.heads,
    (head) => quiet && settled(head.made) && isGone(head, roots, now),
  );
  const needed = new Set([...roots.keys, ...liveHeads.map((head) => head.key)]);
  const references = new Map<Digest, number>();
  const count = (digests: readonly Digest[], by: number): void => {
    for (const digest of digests) references.set(digest, (references.get(digest) ?? 0) + by);
  };
  for (const one of [...inventory.records, ...liveHeads]) count(one.content, 1);

  const content: Digest[] = [];
  let freed = 0;
  const free = (digests: Iterable<Digest>): void => {
    for (const digest of digests) {
      const file = inventory.contents.get(digest);
      if (file === undefined || (references.get(digest) ?? 0) > 0) continue;
      if (!settled(file.changed) || (busySince !== undefined && !(file.changed < busySince - GRACE_MS))) continue;
      content.push(digest);
      freed += file.bytes;
    }
  };
  free(inventory.contents.keys());
  const old = inventory.leftovers.filter(({ changed }) => settled(changed) && changed < (busySince ?? now) - GRACE_MS);
  for (const { bytes } of old) freed += bytes;

  const total = totalOf(inventory);
  const records: ListedRecord[] = [];
  const answers: ListedAnswer[] = [];
  if (quiet) {
    const target = total > limit ? limit * LOW_WATER : Number.POSITIVE_INFINITY;
    const neededAnswers = answersOf(inventory, needed);
    const candidates = [
      ...inventory.records.filter(({ key }) => !needed.has(key)).map((record) => ({ time: record.made, record })),
      ...inventory.answers
        .filter(({ request }) => !neededAnswers.has(request))
        .map((answer) => ({ time: answer.changed, answer })),
    ];
    for (const one of candidates.filter(({ time }) => settled(time)).sort((a, b) => a.time - b.time)) {
      const due = before !== undefined && one.time < before;
      if (!due && total - freed <= target) break;
      if ("answer" in one) {
        answers.push(one.answer);
        freed += one.answer.bytes;
      } else {
        records.push(one.record);
        count(one.record.content, -1);
        free(new Set(one.record.content));
      }
    }
  }
  return {
    records,
    heads: goneHeads,
    content,
    answers,
    leftovers: old.map(({ name }) => name),
    freed,
    total,
    needed: neededBytes(inventory, needed, liveHeads),
  };
}

export function totalOf({ contents, answers, leftovers, indexBytes }: Inventory): number {
  let total = indexBytes;
  for (const { bytes } of answers) total += bytes;
  for (const { bytes } of contents.values()) total += bytes;
  for (const { bytes } of leftovers) total += bytes;
  return total;
}

function isGone(head: ListedHead, roots: Roots, now: number): boolean {
  const cells = roots.cells.get(head.notebook);
  return cells === undefined ? head.made < now - AWAY_MS : !cells.has(head.cell);
}

function neededBytes(inventory: Inventory, needed: ReadonlySet<RecipeKey>, heads: readonly ListedHead[]): number {
  const digests = new Set<Digest>();
  for (const { key, content } of inventory.records)
    if (needed.has(key)) for (const digest of content) digests.add(digest);
  for (const { content } of heads) for (const digest of content) digests.add(digest);
  let bytes = 0;
  for (const digest of digests) bytes += inventory.contents.get(digest)?.bytes ?? 0;
  const answers = answersOf(inventory, needed);
  for (const answer of inventory.answers) if (answers.has(answer.request)) bytes += answer.bytes;
  return bytes;
}

/** Answers of results that are needed: a result that is lost is made of them again without being paid for again. */
function answersOf({ records }: Inventory, needed: ReadonlySet<RecipeKey>): ReadonlySet<string> {
  return new Set(records.flatMap(({ key, answers }) => (needed.has(key) ? answers : [])));
}

function split<T>(items: readonly T[], test: (item: T) => boolean): readonly [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}

/** What a collection may remove, and what it never may. */
import assert from "node:assert/strict";
import {
  GRACE_MS,
  type Inventory,
  type ListedHead,
  type ListedRecord,
  type Policy,
  planCollection,
  type Roots,
} from "../../../extension/core/store/collect.ts";

const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const MB = 1_000_000;

interface Case {
  readonly what: string;
  /** key → age in days and content; a record of cell "c" in notebook "n". */
  readonly records?: Readonly<Record<string, readonly [days: number, ...content: string[]]>>;
  /** key → requests of the answers that its record came from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  /** request → age in days; every file is 1 MB. */
  readonly answers?: Readonly<Record<string, number>>;
  /** cell → age, key and content. */
  readonly heads?: Readonly<Record<string, readonly [days: number, key: string, ...content: string[]]>>;
  /** digest → age in days; every file is 1 MB. Default: 100 days old, for all that is named. */
  readonly files?: Readonly<Record<string, number>>;
  readonly leftovers?: Readonly<Record<string, number>>;
  readonly keys?: readonly string[];
  /** Cells that the notebook "n" has; absent when it cannot be read. */
  readonly cells?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly gone: { records?: string[]; heads?: string[]; content?: string[]; leftovers?: string[]; answers?: string[] };
}

const CASES: readonly Case[] = [
  { what: "keeps everything within the limit", records: { a: [50, "1"], b: [90, "2"] }, gone: {} },
  {
    what: "removes the oldest first until nine tenths of the limit are left",
    records: { a: [1, "1"], b: [4, "2"], c: [3, "3"], d: [2, "4"] },
    policy: { limit: 3.3 * MB },
    gone: { records: ["b", "c"], content: ["2", "3"] },
  },
  {
    what: "keeps what a plan needs, however old and over the limit",
    records: { a: [100, "1"], b: [1, "2"] },
    keys: ["a"],
    policy: { limit: 0 },
    gone: { records: ["b"], content: ["2"] },
  },
  {
    what: "keeps what a cell last came to, and what it shows",
    records: { a: [100, "1"], b: [99, "2"] },
    heads: { c: [80, "a", "3"] },
    policy: { limit: 0 },
    gone: { records: ["b"], content: ["2"] },
  },
  {
    what: "keeps content that a needed result shares",
    records: { a: [100, "1", "2"], b: [100, "2", "3"] },
    keys: ["a"],
    policy: { limit: 0 },
    gone: { records: ["b"], content: ["3"] },
  },
  {
    what: "removes content that nothing names, and leaves the young",
    files: { 1: 2, 2: 0 },
    gone: { content: ["1"] },
  },
  {
    what: "removes what is older than asked, whatever the limit",
    records: { a: [40, "1"], b: [10, "2"], c: [50, "3"] },
    keys: ["c"],
    policy: { before: NOW - 30 * DAY },
    gone: { records: ["a"], content: ["1"] },
  },
  {
    what: "keeps results that were made just now",
    records: { a: [0, "1"] },
    policy: { limit: 0 },
    gone: {},
  },
  {
    what: "keeps content that was put again just now, though its record goes",
    records: { a: [30, "1"] },
    files: { 1: 0 },
    policy: { limit: 0 },
    gone: { records: ["a"] },
  },
  {
    what: "lets a head of a deleted cell protect nothing",
    records: { a: [30, "1"] },
    heads: { deleted: [30, "a"], kept: [30, "b"] },
    cells: ["kept"],
    policy: { limit: 0 },
    gone: { records: ["a"], heads: ["deleted"], content: ["1"] },
  },
  {
    what: "keeps the head of a cell that was deleted just now, as that may be taken back",
    records: { a: [30, "1"] },
    heads: { deleted: [0, "a"] },
    cells: [],
    policy: { limit: 0 },
    gone: {},
  },
  {
    what: "believes the heads of a notebook that cannot be found, for a season",
    records: { a: [30, "1"], b: [100, "2"] },
    heads: { c: [30, "a"], d: [100, "b"] },
    policy: { limit: 0 },
    gone: { records: ["b"], heads: ["d"], content: ["2"] },
  },
  {
    what: "removes no result while a run is going on, and no content that it may have written",
    records: { a: [30, "1"] },
    files: { 1: 100, 2: 3, 3: 1 },
    policy: { limit: 0, busySince: NOW - 2 * DAY },
    gone: { content: ["2"] },
  },
  {
    what: "takes results of a clock that was ahead for young",
    records: { a: [-400, "1"] },
    files: { 1: -400, 2: -400 },
    policy: { limit: 0 },
    gone: {},
  },
  {
    what: "removes temporary and damaged files once they are settled",
    leftovers: { "damaged-1": 1, "put-2": 0 },
    gone: { leftovers: ["damaged-1"] },
  },
  {
    what: "keeps answers within the limit, whether a result has come from them or not",
    answers: { q: 400 },
    gone: {},
  },
  {
    what: "removes answers and results by age, above the limit",
    records: { a: [1, "1"], b: [4, "2"] },
    answers: { q: 3, r: 2 },
    policy: { limit: 3.3 * MB },
    gone: { records: ["b"], content: ["2"], answers: ["q"] },
  },
  {
    what: "keeps the answers of results that are needed, and young ones, however full the store is",
    records: { a: [50, "1"], b: [60, "2"] },
    from: { a: ["q"], b: ["r"] },
    answers: { q: 50, r: 60, s: 0 },
    keys: ["a"],
    policy: { limit: 0 },
    gone: { records: ["b"], content: ["2"], answers: ["r"] },
  },
  {
    what: "removes answers older than the given age whatever the limit",
    answers: { q: 40, r: 20 },
    policy: { before: NOW - 30 * DAY },
    gone: { answers: ["q"] },
  },
  {
    what: "leaves answers alone while a run is going on",
    answers: { q: 40 },
    policy: { limit: 0, busySince: NOW - DAY },
    gone: {},
  },
];

function given(one: Case): { inventory: Inventory; roots: Roots; policy: Policy } {
  const records = Object.entries(one.records ?? {}).map(([key, [days, ...content]]): ListedRecord => {
    const answers = one.from?.[key] ?? [];
    return { key, id: key, notebook: "n", cell: "c", made: NOW - days * DAY, own: true, content, answers };
  });
  const heads = Object.entries(one.heads ?? {}).map(([cell, [days, key, ...content]]): ListedHead => {
    return { notebook: "n", cell, key, made: NOW - days * DAY, content };
  });
  const named = [...records, ...heads].flatMap(({ content }) => content);
  const ages = { ...Object.fromEntries(named.map((digest) => [digest, 100])), ...one.files };
  const file = ([name, days]: [string, number]) => ({ name, bytes: MB, changed: NOW - days * DAY });
  return {
    inventory: {
      contents: new Map(Object.entries(ages).map((entry) => [entry[0], file(entry)])),
      records,
      heads,
      answers: Object.entries(one.answers ?? {}).map(([request, days]) => ({
        request,
        bytes: MB,
        changed: NOW - days * DAY,
      })),
      leftovers: Object.entries(one.leftovers ?? {}).map(file),
      indexBytes: 0,
    },
    roots: {
      keys: new Set(one.keys),
      cells: one.cells === undefined ? new Map() : new Map([["n", new Set(one.cells)]]),
    },
    policy: { now: NOW, limit: 100 * MB, ...one.policy },
  };
}

describe("a collection", () => {
  for (const one of CASES) {
    it(one.what, () => {
      const { inventory, roots, policy } = given(one);
      const { records, heads, content, answers, leftovers, freed, total } = planCollection(inventory, roots, policy);
      const { gone } = one;
      assert.deepEqual(records.map(({ key }) => key).sort(), gone.records ?? []);
      assert.deepEqual(heads.map(({ cell }) => cell).sort(), gone.heads ?? []);
      assert.deepEqual([...content].sort(), gone.content ?? []);
      assert.deepEqual([...leftovers].sort(), gone.leftovers ?? []);
      assert.deepEqual(answers.map(({ request }) => request).sort(), gone.answers ?? []);
      assert.equal(freed, (content.length + answers.length + leftovers.length) * MB);
      assert.equal(total, (inventory.contents.size + inventory.answers.length + inventory.leftovers.length) * MB);
    });
  }

  it("never removes what is needed or young, whatever is in the store (random stores)", () => {
    // A small generator of our own: the seed is the number of the store.
    for (let seed = 1; seed <= 400; seed++) {
      let state = seed * 2654435761;
      const draw = (below: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state % below;
      };
      const records: Record<string, [number, ...string[]]> = {};
      for (let n = 0; n < 12; n++) records[`k${n}`] = [draw(100) - 3, `${draw(10)}`, `${draw(10)}`];
      const heads: Record<string, [number, string, ...string[]]> = {};
      for (let n = 0; n < 4; n++) heads[`c${n}`] = [draw(120), `k${draw(14)}`, `${draw(12)}`];
      const files = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`${n}`, draw(60) - 2]));
      const keys = [`k${draw(12)}`, `k${draw(12)}`];
      const cells = draw(2) === 0 ? { cells: ["c0", "c1"] } : {};
      const policy = {
        limit: draw(14) * MB,
        ...(draw(2) === 0 ? { before: NOW - draw(90) * DAY } : {}),
        ...(draw(4) === 0 ? { busySince: NOW - draw(30) * DAY } : {}),
      };
      const {
        inventory,
        roots,
        policy: full,
      } = given({ what: "", records, heads, files, keys, ...cells, policy, gone: {} });
      const { records: goneRecords, heads: goneHeads, content } = planCollection(inventory, roots, full);
      const left = inventory.records.filter((record) => !goneRecords.includes(record));
      const leftHeads = inventory.heads.filter((head) => !goneHeads.includes(head));
      for (const { key } of goneRecords) {
        assert.ok(!keys.includes(key), `${seed}: ${key} is needed by a plan`);
        assert.ok(!leftHeads.some((head) => head.key === key), `${seed}: ${key} is needed by a head`);
      }
      for (const one of [...left, ...leftHeads]) {
        for (const digest of one.content) assert.ok(!content.includes(digest), `${seed}: ${digest} is still named`);
      }
      for (const digest of content) {
        const changed = inventory.contents.get(digest)?.changed ?? NOW;
        assert.ok(changed <= NOW - GRACE_MS, `${seed}: ${digest} is young`);
        if (full.busySince !== undefined) assert.ok(changed < full.busySince, `${seed}: ${digest} may be of the run`);
      }
      assert.equal(new Set(content).size, content.length, `${seed}: twice`);
      if (full.busySince !== undefined) assert.deepEqual(goneRecords, []);
    }
  });
});

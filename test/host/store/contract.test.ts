/** What every store must do, run against the one in memory and the one on disk. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContentStore, RecordIndex } from "../../../extension/core/store/model.ts";
import { digestOf } from "../../../extension/host/store/digest.ts";
import { openStore } from "../../../extension/host/store/open.ts";
import { createMemoryStore } from "./memory-store.ts";
import { keyOf, observing, sampleHead, sampleRecord, withValue } from "./samples.ts";

interface Subject {
  readonly content: Required<ContentStore>;
  readonly index: Required<RecordIndex>;
  /** The same store as another process would open it. */
  again(): Promise<Subject>;
  close(): Promise<void>;
}

async function onDisk(dir: string, later = false): Promise<Subject> {
  const problems: string[] = [];
  const store = await openStore(dir, { onProblem: (problem) => problems.push(problem.message), later });
  const others: Subject[] = [];
  return {
    content: store.content,
    index: store.index,
    async again() {
      const other = await onDisk(dir, later);
      others.push(other);
      return other;
    },
    async close() {
      for (const other of others) await other.close();
      await store.close();
      assert.deepEqual(
        problems.filter((message) => !message.includes("is not in the store")),
        [],
      );
    },
  };
}

function inMemory(): Subject {
  const store = createMemoryStore();
  const subject: Subject = { ...store, again: async () => subject, close: async () => undefined };
  return subject;
}

let dir: string;
const subjects: readonly { name: string; open: () => Promise<Subject> }[] = [
  { name: "in memory", open: async () => inMemory() },
  { name: "on disk", open: () => onDisk(dir) },
  { name: "made by its first result", open: () => onDisk(join(dir, "store"), true) },
];

describe("a store that is made by its first result", () => {
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "strata-store-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it("is not made by looking, and shows what another process has made meanwhile", async () => {
    const [looking, writing] = [await onDisk(join(dir, "store"), true), await onDisk(join(dir, "store"), true)];
    const record = sampleRecord(1);
    assert.equal(await looking.index.head(record.notebook, record.cell), undefined);
    assert.deepEqual(await looking.index.records(record.key), []);
    await looking.index.refresh();
    assert.deepEqual(await readdir(dir), []);
    await writing.index.setHead(record.notebook, record.cell, sampleHead(1));
    await looking.index.refresh();
    assert.deepEqual(await looking.index.head(record.notebook, record.cell), sampleHead(1));
    await looking.close();
    await writing.close();
  });
});

for (const { name, open } of subjects) {
  describe(`a store ${name}`, () => {
    let store: Subject;
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), "strata-store-"));
      store = await open();
    });
    afterEach(async () => {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    });

    describe("content", () => {
      for (const bytes of [new Uint8Array(), new Uint8Array([0, 255, 10]), new Uint8Array(3_000_000).fill(7)]) {
        it(`gives back ${bytes.length} bytes under their digest`, async () => {
          const digest = await store.content.put(bytes);
          assert.equal(digest, digestOf(bytes));
          assert.equal(await store.content.has(digest), true);
          assert.equal(await store.content.verify(digest), true);
          assert.deepEqual(Uint8Array.from((await store.content.read(digest)) ?? []), bytes);
        });
      }

      it("has nothing under a digest that was never put", async () => {
        assert.equal(await store.content.has(keyOf(1)), false);
        assert.equal(await store.content.verify(keyOf(1)), false);
        assert.equal(await store.content.read(keyOf(1)), undefined);
      });

      it("keeps the bytes as they were when the caller changes its buffer", async () => {
        const bytes = new Uint8Array([1, 2, 3]);
        const digest = await store.content.put(bytes);
        bytes[0] = 9;
        assert.deepEqual(Uint8Array.from((await store.content.read(digest)) ?? []), new Uint8Array([1, 2, 3]));
      });

      it("takes the same bytes from many callers at once", async () => {
        const digests = await Promise.all(Array.from({ length: 20 }, () => store.content.put(new Uint8Array([5]))));
        assert.equal(new Set(digests).size, 1);
        assert.equal(await store.content.verify(digests[0] ?? ""), true);
      });
    });

    describe("records", () => {
      it("are none for an unknown key", async () => {
        assert.deepEqual(await store.index.records(keyOf(1)), []);
      });

      it("come back as they were added, here and in another process", async () => {
        const digest = await store.content.put(new Uint8Array([1]));
        const record = withValue(1, digest, 1);
        await store.index.add(record);
        assert.deepEqual(await store.index.records(record.key), [record]);
        assert.deepEqual(store.index.peek(record.key), [record]);
        assert.deepEqual(await (await store.again()).index.records(record.key), [record]);
      });

      it("come newest first, and not more than eight a key", async () => {
        for (let n = 0; n < 11; n++) await store.index.add(observing(1, `file-${n}`));
        const paths = (await store.index.records(keyOf(1))).map(
          ({ observed }) => JSON.stringify(observed).match(/file-\d+/)?.[0],
        );
        assert.deepEqual(
          paths,
          [10, 9, 8, 7, 6, 5, 4, 3].map((n) => `file-${n}`),
        );
      });

      it("replace an older one that observed the same", async () => {
        await store.index.add(observing(1, "a", { durationMs: 1 }));
        await store.index.add(observing(1, "b", { durationMs: 2 }));
        await store.index.add(observing(1, "a", { durationMs: 3 }));
        assert.deepEqual(
          (await store.index.records(keyOf(1))).map(({ durationMs }) => durationMs),
          [3, 2],
        );
      });

      it("are not added when their content is missing", async () => {
        await store.index.add(withValue(1, keyOf(9), 1));
        assert.deepEqual(await store.index.records(keyOf(1)), []);
      });

      it("added at once by one process are all kept", async () => {
        await Promise.all(Array.from({ length: 8 }, (_, n) => store.index.add(observing(1, `file-${n}`))));
        assert.equal((await store.index.records(keyOf(1))).length, 8);
      });

      it("show what another process added after a refresh, without losing what it did not touch", async () => {
        await store.index.add(sampleRecord(1));
        const other = await store.again();
        assert.equal((await other.index.records(keyOf(1))).length, 1);
        await store.index.add(observing(1, "later"));
        await other.index.refresh();
        assert.equal((await other.index.records(keyOf(1))).length, 2);
        await other.index.add(observing(1, "and later"));
        assert.equal((await store.index.records(keyOf(1))).length, 3);
      });
    });

    describe("what is told without waiting", () => {
      /** As the engine asks: after `refresh`, and `records` or `head` only where nothing can be told. */
      async function soon({ index }: Subject, n: number): Promise<unknown> {
        await index.refresh();
        const head = index.peekHead("notebook", `cell-${n}`);
        return [
          index.peek(keyOf(n)) ?? (await index.records(keyOf(n))),
          head === undefined ? await index.head("notebook", `cell-${n}`) : (head ?? undefined),
        ];
      }

      it("is what there is, before anybody has asked, and after another process has written or forgotten", async () => {
        const other = await store.again();
        assert.deepEqual(await soon(other, 1), [[], undefined]);
        await store.index.add(observing(1, "a"));
        await store.index.setHead("notebook", "cell-1", sampleHead(1));
        assert.deepEqual(await soon(other, 1), [[observing(1, "a")], sampleHead(1)]);
        await store.index.add(observing(1, "b"), { notebook: "notebook", cell: "cell-1", head: sampleHead(2) });
        assert.deepEqual(await soon(other, 1), [[observing(1, "b"), observing(1, "a")], sampleHead(2)]);
        assert.deepEqual(await soon(await store.again(), 1), [[observing(1, "b"), observing(1, "a")], sampleHead(2)]);
        await other.index.forget("notebook");
        assert.deepEqual(await soon(store, 1), [[], undefined]);
      });

      it("is the same object as long as it is the same, whatever else another process writes", async () => {
        const other = await store.again();
        await store.index.add(sampleRecord(1), { notebook: "notebook", cell: "cell-1", head: sampleHead(1) });
        const [[before], head] = (await soon(other, 1)) as [unknown[], unknown];
        await store.index.add(sampleRecord(2), { notebook: "notebook", cell: "cell-2", head: sampleHead(2) });
        const [[after], headAfter] = (await soon(other, 1)) as [unknown[], unknown];
        assert.equal(after, before);
        assert.equal(headAfter, head);
      });
    });

    describe("heads", () => {
      it("come with a record in one step, also where the record is not kept", async () => {
        await store.index.add(sampleRecord(1), { notebook: "n", cell: "a", head: sampleHead(1) });
        await store.index.add(withValue(2, keyOf(9), 1), { notebook: "n", cell: "b", head: sampleHead(2) });
        for (const { index } of [store, await store.again()]) {
          assert.deepEqual(await index.records(keyOf(1)), [sampleRecord(1)]);
          assert.deepEqual(await index.records(keyOf(2)), []);
          assert.deepEqual(await index.head("n", "a"), sampleHead(1));
          assert.deepEqual(await index.head("n", "b"), sampleHead(2));
        }
      });

      it("are one for each cell of each notebook, whatever their names", async () => {
        const names = ["a", "a/b", "a%2Fb", "", "ä:?", "records:a"];
        for (const [n, notebook] of names.entries()) {
          for (const [m, cell] of names.entries()) await store.index.setHead(notebook, cell, sampleHead(n * 10 + m));
        }
        const other = await store.again();
        for (const [n, notebook] of names.entries()) {
          for (const [m, cell] of names.entries()) {
            assert.deepEqual(await store.index.head(notebook, cell), sampleHead(n * 10 + m));
            assert.deepEqual(await other.index.head(notebook, cell), sampleHead(n * 10 + m));
          }
        }
        assert.equal(await store.index.head("a", "unknown"), undefined);
      });

      it("keep how a failed attempt ended", async () => {
        const error = { name: "ValueError", message: "no", traceback: "…", frames: [], line: 2 };
        await store.index.setHead("n", "c", sampleHead(1, { status: "error", error }));
        assert.deepEqual((await store.index.head("n", "c"))?.error, error);
      });
    });

    describe("forgetting", () => {
      beforeEach(async () => {
        for (let n = 0; n < 4; n++) {
          await store.index.add(sampleRecord(n, { notebook: n < 3 ? "mine" : "other", cell: `c${n}` }));
          await store.index.setHead(n < 3 ? "mine" : "other", `c${n}`, sampleHead(n));
        }
      });

      async function left(subject: Subject): Promise<string> {
        const found: string[] = [];
        for (let n = 0; n < 4; n++) {
          if ((await subject.index.records(keyOf(n))).length > 0) found.push(`record ${n}`);
          if ((await subject.index.head(n < 3 ? "mine" : "other", `c${n}`)) !== undefined) found.push(`head ${n}`);
        }
        return found.join(", ");
      }

      it("cells leaves the others", async () => {
        await store.index.forget("mine", ["c0", "c2"]);
        assert.equal(await left(store), "record 1, head 1, record 3, head 3");
        assert.equal(await left(await store.again()), "record 1, head 1, record 3, head 3");
      });

      it("a notebook leaves other notebooks", async () => {
        await store.index.forget("mine");
        assert.equal(await left(store), "record 3, head 3");
      });

      it("a cell forgets what another notebook computed for it", async () => {
        await store.index.setHead("mine", "c0", sampleHead(3));
        await store.index.forget("mine", ["c0"]);
        assert.deepEqual(await store.index.records(keyOf(3)), []);
      });

      it("one of two records of a key keeps the other", async () => {
        await store.index.add(observing(1, "p", { notebook: "third", cell: "x" }));
        await store.index.forget("third", ["x"]);
        assert.equal((await store.index.records(keyOf(1))).length, 1);
      });
    });
  });
}

import assert from "node:assert/strict";
import { createPages, type RowResult } from "../../renderers/table/pages.ts";

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly reply: (result: RowResult) => void;
  cancelled: boolean;
}

function setUp(rows = 10_000, limit = 5) {
  const asked: Asked[] = [];
  let changes = 0;
  const pages = createPages<string>({
    rows,
    pageRows: 100,
    limit,
    channel: {
      request(from, to, reply) {
        const entry: Asked = { from, to, reply, cancelled: false };
        asked.push(entry);
        return { cancel: () => (entry.cancelled = true) };
      },
    },
    decode: (bytes, from) => {
      if (bytes.length === 0) throw new Error("empty");
      return `page from ${from}`;
    },
    changed: () => changes++,
  });
  const answer = (entry: Asked | undefined) => entry?.reply({ kind: "rows", bytes: Uint8Array.of(1) });
  return {
    pages,
    asked,
    answer,
    changes: () => changes,
    open: () => asked.filter((entry) => !entry.cancelled).map((entry) => entry.from),
  };
}

describe("pages of rows", () => {
  it("asks for what is in view first, then one page on either side", () => {
    const { pages, asked } = setUp();
    pages.want(250, 262);
    assert.deepEqual(
      asked.map(({ from, to }) => [from, to]),
      [
        [200, 300],
        [300, 400],
        [100, 200],
      ],
    );
  });

  it("ends at the table's end", () => {
    const { pages, asked } = setUp(1050);
    pages.want(1040, 1050);
    assert.deepEqual(
      asked.map(({ from, to }) => [from, to]),
      [
        [1000, 1050],
        [900, 1000],
      ],
    );
  });

  it("asks once, and shows what came", () => {
    const { pages, asked, answer, changes } = setUp();
    pages.want(0, 12);
    pages.want(1, 13);
    assert.equal(asked.length, 2);
    answer(asked[0]);
    assert.equal(pages.get(99), "page from 0");
    assert.equal(pages.get(100), undefined);
    assert.equal(changes(), 1);
    pages.want(0, 12);
    assert.equal(asked.length, 2);
  });

  it("cancels what was scrolled past", () => {
    const { pages, asked, open } = setUp();
    pages.want(0, 12);
    pages.want(5000, 5012);
    assert.deepEqual(
      asked.slice(0, 2).map(({ cancelled }) => cancelled),
      [true, true],
    );
    assert.deepEqual(open(), [5000, 5100, 4900]);
  });

  it("forgets the page used longest ago", () => {
    const { pages, asked, answer } = setUp(10_000, 3);
    for (const row of [0, 1000, 2000, 3000]) {
      pages.want(row, row + 1);
      answer(asked.findLast(({ from }) => from === row));
    }
    assert.equal(pages.get(0), undefined);
    assert.equal(pages.get(3000), "page from 3000");
  });

  it("says why rows are missing, does not ask again by itself, and does after a retry", () => {
    const { pages, asked } = setUp(50);
    pages.want(0, 12);
    asked[0]?.reply({ kind: "error", message: "the stored table is gone" });
    assert.equal(pages.problem, "the stored table is gone");
    pages.want(0, 12);
    assert.equal(asked.length, 1);
    pages.retry();
    assert.equal(pages.problem, undefined);
    pages.want(0, 12);
    assert.equal(asked.length, 2);
  });

  it("takes a damaged page for a failure, not for rows", () => {
    const { pages, asked } = setUp(50);
    pages.want(0, 12);
    asked[0]?.reply({ kind: "rows", bytes: new Uint8Array() });
    assert.equal(pages.problem, "the stored rows cannot be read (empty)");
  });

  it("survives a channel that answers at once", () => {
    const pages = createPages<string>({
      rows: 10,
      pageRows: 100,
      limit: 2,
      channel: {
        request(_from, _to, reply) {
          reply({ kind: "error", message: "no extension" });
          return { cancel() {} };
        },
      },
      decode: () => "",
      changed: () => pages.want(0, 1),
    });
    pages.want(0, 1);
    assert.equal(pages.problem, "no extension");
  });

  it("loads the pages of a copy in order, and stops when aborted", async () => {
    const { pages, asked, answer } = setUp();
    const loading = pages.load(150, 320, new AbortController().signal);
    for (let at = 0; at < 3; at++) {
      answer(asked[at]);
      await Promise.resolve();
      await Promise.resolve();
    }
    assert.deepEqual(await loading, ["page from 100", "page from 200", "page from 300"]);
    const abort = new AbortController();
    const stopped = pages.load(5000, 5001, abort.signal);
    abort.abort();
    await assert.rejects(stopped, /cancelled/);
    assert.equal(asked.at(-1)?.cancelled, true);
  });

  it("drops replies after it is disposed", () => {
    const { pages, asked, answer, changes } = setUp();
    pages.want(0, 12);
    pages.dispose();
    answer(asked[0]);
    assert.equal(changes(), 0);
    assert.equal(asked[0]?.cancelled, true);
  });
});

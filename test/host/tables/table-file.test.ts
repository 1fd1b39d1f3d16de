/** Pages of Arrow files, as another implementation wrote them and reads them back; and what damaged ones answer. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dictionary, Int32, Table, tableFromIPC, Utf8, vectorFromArray } from "apache-arrow";
import type { TableFault, TableFile } from "../../../extension/host/tables/model.ts";
import { isTableFault, pageStart } from "../../../extension/host/tables/model.ts";
import { tableCache } from "../../../extension/host/tables/table-cache.ts";
import { openTable } from "../../../extension/host/tables/table-file.ts";
import { arrowFile } from "./arrow-fixture.ts";

describe("pages of a table", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-tables-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

  /** A file of batches with the given numbers of rows: column `n` counts the rows of the table. */
  async function made(name: string, sizes: readonly number[]): Promise<string> {
    let start = 0;
    const batches = sizes.flatMap((size) => {
      const rows = numbers(start, start + size);
      start += size;
      return new Table({
        n: vectorFromArray(rows, new Int32()),
        s: vectorFromArray(
          rows.map((n) => (n % 3 ? `row ${n}` : null)),
          new Utf8(),
        ),
      }).batches;
    });
    const empty = new Table({ n: vectorFromArray([], new Int32()) });
    return written(name, batches.length > 0 ? new Table(batches) : new Table(empty.schema));
  }

  async function written(name: string, table: Table): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, arrowFile(table));
    return path;
  }

  async function opened(path: string): Promise<TableFile> {
    const file = await openTable(path);
    assert.ok(!isTableFault(file), JSON.stringify(file));
    return file;
  }

  /** The numbers of the rows in a page. */
  async function rows(file: TableFile, from: number, to: number): Promise<readonly number[]> {
    const page = await file.page(from, to);
    assert.ok(page instanceof Uint8Array, JSON.stringify(page));
    const table = tableFromIPC(page);
    const counted = [...(table.getChild("n") ?? [])];
    for (const [index, n] of counted.entries())
      assert.equal(table.getChild("s")?.get(index), n % 3 ? `row ${n}` : null);
    return counted;
  }

  const cases: readonly [from: number, to: number, first: number, end: number][] = [
    [0, 1, 0, 10],
    [0, 10, 0, 10],
    [9, 11, 0, 20],
    [10, 20, 10, 20],
    [21, 22, 20, 25],
    [0, 1000, 0, 25],
    [-5, 3, 0, 10],
    [24, 25, 20, 25],
  ];
  it("hold the batches that the rows asked for are in, and begin where pageStart says", async () => {
    const file = await opened(await made("even.arrow", [10, 10, 5]));
    assert.deepEqual([file.rows, file.batchRows], [25, 10]);
    for (const [from, to, first, end] of cases) {
      assert.deepEqual(await rows(file, from, to), numbers(first, end), `rows ${from} to ${to}`);
      assert.equal(pageStart(file, from), first);
    }
  });

  for (const [from, to] of [
    [25, 30],
    [5, 5],
    [7, 3],
    [1e12, 2e12],
  ] as const) {
    it(`are empty, with the schema, for rows ${from} to ${to} of 25`, async () => {
      const page = await (await opened(await made("even.arrow", [10, 10, 5]))).page(from, to);
      assert.ok(page instanceof Uint8Array);
      const table = tableFromIPC(page);
      assert.deepEqual([table.numRows, table.schema.names], [0, ["n", "s"]]);
    });
  }

  it("are empty when the table is", async () => {
    const file = await opened(await made("none.arrow", []));
    assert.deepEqual([file.rows, file.batchRows, pageStart(file, 7)], [0, 0, 0]);
    const page = await file.page(0, 10);
    assert.ok(page instanceof Uint8Array);
    assert.deepEqual(tableFromIPC(page).schema.names, ["n"]);
  });

  it("bring the dictionaries that their rows need", async () => {
    const words = vectorFromArray(["x", "y", "x", null], new Dictionary(new Utf8(), new Int32()));
    const file = await opened(await written("words.arrow", new Table({ words })));
    const page = await file.page(2, 4);
    assert.ok(page instanceof Uint8Array);
    assert.deepEqual([...(tableFromIPC(page).getChild("words") ?? [])], ["x", "y", "x", null]);
  });

  it("read nothing but the pages: rows elsewhere may be damaged", async () => {
    const path = await made("partly.arrow", [10, 10, 5]);
    const file = await opened(path);
    const content = await readFile(path);
    const third = content.lastIndexOf("row 20");
    content.fill(0, third, third + 6);
    await writeFile(path, content);
    assert.deepEqual(await rows(file, 0, 20), numbers(0, 20));
  });

  it("refuse batches of unequal size rather than show rows under wrong numbers", async () => {
    const file = await opened(await made("uneven.arrow", [10, 7, 10]));
    const page = await file.page(10, 12);
    assert.ok(isTableFault(page));
    assert.equal(page.kind, "table-damaged");
    assert.match(page.message, /not of one size.*Run the cell again/);
  });

  describe("of a file that is", () => {
    const kinds: readonly [name: string, change: (content: Buffer) => Buffer][] = [
      ["empty", () => Buffer.alloc(0)],
      ["something else", () => Buffer.from("<html>".repeat(100))],
      ["cut short", (content) => content.subarray(0, content.length - 40)],
      ["cut at the front", (content) => content.subarray(64)],
      [
        "cut in the middle",
        (content) => Buffer.concat([content.subarray(0, 200), content.subarray(content.length - 150)]),
      ],
      ["all zeros in its footer", (content) => Buffer.from(content).fill(0, content.length - 300, content.length - 10)],
      [
        "all ones in its footer",
        (content) => Buffer.from(content).fill(255, content.length - 300, content.length - 10),
      ],
      [
        "of a negative footer",
        (content) => {
          const copy = Buffer.from(content);
          copy.writeInt32LE(-5, copy.length - 10);
          return copy;
        },
      ],
      [
        "of a schema without end",
        (content) => {
          const copy = Buffer.from(content);
          copy.writeInt32LE(2 ** 30, 12);
          return copy;
        },
      ],
    ];
    for (const [name, change] of kinds) {
      it(`${name}: a clear answer`, async () => {
        const path = join(folder, "damaged.arrow");
        await writeFile(path, change(await readFile(await made("whole.arrow", [10, 10, 5]))));
        const fault = await openTable(path);
        assert.ok(isTableFault(fault), "opened");
        assert.equal(fault.kind, "table-damaged");
        assert.match(
          fault.message,
          /^The stored rows of this table are damaged \(.+\)\. Run the cell again to show it\.$/,
        );
      });
    }

    it("damaged in any single byte of its metadata: an answer, never an exception", async () => {
      const content = await readFile(await made("whole.arrow", [10, 10, 5]));
      const path = join(folder, "flipped.arrow");
      let faults = 0;
      for (let at = 1; at <= 330; at++) {
        const copy = Buffer.from(content);
        copy[copy.length - at] = (copy[copy.length - at] ?? 0) ^ 0xff;
        await writeFile(path, copy);
        const file = await openTable(path);
        const answer: TableFault | Uint8Array | TableFile = isTableFault(file) ? file : await file.page(0, 30);
        if (isTableFault(answer)) faults++;
      }
      assert.ok(faults > 50, `${faults} noticed`);
    });

    it("not there, or goes away: says so", async () => {
      const gone = await openTable(join(folder, "nowhere.arrow"));
      assert.ok(isTableFault(gone));
      assert.equal(gone.kind, "table-missing");
      const path = await made("going.arrow", [10]);
      const file = await opened(path);
      await rm(path);
      const page = await file.page(0, 1);
      assert.ok(isTableFault(page));
      assert.equal(page.kind, "table-missing");
    });

    it("a folder: says so", async () => {
      const fault = await openTable(folder);
      assert.ok(isTableFault(fault));
      assert.equal(fault.kind, "table-unreadable");
    });
  });

  describe("with a cache", () => {
    it("are found again without reading the footer, until too many others were opened", async () => {
      const cache = tableCache(2);
      const path = await made("kept.arrow", [10]);
      const first = await cache.open(path);
      assert.equal(await cache.open(path), first);
      const others = await Promise.all([made("b.arrow", [1]), made("c.arrow", [1])]);
      await cache.open(others[0]);
      assert.equal(await cache.open(path), first, "used again, so that it is not the oldest");
      await cache.open(others[1]);
      assert.equal(await cache.open(path), first);
      await cache.open(others[0]);
      await cache.open(others[1]);
      assert.notEqual(await cache.open(path), first);
    });

    it("are looked for again after a failure", async () => {
      const cache = tableCache();
      const path = join(folder, "later.arrow");
      assert.ok(isTableFault(await cache.open(path)));
      await rename(await made("made.arrow", [3]), path);
      const file = await cache.open(path);
      assert.ok(!isTableFault(file));
      assert.equal(file.rows, 3);
    });
  });
});

/**
 * What a page of a large table costs: 1,000,000 rows and 10 columns, read from disk without Python.
 * Run: node bench/table-pages.ts
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Field, Float64, makeData, RecordBatch, Schema, Struct, Table, tableFromIPC } from "apache-arrow";
import { isTableFault } from "../extension/host/tables/model.ts";
import { openTable } from "../extension/host/tables/table-file.ts";
import { arrowFile } from "../test/host/tables/arrow-fixture.ts";

const ROWS = 1_000_000;
const COLUMNS = 10;
const BATCH = 4096;
const PAGES = 200;

function table(): Table {
  const schema = new Schema(Array.from({ length: COLUMNS }, (_, index) => new Field(`c${index}`, new Float64())));
  const batches: RecordBatch[] = [];
  for (let start = 0; start < ROWS; start += BATCH) {
    const length = Math.min(BATCH, ROWS - start);
    const children = schema.fields.map((_, column) => {
      const data = Float64Array.from({ length }, (_, row) => (start + row) * COLUMNS + column);
      return makeData({ type: new Float64(), length, nullCount: 0, data });
    });
    batches.push(
      new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })),
    );
  }
  return new Table(batches);
}

function row(name: string, times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2).padStart(8);
  return `${name.padEnd(34)}${at(0.5)}${at(0.95)}${at(1)}`;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strata-bench-"));
  try {
    const path = join(folder, "table.arrow");
    await writeFile(path, arrowFile(table()));
    console.log(
      `${ROWS.toLocaleString("en")} rows x ${COLUMNS} columns, ${((await stat(path)).size / 1e6).toFixed(0)} MB, ms`,
    );
    console.log(`${"".padEnd(34)}  median     95%     max`);
    const opening: number[] = [];
    const first: number[] = [];
    const random: number[] = [];
    const decoded: number[] = [];
    for (let number = 0; number < PAGES; number++) {
      const begin = performance.now();
      const table = await openTable(path);
      if (isTableFault(table)) throw new Error(table.message);
      const opened = performance.now();
      await table.page(0, 100);
      const read = performance.now();
      const from = (number * 7919 * 131) % (ROWS - 100);
      const page = await table.page(from, from + 100);
      const jumped = performance.now();
      if (!(page instanceof Uint8Array) || tableFromIPC(page).numRows < 100) throw new Error("not the page asked for");
      opening.push(opened - begin);
      first.push(read - begin);
      random.push(jumped - read);
      decoded.push(performance.now() - jumped);
    }
    console.log(row("open", opening));
    console.log(row("open and first page", first));
    console.log(row("random page of 100 rows", random));
    console.log(row("decode it, as the renderer does", decoded));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();

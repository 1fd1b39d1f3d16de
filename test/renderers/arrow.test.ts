import assert from "node:assert/strict";
import { decodePage } from "../../renderers/table/arrow.ts";
import { full } from "../../renderers/table/format.ts";
import { everyType, largeColumns, largeRows } from "./frames.ts";

describe("rows from Arrow", () => {
  it("reads every type without losing a digit", () => {
    const { columns, bytes, rows } = everyType();
    const page = decodePage(bytes, 0, rows, columns.length);
    const texts = columns.map(({ name, dtype }, column) => [
      name,
      ...Array.from({ length: rows }, (_, row) => full(page.value(row, column), { dtype, source: "pandas.DataFrame" })),
    ]);
    assert.deepEqual(texts, [
      ["city", "Oslo", "Bergen", "Tromsø"],
      ["count", "9007199254740993", "-1", "<NA>"],
      ["price", "0.30000000000000004", "1234.5", "NaN"],
      ["single", "0.1", "inf", "NaN"],
      ["flag", "True", "False", "<NA>"],
      ["when", "2024-01-01 00:00:00.000000001", "1970-01-01 00:00:00", "NaT"],
      ["zoned", "2024-01-01 01:00:00+01:00", "2024-07-01 02:00:00+02:00", "NaT"],
      ["day", "2024-02-29", "1969-12-31", "<NA>"],
      ["span", "1 days 01:01:01.500", "-1 days +23:59:59", "NaT"],
      ["exact", "123.45", "-1.00", "None"],
      ["kind", "a", "b", "NaN"],
      ["tags", `['x', "it's"]`, "[]", "None"],
      ["place", "{'lat': 59.9, 'name': 'n'}", "{'lat': None, 'name': 'a\\nb'}", "None"],
      ["note", "two\nlines\tand a tab", "", "None"],
    ]);
  });

  it("counts rows from the top of the table", () => {
    const columns = largeColumns(2);
    const page = decodePage(largeRows(columns, 5000, 5010), 5000, 5010, columns.length);
    assert.equal(page.value(5003, 0), 5003n);
    assert.equal(page.value(5003, 1), 10006n);
  });

  it("refuses a page that is not the one asked for", () => {
    const columns = largeColumns(2);
    assert.throws(
      () => decodePage(largeRows(columns, 0, 9), 0, 10, columns.length),
      /rows 0 to 9 came, 0 to 10 were asked for/,
    );
    assert.throws(() => decodePage(largeRows(columns, 5, 20), 0, 10, columns.length, 5), /rows 5 to 20 came/);
    const inside = decodePage(largeRows(columns, 5000, 5010), 5002, 5004, columns.length, 5000);
    assert.equal(inside.rows, 2);
    assert.deepEqual(
      inside.value(5003, 0),
      decodePage(largeRows(columns, 5000, 5010), 5000, 5010, columns.length).value(5003, 0),
    );
    assert.throws(() => decodePage(largeRows(columns, 0, 10), 0, 10, 9), /3 columns came, 9 are listed/);
  });
});

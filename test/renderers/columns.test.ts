import assert from "node:assert/strict";
import type { TablePayload } from "../../extension/core/outputs/model.ts";
import type { Page } from "../../renderers/table/arrow.ts";
import { createColumns } from "../../renderers/table/columns.ts";

const PAYLOAD: TablePayload = {
  version: 1,
  digest: "0".repeat(64),
  bytes: 0,
  rows: 3,
  batchRows: 4096,
  columns: [{ name: "c", dtype: "str", index: false }],
  source: "pandas.DataFrame",
  shape: [3, 1],
  truncated: false,
};

/** As in a proportional font: "i" and "l" are narrow. */
const measure = (text: string): number => [...text].reduce((sum, letter) => sum + ("il".includes(letter) ? 3 : 8), 0);

function pageOf(...values: readonly string[]): Page {
  return { from: 0, rows: values.length, value: (row: number) => values[row] } as unknown as Page;
}

describe("the columns of a table", () => {
  it("are as wide as the widest text, which need not have the most letters", () => {
    const columns = createColumns(PAYLOAD, measure, new Map());
    columns.learn(pageOf("illillil", "mmmmmmm", "m"));
    assert.ok((columns.widths[0] ?? 0) >= measure("mmmmmmm"));
  });

  it("keep a width that the user set", () => {
    const columns = createColumns(PAYLOAD, measure, new Map([[0, 50]]));
    columns.learn(pageOf("mmmmmmmmmmmmmmmmm"));
    assert.equal(columns.widths[0], 50);
  });
});

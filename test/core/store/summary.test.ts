import assert from "node:assert/strict";
import type { ListedRecord } from "../../../extension/core/store/collect.ts";
import { summarise } from "../../../extension/core/store/summary.ts";

describe("a summary of a store", () => {
  it("has a line for each cell, largest first, with shared content once in each", () => {
    const record = (cell: string, own: boolean, ...content: string[]): ListedRecord => {
      return { key: cell, id: `${cell}${content}`, notebook: "n", cell, made: 0, own, content, answers: [] };
    };
    const file = (bytes: number) => ({ bytes, changed: 0 });
    const { cells, results, foreign } = summarise({
      contents: new Map([
        ["1", file(10)],
        ["2", file(100)],
      ]),
      records: [
        record("a", true, "1", "1"),
        record("a", false, "1"),
        record("b", true, "1", "2"),
        record("c", true, "gone"),
      ],
      heads: [],
      answers: [],
      leftovers: [],
      indexBytes: 0,
    });
    assert.deepEqual(cells, [
      { notebook: "n", cell: "b", results: 1, bytes: 110 },
      { notebook: "n", cell: "a", results: 2, bytes: 10 },
      { notebook: "n", cell: "c", results: 1, bytes: 0 },
    ]);
    assert.deepEqual([results, foreign], [4, 1]);
  });
});

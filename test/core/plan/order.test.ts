import assert from "node:assert/strict";
import { scriptOrder } from "../../../extension/core/plan/order.ts";

const CASES: readonly {
  readonly title: string;
  readonly ids: string;
  readonly after: Readonly<Record<string, string>>;
  readonly cells: string;
  readonly cyclic?: string;
}[] = [
  { title: "is the notebook's own without @after", ids: "a b c", after: {}, cells: "a b c" },
  { title: "is unchanged where @after names a cell above", ids: "a b c", after: { c: "a" }, cells: "a b c" },
  {
    title: "puts a cell right behind the one below that it waits for",
    ids: "a b c d",
    after: { a: "c" },
    cells: "b c a d",
  },
  { title: "follows a chain of waits", ids: "a b c d", after: { a: "b", b: "c" }, cells: "c b a d" },
  { title: "waits for the last of several", ids: "a b c d", after: { a: "b d" }, cells: "b c d a" },
  { title: "ignores ids that are not there", ids: "a b", after: { a: "gone" }, cells: "a b" },
  {
    title: "leaves a cycle out and keeps the rest",
    ids: "a b c",
    after: { a: "b", b: "a" },
    cells: "c",
    cyclic: "a b",
  },
  { title: "leaves a cell out that waits for itself", ids: "a b", after: { a: "a" }, cells: "b", cyclic: "a" },
  { title: "leaves out what waits for a cycle", ids: "a b c", after: { a: "a", c: "a" }, cells: "b", cyclic: "a c" },
];

describe("script order", () => {
  for (const { title, ids, after, cells, cyclic } of CASES) {
    it(title, () => {
      const order = scriptOrder(words(ids), (id) => words(after[id] ?? ""));
      assert.deepEqual(order, { cells: words(cells), cyclic: words(cyclic ?? "") });
    });
  }
});

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

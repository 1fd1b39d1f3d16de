import assert from "node:assert/strict";
import { at, type Key, press, type Selection } from "../../renderers/table/selection.ts";
import { toTsv } from "../../renderers/table/tsv.ts";

const EXTENT = { rows: 100, columns: 10, page: 11 };
const from = at(50, 5);

describe("the grid's keys", () => {
  const cases: readonly (readonly [string, Selection | undefined])[] = [
    ["ArrowUp", at(49, 5)],
    ["ArrowDown", at(51, 5)],
    ["ArrowLeft", at(50, 4)],
    ["ArrowRight", at(50, 6)],
    ["Control+ArrowUp", at(0, 5)],
    ["Control+ArrowDown", at(99, 5)],
    ["Home", at(50, 0)],
    ["End", at(50, 9)],
    ["Control+Home", at(0, 0)],
    ["Control+End", at(99, 9)],
    ["PageUp", at(39, 5)],
    ["PageDown", at(61, 5)],
    ["Shift+ArrowDown", { anchor: { row: 50, column: 5 }, active: { row: 51, column: 5 } }],
    ["Shift+Control+End", { anchor: { row: 50, column: 5 }, active: { row: 99, column: 9 } }],
    ["Control+a", { anchor: { row: 0, column: 0 }, active: { row: 99, column: 9 } }],
    ["Shift+ ", { anchor: { row: 50, column: 0 }, active: { row: 50, column: 9 } }],
    ["Control+ ", { anchor: { row: 0, column: 5 }, active: { row: 99, column: 5 } }],
    ["Escape", undefined],
    ["Tab", undefined],
    ["a", undefined],
    ["Enter", undefined],
  ];
  for (const [keys, expected] of cases) {
    it(`${keys} ${expected ? "moves" : "is left to the notebook"}`, () =>
      assert.deepEqual(press(from, parse(keys), EXTENT), expected));
  }

  it("stops at the edges", () => {
    assert.deepEqual(press(at(0, 0), parse("ArrowUp"), EXTENT), at(0, 0));
    assert.deepEqual(press(at(95, 9), parse("PageDown"), EXTENT), at(99, 9));
  });

  it("collapses a range with Escape", () => {
    const range = { anchor: { row: 1, column: 1 }, active: { row: 3, column: 2 } };
    assert.deepEqual(press(range, parse("Escape"), EXTENT), at(3, 2));
  });

  it("does nothing in an empty table", () => {
    assert.equal(press(at(0, 0), parse("ArrowDown"), { rows: 0, columns: 3, page: 1 }), undefined);
  });
});

describe("copied rows", () => {
  it("quotes only fields that would break a row", () => {
    assert.equal(
      toTsv([
        ["a", "b c"],
        ["1\t2", 'say "hi"'],
        ["x\ny", ""],
      ]),
      'a\tb c\n"1\t2"\t"say ""hi"""\n"x\ny"\t',
    );
  });
});

function parse(keys: string): Key {
  const parts = keys.split("+");
  return { key: parts.at(-1)!, shift: parts.includes("Shift"), control: parts.includes("Control") };
}

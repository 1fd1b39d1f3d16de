/** One edit a case, each with the exact text before and after. */
import assert from "node:assert/strict";
import { assignOrders } from "../../../extension/core/notebook/edit-order.ts";
import { editCells } from "../../../extension/core/notebook/edit-toml.ts";
import { parseNotebook } from "../../../extension/core/notebook/parse.ts";
import { bumpUpdatedAt, withoutUpdatedAt } from "../../../extension/core/notebook/updated-at.ts";

/** Keep these cells in this sequence; an unknown id is a new python cell. */
function edit(toml: string, ids: string): string {
  const before = parseNotebook({ toml, cellFiles: new Map() }).notebook?.cells ?? [];
  const wanted = ids
    .split(" ")
    .filter((id) => id !== "")
    .map((id) => {
      const { file, language } = before.find((cell) => cell.id === id) ?? {
        file: `${id}.py`,
        language: "python" as const,
      };
      return { id, file, language };
    });
  const edited = editCells(toml, wanted);
  return edited.kind === "edited" ? edited.toml : assert.fail(edited.problem.message);
}

const NEW = '[[cells]]\nid = "n"\nfile = "n.py"\nlanguage = "python"\norder = ';

describe("editing notebook.toml, case by case", () => {
  const cases: [what: string, before: string, ids: string, after: string][] = [
    ["starts with sections in a file without cells", 'notebook_id = "n"', "n", `notebook_id = "n"\n\n${NEW}0`],
    [
      "keeps the tables behind where there was no cell",
      "a = 1\n\n[ai]\nb = 1\n",
      "n",
      `a = 1\n\n[ai]\nb = 1\n\n${NEW}0\n`,
    ],
    [
      "opens an empty array",
      "cells = []\n",
      "n",
      'cells = [\n  { id = "n", file = "n.py", language = "python", order = 0 },\n]\n',
    ],
    [
      "opens an empty array with a comment",
      "cells = [ # none\n]\n",
      "n",
      'cells = [ # none\n  { id = "n", file = "n.py", language = "python", order = 0 },\n]\n',
    ],
    [
      "takes a cell from one line",
      'cells = [{id="a",file="a"},{id="b",file="b"},{id="c",file="c"}]',
      "a c",
      'cells = [{id="a",file="a"},{id="c",file="c"}]',
    ],
    [
      "takes the last cell from one line",
      'cells = [{id="a",file="a"}, {id="b",file="b"}]',
      "a",
      'cells = [{id="a",file="a"}]',
    ],
    ["takes the only cell", 'cells = [{id="a",file="a"}]', "", "cells = []"],
    [
      "follows commas in front",
      'cells = [\n  {id="a",file="a",order=1} # one\n, {id="b",file="b",order=2} # two\n]\n',
      "b",
      'cells = [\n   # one\n {id="b",file="b",order=2} # two\n]\n',
    ],
    [
      "leaves a comment that stands alone",
      '[[cells]]\nid="a"\nfile="a"\n\n# alone\n\n# of b\n[[cells]]\nid="b"\nfile="b"\n',
      "a",
      '[[cells]]\nid="a"\nfile="a"\n\n# alone\n',
    ],
    [
      "takes a section that stands apart",
      '[[cells]]\nid="a"\nfile="a"\n\n[ai]\nx=1\n\n[cells.env]\nA="1"\n\n[[cells]]\nid="b"\nfile="b"\norder=1\n',
      "b",
      '[ai]\nx=1\n\n[[cells]]\nid="b"\nfile="b"\norder=1\n',
    ],
    [
      "moves a section that stands apart",
      '[[cells]]\nid="a"\nfile="a"\norder=1\n[[cells]]\nid="b"\nfile="b"\norder=2\n[ai]\nx=1\n[cells.env]\nA="1"\n',
      "b a",
      '[[cells]]\nid="b"\nfile="b"\norder=0\n[cells.env]\nA="1"\n\n[[cells]]\nid="a"\nfile="a"\norder=1\n[ai]\nx=1\n',
    ],
    [
      "moves with the comments above and behind",
      "cells = [\n  # of a\n  {id='a',file='a',order=1}, # a\n  # of b\n  {id='b',file='b',order=2} # b\n]\n",
      "b a",
      "cells = [\n  # of b\n  {id='b',file='b',order=0}, # b\n  # of a\n  {id='a',file='a',order=1}, # a\n]\n",
    ],
    [
      "does not sort a file that was not sorted",
      '[[cells]]\nid="b"\nfile="b"\norder=2\n[[cells]]\nid="a"\nfile="a"\norder=1\n',
      "b a",
      '[[cells]]\nid="b"\nfile="b"\norder=0\n[[cells]]\nid="a"\nfile="a"\norder=1\n',
    ],
    [
      "goes around an entry that cannot be read",
      '[[cells]]\nid="a"\nfile="a"\norder=1\n[[cells]]\nid="a"\nfile="x"\norder=1\n',
      "a n",
      `[[cells]]\nid="a"\nfile="a"\norder=1\n${NEW}2\n[[cells]]\nid="a"\nfile="x"\norder=1\n`,
    ],
    [
      "keeps Windows line endings",
      '[[cells]]\r\nid="a"\r\nfile="a"\r\norder=1\r\n',
      "a n",
      `[[cells]]\r\nid="a"\r\nfile="a"\r\norder=1\r\n\r\n${NEW.replaceAll("\n", "\r\n")}2\r\n`.replace(
        "order=1\r\n\r\n",
        "order=1\r\n\r\n",
      ),
    ],
    [
      "keeps a byte order mark",
      '\uFEFF[[cells]]\nid="a"\nfile="a"\n\n[[cells]]\nid="b"\nfile="b"\norder=1\n',
      "a",
      '\uFEFF[[cells]]\nid="a"\nfile="a"\n',
    ],
  ];
  for (const [what, before, ids, after] of cases) {
    it(what, () => assert.equal(edit(before, ids), after));
  }

  it("changes a name in the quotes it had, and adds a language where none stood", () => {
    const edited = editCells("[[cells]]\n  id = 'a'\n  file = 'a.py' # here", [
      { id: "a", file: "a.md", language: "markdown" },
    ]);
    assert.deepEqual(edited, {
      kind: "edited",
      toml: "[[cells]]\n  id = 'a'\n  file = 'a.md' # here\n  language = \"markdown\"",
    });
  });

  it("refuses to touch what it cannot understand", () => {
    for (const toml of ["a = ", "cells = 1"]) assert.equal(editCells(toml, []).kind, "problem");
  });
});

describe("new orders", () => {
  const numbers: [what: string, wanted: (number | undefined)[], expected: number[]][] = [
    ["keep all when nothing moves", [1, 2, 2, 7], [1, 2, 2, 7]],
    ["start at 0", [undefined, undefined], [0, 1]],
    ["go on after the last", [1, 2.5, undefined, undefined], [1, 2.5, 3, 4]],
    ["go below the first", [undefined, 0], [-1, 0]],
    ["halve a gap with few decimals", [1, undefined, 2], [1, 1.5, 2]],
    ["prefer whole numbers", [10, undefined, 20], [10, 15, 20]],
    ["renumber one for a move", [2, 3, 4, 1], [2, 3, 4, 5]],
    ["renumber upwards without room", [1, undefined, 1, 1, 9], [1, 3, 5, 7, 9]],
    ["pass the limit of doubles", [1, undefined, 1 + Number.EPSILON, 5], [1, 2, 4, 5]],
  ];
  for (const [what, wanted, expected] of numbers) {
    it(what, () => {
      // As read: positions in the file follow the orders.
      const sorted = wanted
        .map((order, at) => ({ order, at }))
        .filter(({ order }) => order !== undefined)
        .sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.at - b.at);
      const placed = wanted.map((order, at) =>
        order === undefined ? { position: 99 } : { order, position: sorted.findIndex((cell) => cell.at === at) },
      );
      assert.deepEqual(
        assignOrders(placed).map(({ order }) => order),
        expected,
      );
    });
  }

  it("always leave room: two hundred cells put into one gap stay in sequence", function () {
    this.timeout(60_000);
    let orders: number[] = [0, 1];
    for (let count = 0; count < 200; count++) {
      const wanted = [orders[0], undefined, ...orders.slice(1)].map((order, position) =>
        order === undefined ? { position } : { order, position },
      );
      orders = assignOrders(wanted).map(({ order }) => order);
    }
    assert.ok(orders.every((order, at) => at === 0 || order > (orders[at - 1] ?? order)));
  });
});

describe("updated_at", () => {
  const NOW = Date.UTC(2026, 10, 22, 8, 9, 10, 987);
  const forms: [before: string, after: string][] = [
    ["2024-01-02T03:04:05Z", "2026-11-22T08:09:10Z"],
    ["2024-01-02t03:04:05.5z", "2026-11-22t08:09:10.9z"],
    ["2024-01-02 03:04:05.123456+00:00", "2026-11-22 08:09:10.987000+00:00"],
    ["2024-01-02T03:04:05-05:30", "2026-11-22T02:39:10-05:30"],
    ["2024-01-02T03:04:05", "2026-11-22T08:09:10"],
    ["2024-01-02", "2026-11-22"],
    ['"2024-01-02T03:04:05.123456+00:00"', '"2026-11-22T08:09:10.987000+00:00"'],
    ["'2024-01-02T03:04:05Z'", "'2026-11-22T08:09:10Z'"],
    ['"yesterday"', '"yesterday"'],
    ["3", "3"],
  ];
  for (const [before, after] of forms) {
    it(`goes from ${before} to ${after}`, () => {
      const text = (value: string) => `# x\nupdated_at = ${value} # when\n[[cells]]\nupdated_at = 1\n`;
      assert.equal(bumpUpdatedAt(text(before), NOW), text(after));
      assert.equal(withoutUpdatedAt(text(before)) === withoutUpdatedAt(text(after)), true);
    });
  }

  it("is not added where there is none", () => {
    assert.equal(bumpUpdatedAt("a = 1\n", NOW), "a = 1\n");
  });
});

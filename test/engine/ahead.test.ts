/** A few notebooks whose cells run in processes that wait for them, as where cells are not forked. All others: `STRATA_PROCESSES=ahead`. */
import assert from "node:assert/strict";
import { openBench } from "./bench.ts";
import { check } from "./check.ts";

describe("notebooks in processes that wait", function () {
  this.timeout(60_000);
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.STRATA_PROCESSES;
    process.env.STRATA_PROCESSES = "ahead";
  });
  afterEach(() => {
    if (before === undefined) delete process.env.STRATA_PROCESSES;
    else process.env.STRATA_PROCESSES = before;
  });

  it("is how they run", async () => {
    const bench = await openBench({ a: "import json\nprint(json.dumps([1]))", b: "x = 1" });
    try {
      await bench.run();
      assert.equal(bench.opened.mode()?.kind, "ahead");
      assert.equal(await bench.checkAgainstScript(), 2);
    } finally {
      await bench.close();
    }
  });

  check("values, changes in place, functions, settings and modules of the folder", {
    files: { "helper.py": "print('loaded')\nCOUNT = [0]\ndef up():\n    COUNT[0] += 1\n    return COUNT[0]\n" },
    cells: {
      a: "import random, os, json\nrandom.seed(1)\nos.environ['LEVEL'] = 'one'\nrows = [1]",
      b: "rows.append(2)\ndef scale(v):\n    return [v * each for each in rows]",
      c: "print(scale(3), random.random(), os.environ['LEVEL'])",
      d: "import helper\nhelper.up()\nprint(os.getcwd() == os.path.dirname(os.path.abspath('cells')))",
      e: "print(helper.up(), json.dumps(rows), random.random())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"] },
      { ran: [] },
      { edit: { b: "rows.append(5)\ndef scale(v):\n    return [v + each for each in rows]" }, ran: ["b", "c", "e"] },
      { reopen: true, ran: [] },
    ],
  });

  check("a failure, a value that is loaded again and a library that is set up", {
    cells: {
      a: "import mimetypes\nfrom decimal import Decimal\nmimetypes.add_type('a/b', '.zz')\nn = Decimal('1.5')",
      b: "print(n * 2, mimetypes.guess_type('x.zz')[0])",
      c: "n / 0",
      d: "print(n + 1)",
    },
    steps: [
      { ran: ["a", "b", "d"], failed: ["c"], prints: { b: "3.0 a/b\n", d: "2.5\n" } },
      { edit: { c: "n / 2" }, ran: ["c"] },
    ],
  });
});

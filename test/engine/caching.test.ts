/** `# @cache`, and results that are one sample of many. */
import assert from "node:assert/strict";
import { openBench } from "./bench.ts";
import { check } from "./check.ts";

const READS = "print(open('data.txt').read())";

describe("@cache", function () {
  this.timeout(60_000);

  describe("forever", () => {
    it("does not look at files again", async () => {
      const bench = await openBench({ a: `# @cache forever\n${READS}` }, { files: { "data.txt": "one" } });
      try {
        assert.deepEqual((await bench.run()).ran, ["a"]);
        await bench.file("data.txt", "two");
        assert.deepEqual([(await bench.run()).ran, await bench.fresh()], [[], ["a"]]);
        await bench.edit({ a: READS });
        assert.match(await bench.reason("a"), /data\.txt, which it read, changed/);
        assert.deepEqual((await bench.run()).ran, ["a"]);
      } finally {
        await bench.close();
      }
    });

    check("its code and its inputs count all the same, and so do settings of cells above", {
      cells: { a: "x = 1\nimport random\nrandom.seed(1)", b: "# @cache forever\nprint(x, random.random())" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: "x = 2\nimport random\nrandom.seed(1)" }, ran: ["a", "b"] },
        { edit: { a: "x = 2\nimport random\nrandom.seed(2)" }, ran: ["a", "b"] },
        { edit: { b: "# @cache forever\nprint(x + 1, random.random())" }, ran: ["b"] },
      ],
    });
  });

  check("session: fresh until the notebook is opened again, by whoever", {
    cells: { a: "# @cache session\nx = [1]\nprint(x)", b: "print(x)" },
    steps: [{ ran: ["a", "b"] }, { ran: [] }, { reopen: true, ran: ["a"] }, { ran: [] }],
  });

  check("off: runs every time, and what it gives is compared as ever", {
    cells: { a: "# @cache off\nx = [1]", b: "print(x)" },
    steps: [{ ran: ["a", "b"] }, { ran: ["a"] }, { target: { kind: "cells", cells: ["b"] }, ran: ["a"] }],
  });

  check("ttl: runs again when its time is over", {
    cells: { a: "# @cache ttl=0.000001\nx = [1]", b: "# @cache ttl=1000000\nprint(x)" },
    steps: [{ ran: ["a", "b"] }, { ran: ["a"] }, { edit: { a: "x = [1]" }, ran: [] }],
  });

  check("fingerprint and snapshot are what a cell does anyway; a change of policy alone runs nothing", {
    files: { "data.txt": "1" },
    cells: { a: `# @cache fingerprint\n${READS}`, b: `# @cache snapshot\n${READS}  # b` },
    steps: [
      { ran: ["a"] },
      { files: { "data.txt": "2" }, ran: ["a"] },
      { edit: { a: READS, b: `# @cache forever\n${READS}` }, ran: [] },
    ],
  });

  it("says why", async () => {
    const cells = {
      off: "# @cache off\nx = 1",
      ttl: "# @cache ttl=0.000001\ny = 1",
      session: "# @cache session\nz = 1",
    };
    const bench = await openBench(cells);
    try {
      await bench.run();
      await bench.reopen();
      assert.match(await bench.reason("off"), /@cache off/);
      assert.match(await bench.reason("ttl"), /^Its result is .* old, and `# @cache ttl` keeps it for/);
      assert.match(await bench.reason("session"), /another session/);
    } finally {
      await bench.close();
    }
  });
});

describe("samples", function () {
  this.timeout(60_000);

  it("are marked with what they are of, also through functions and modules, and are made anew on demand", async () => {
    const cells: Record<string, string> = {
      imports: "import time, uuid, random, helper\nfrom time import time as clock\nfrom datetime import datetime",
      defines: "def stamp():\n    return datetime.now()",
      now: "t = datetime.now()",
      called: "s = stamp()",
      bare: "c = clock()",
      module: "m = helper.when()",
      entropy: "u = uuid.uuid4()",
      command: "!echo hello",
      seeded: "random.seed(1)\nr = random.random()\nprint(time.strftime('%Y', time.gmtime(0)))",
      below: "print(type(t).__name__)",
    };
    const bench = await openBench(cells, {
      files: { "helper.py": "import time\ndef when():\n    return time.time()\n" },
    });
    const samples = async (): Promise<Record<string, string>> => {
      const statuses = await bench.opened.engine.statuses();
      return Object.fromEntries(
        statuses.flatMap(({ cell, sample }) => (sample === undefined ? [] : [[cell, sample.of.join()]])),
      );
    };
    try {
      const first = await bench.run();
      assert.deepEqual(first.failed, []);
      const expected = {
        now: "clock",
        called: "clock",
        bare: "clock",
        module: "clock",
        entropy: "entropy",
        command: "command",
      };
      const { imports: _, ...seen } = await samples();
      assert.deepEqual(seen, expected);
      assert.deepEqual((await bench.run()).ran, []);
      const again = await bench.run({ kind: "all" }, { refresh: true });
      const { imports: __, ...made } = Object.fromEntries(again.ran.map((id) => [id, true]));
      // What is below a sample runs when it came out differently.
      assert.deepEqual(Object.keys(made), [...Object.keys(expected), "below"]);
      assert.deepEqual((await bench.run()).ran, []);
    } finally {
      await bench.close();
    }
  });
});

/** The notebook is open and its plan is kept; what changes around it is noticed at once all the same. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, openBench } from "./bench.ts";

const CELLS = {
  a: "import os\ntext = open('data.txt').read()",
  b: "print(text, os.environ.get('STRATA_KEPT_TEST'))",
  c: "from helper import value\nprint(value())",
  d: "n = 1",
  e: "print(n + 1)",
};
const ALL = Object.keys(CELLS);

describe("a plan that is kept", function () {
  this.timeout(60_000);
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench(CELLS, {
      files: { "data.txt": "one", "helper.py": "def value():\n    return 1\n" },
    });
    assert.deepEqual((await bench.run()).ran, ALL);
    // Twice, so that what is kept was itself made from what was kept.
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await bench.run()).cached, ALL);
      assert.deepEqual(await bench.fresh(), ALL);
    }
  });
  afterEach(async () => {
    delete process.env.STRATA_KEPT_TEST;
    await bench.close();
  });

  it("does not hide a file that was changed between two runs", async () => {
    await bench.file("data.txt", "two");
    // What runs may change what any cell finds, so all of it waits for what has to run.
    assert.deepEqual(await bench.fresh(), []);
    const seen = await bench.run();
    assert.deepEqual(
      [seen.ran, seen.cached],
      [
        ["a", "b"],
        ["c", "d", "e"],
      ],
    );
    await bench.file("data.txt", "one");
    assert.deepEqual((await bench.run()).cached, ALL);
    assert.equal(await bench.printed("b"), "one None\n");
    rmSync(join(bench.folder, "data.txt"));
    assert.deepEqual((await bench.run()).failed, ["a"]);
  });

  it("does not hide a module that was changed or is gone", async () => {
    await bench.file("helper.py", "def value():\n    return 22\n");
    assert.deepEqual(await bench.fresh(), ["a", "b", "d", "e"]);
    assert.deepEqual((await bench.run()).ran, ["c"]);
    assert.equal(await bench.printed("c"), "22\n");
    // A package of the same name comes first.
    await bench.file("helper/__init__.py", "def value():\n    return 333\n");
    assert.deepEqual((await bench.run()).ran, ["c"]);
    assert.equal(await bench.printed("c"), "333\n");
    rmSync(join(bench.folder, "helper"), { recursive: true });
    rmSync(join(bench.folder, "helper.py"));
    assert.deepEqual((await bench.run()).failed, ["c"]);
  });

  it("does not hide that stored content is gone, or that results were forgotten", async () => {
    const plan = (await bench.opened.engine.plan()).cells.find(({ cell }) => cell === "d");
    const digest = plan?.action === "reuse" ? plan.record.values[0]?.digest : undefined;
    rmSync(bench.opened.store.content.path(digest ?? ""));
    assert.equal(await bench.opened.store.content.verify(digest ?? ""), false);
    await bench.edit({ ...CELLS, e: "print(n + 2)" });
    assert.deepEqual((await bench.run({ kind: "cells", cells: ["e"] })).ran, ["d", "e"]);
    await bench.opened.engine.forget(["a"]);
    assert.equal((await bench.fresh()).includes("a"), false);
    assert.deepEqual((await bench.run()).ran, ["a"]);
  });

  it("makes a damaged input again in the same run, as nothing is said to be reused that the next cell cannot load", async () => {
    const hurt = await openBench({ d: "n = 1", e: "print(n + 1)" }, { tolerant: true });
    assert.deepEqual((await hurt.run()).ran, ["d", "e"]);
    const [plan] = (await hurt.opened.engine.plan()).cells;
    const digest = plan?.action === "reuse" ? plan.record.values[0]?.digest : undefined;
    const path = hurt.opened.store.content.path(digest ?? "");
    const damaged = readFileSync(path);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    rmSync(path);
    writeFileSync(path, damaged);
    await hurt.edit({ d: "n = 1", e: "print(n + 2)" });
    const seen = await hurt.run();
    assert.deepEqual([seen.ran, seen.failed], [["d", "e"], []]);
    assert.equal(await hurt.printed("e"), "3\n");
    await hurt.close();
  });

  it("shows what another window has run, forgotten or failed, without running it here", async () => {
    const other = await openBench(CELLS, { folder: bench.folder });
    const edited = { ...CELLS, d: "n = 5" };
    await bench.edit(edited);
    assert.deepEqual(await bench.fresh(), ["a", "b", "c"]);
    await other.edit(edited);
    assert.deepEqual((await other.run()).ran, ["d", "e"]);
    assert.deepEqual(await bench.fresh(), ALL);
    assert.equal(await bench.printed("e"), "6\n");
    assert.deepEqual((await bench.run()).cached, ALL);
    await other.opened.engine.forget();
    assert.deepEqual(await bench.fresh(), []);
    assert.deepEqual((await bench.run()).ran, ALL);
    assert.deepEqual(await other.fresh(), ALL);
    await other.opened.close();
  });

  it("goes through an edit and back, a comment and a move as it is", async () => {
    for (const e of ["print(n + 1)  # a comment", "# another\nprint(n + 1)", "print(n + 3)", CELLS.e]) {
      await bench.edit({ ...CELLS, e });
      const stale = e.includes("3") ? ["e"] : [];
      assert.deepEqual(
        (await bench.fresh()).filter((id) => stale.includes(id)),
        [],
      );
      assert.deepEqual((await bench.run()).ran, stale, e);
      await bench.checkAgainstScript();
    }
    const { e, ...above } = CELLS;
    await bench.edit({ e, ...above });
    assert.deepEqual((await bench.run()).failed, ["e"]);
    await bench.edit(CELLS);
    assert.deepEqual((await bench.run()).cached, ALL);
  });
});

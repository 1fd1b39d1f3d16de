/**
 * A notebook that came with somebody else's `.strata/`: nothing in it is loaded, whatever is done with the notebook,
 * until the user says that it can be trusted. The crafted value makes a file when it is loaded; the last test sees it
 * made, so that the others could fail.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFiles } from "../../extension/core/notebook/bundle.ts";
import { parseNotebook } from "../../extension/core/notebook/parse.ts";
import { describeReason } from "../../extension/core/plan/describe.ts";
import { openNotebook } from "../../extension/host/engine/open.ts";
import { readFolder } from "../../extension/host/folder/read.ts";
import { openStore } from "../../extension/host/store/open.ts";
import { testPython } from "../harness/python-env.ts";
import { craft, keysOf } from "../host/store/crafted.ts";
import { cellOf, executed, type Folder, folderOf, notebookFiles, runJson, STATE, strata } from "./rig.ts";

const CELLS = { a: "x = 1", b: "y = x + 1\nprint(y)", "note.md": "Text" };
const SOMEBODY_ELSE = /made by somebody else/;

describe("a store that somebody else made", function () {
  this.timeout(60_000);
  let python: string;
  let folder: Folder;
  let witness: string;
  const args = (): string[] => [folder.path, "--python", python];

  before(async () => {
    python = await testPython();
  });
  beforeEach(async () => {
    folder = await folderOf(notebookFiles(CELLS));
    witness = join(folder.path, "witness");
    assert.equal((await runJson(args())).code, 0);
  });
  afterEach(() => folder.remove());

  const attack = () => craft(join(folder.path, ".strata", "store"), witness, keysOf(join(folder.path, "attacker")));

  it("runs no code in status, explain, run and run --force", async () => {
    await attack();
    const status = await strata(["status", ...args()]);
    assert.doesNotMatch(status.stdout, /fresh/);
    const explain = await strata(["explain", ...args(), "a"]);
    assert.match(explain.stdout, SOMEBODY_ELSE);
    const run = await runJson(args());
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(executed(run), ["a", "b"]);
    assert.match(cellOf(run, "a").reason, SOMEBODY_ELSE);
    assert.equal(cellOf(run, "b").stdout, "2\n");
    const again = await runJson(args());
    assert.deepEqual(executed(again), []);
    assert.equal((await runJson([...args(), "--force"])).code, 0);
    assert.ok(!existsSync(witness));
  });

  it("runs no code in the engine, where what was shown before is still shown", async () => {
    await attack();
    const read = await readFolder(folder.path);
    assert.ok(read.kind !== "problem");
    const { notebook } = parseNotebook(bundleFiles(read.bundle));
    assert.ok(notebook);
    const state = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = STATE;
    const problems: string[] = [];
    const opened = await openNotebook(notebook, {
      folder: folder.path,
      python,
      sync: false,
      harness: join(import.meta.dirname, "../../python-harness"),
      storage: join(folder.path, "storage"),
      onProgress: () => undefined,
      onProblem: (message) => problems.push(message),
    });
    process.env.XDG_STATE_HOME = state;
    if (state === undefined) delete process.env.XDG_STATE_HOME;
    try {
      const plan = await opened.engine.plan();
      assert.deepEqual(
        plan.cells.map(({ action }) => action),
        ["run", "wait", "none"],
      );
      assert.match(
        describeReason(plan.cells[0]?.reason ?? { kind: "forced" }, (id) => id),
        SOMEBODY_ELSE,
      );
      assert.deepEqual((await opened.engine.stored("b")).outputs, [{ type: "stream", name: "stdout", text: "2\n" }]);
      const request = { target: { kind: "all" }, force: false } as const;
      const summary = await opened.engine.run(request, () => undefined, new AbortController().signal);
      assert.deepEqual([summary.executed, summary.failed], [2, 0]);
      assert.ok(!existsSync(witness));
      assert.deepEqual(problems, []);
    } finally {
      await opened.close();
    }
  });

  it("keeps what the other made for the other, and what is made here for oneself", async () => {
    const other = { env: { XDG_STATE_HOME: join(folder.path, "other") } };
    const theirs = await runJson(args(), other);
    assert.deepEqual(executed(theirs), ["a", "b"]);
    for (const options of [{}, other]) assert.deepEqual(executed(await runJson(args(), options)), []);
  });

  it("is one's own for all who have the team's key", async () => {
    const env = (who: string) => ({
      env: { XDG_STATE_HOME: join(folder.path, who), STRATA_STORE_KEY: "a long and random text of the team" },
    });
    assert.deepEqual(executed(await runJson(args(), env("ada"))), ["a", "b"]);
    assert.deepEqual(executed(await runJson(args(), env("bob"))), []);
    // Not shown to a cell either.
    await folder.write("cells/b.py", "import os\nprint('STRATA_STORE_KEY' in os.environ, x)");
    assert.equal(cellOf(await runJson(args(), env("bob")), "b").stdout, "False 1\n");
  });

  it("has no files removed where its links lead", async () => {
    const elsewhere = join(folder.path, "elsewhere");
    const old = new Date(Date.UTC(2020, 0, 1));
    for (const name of ["tmp", "content"]) {
      mkdirSync(join(elsewhere, name), { recursive: true });
      writeFileSync(join(elsewhere, name, "precious"), "");
      utimesSync(join(elsewhere, name, "precious"), old, old);
    }
    for (const [link, target] of [
      ["linked/v2", elsewhere],
      ["inner/v2/tmp", join(elsewhere, "tmp")],
    ] as const) {
      mkdirSync(join(folder.path, link, ".."), { recursive: true });
      symlinkSync(target, join(folder.path, link));
      const store = await openStore(join(folder.path, link.split("/")[0] ?? ""), { onProblem: () => undefined });
      await store.close();
      assert.ok(existsSync(join(elsewhere, "tmp", "precious")), link);
    }
  });

  it("would run its code if it were believed, which is what the other tests are about", async () => {
    const attacker = join(folder.path, "attacker");
    await attack();
    await folder.write("cells/b.py", "y = x + 2");
    await runJson(args(), { env: { XDG_STATE_HOME: attacker } });
    assert.ok(existsSync(witness));
  });
});

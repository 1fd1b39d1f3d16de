/** `strata explain` after a change: the first thing that is not as it was, with both values, also from below. */
import assert from "node:assert/strict";
import { testPython } from "../harness/python-env.ts";
import { type Folder, folderOf, notebookFiles, runJson, strata } from "./rig.ts";

const CELLS: Readonly<Record<string, string>> = {
  load: "rows = open('data.txt').read()",
  clean: "# @env MODE=fast\nparts = rows.split(',')\ncount = len(parts)",
  use: "print(count * 2)",
  quiet: "%load_ext autoreload\nz = 1",
};

describe("strata explain after a change", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
    folder = await folderOf({ ...notebookFiles(CELLS), "data.txt": "1,2,3" });
    await runJson([folder.path, "--python", python]);
  });
  after(() => folder.remove());

  async function explain(cell: string) {
    const ended = await strata(["explain", folder.path, cell, "--python", python, "--format", "json"]);
    assert.equal(ended.code, 0, ended.stderr);
    return JSON.parse(ended.stdout);
  }

  it("names a line of code, also to the cells below it", async () => {
    await folder.write("cells/clean.py", "# @env MODE=fast\nparts = rows.split(',')\ncount = len(parts) + 1");
    const changed = { component: "code", before: "count = len ( parts )", after: "count = len ( parts ) + 1" };
    const own = await explain("clean");
    assert.deepEqual([own.changed, own.because], [changed, null]);
    const below = await explain("use");
    assert.deepEqual([below.changed, below.because.cell], [changed, "clean"]);
    assert.match(below.reason, /Uses count from clean/);
    const { stdout } = await strata(["explain", folder.path, "use", "--python", python]);
    assert.ok(
      stdout.includes("\n  code\n    before  count = len ( parts )\n    now     count = len ( parts ) + 1\n"),
      stdout,
    );
  });

  it("names an input with what it was and is", async () => {
    await runJson([folder.path, "--python", python, "--cell", "clean"]);
    const { changed, reason } = await explain("use");
    assert.equal(reason, "Its input count (from clean) changed: int 3 → int 4.");
    assert.equal(changed.component, "input count");
    assert.match(changed.before, /^int 3 \(value:[0-9a-f]{64}\)$/);
    assert.match(changed.after, /^int 4 \(value:[0-9a-f]{64}\)$/);
  });

  it("names a setting, by hashes only", async () => {
    await folder.write("cells/clean.py", "# @env MODE=slow\nparts = rows.split(',')\ncount = len(parts) + 1");
    const { changed } = await explain("clean");
    assert.equal(changed.component, "setting env.MODE");
    assert.match(`${changed.before} ${changed.after}`, /^[0-9a-f]{16} [0-9a-f]{16}$/);
  });

  it("names a file", async () => {
    await folder.write("data.txt", "1,2,3,4");
    const { changed } = await explain("load");
    assert.equal(changed.component, "file data.txt");
    assert.match(changed.before, /^5 bytes, [0-9a-f]{64}$/);
    assert.match(changed.after, /\d+ bytes/);
  });

  it("has the notes on magics without effect", async () => {
    assert.deepEqual((await explain("quiet")).notes, [
      { line: 1, note: "Modules are always loaded as their files are now, so there is nothing to reload." },
    ]);
  });
});

/** `strata status` and `strata explain`: readings of the plan, that start no Python and change nothing. */
import assert from "node:assert/strict";
import { testPython } from "../harness/python-env.ts";
import { checksums, type Folder, folderOf, notebookFiles, runJson, strata } from "./rig.ts";

interface StatusLine {
  readonly type: "status";
  readonly id: string;
  readonly name: string;
  readonly validity: "fresh" | "stale" | "failed" | "blocked" | "none";
  readonly reason: string;
  readonly last_ms: number | null;
  readonly sample: { readonly of: readonly string[]; readonly at: string } | null;
  readonly differs: readonly string[];
}

const CELLS = {
  "note.md": "# Note",
  a: "x = 1",
  b: "# @name sum\n# @env MODE=fast\ny = x + 1\nprint(y)",
  bad: "1 / 0",
  ask: "# @worker elsewhere\nz = 1",
};

describe("strata status", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
  });
  beforeEach(async () => {
    folder = await folderOf(notebookFiles(CELLS));
  });
  afterEach(() => folder.remove());

  async function statuses(): Promise<readonly StatusLine[]> {
    const ended = await strata(["status", folder.path, "--python", python, "--format", "json"]);
    assert.equal(ended.code, 0, ended.stderr);
    const lines = ended.stdout.split("\n").slice(0, -1);
    return lines.map((text) => {
      const line = JSON.parse(text) as StatusLine;
      assert.deepEqual(Object.keys(line), ["type", "id", "name", "validity", "reason", "last_ms", "sample", "differs"]);
      assert.equal(line.type, "status");
      assert.ok(line.last_ms === null || line.last_ms > 0, text);
      assert.notEqual(line.reason, "");
      return line;
    });
  }
  const validities = async () => Object.fromEntries((await statuses()).map(({ id, validity }) => [id, validity]));

  it("tells of every cell in notebook order, before and after a run and an edit", async () => {
    const never = { "note.md": "none", a: "stale", b: "stale", bad: "stale", ask: "blocked" };
    assert.deepEqual(await validities(), never);
    assert.deepEqual(Object.keys(await validities()), Object.keys(CELLS));
    await runJson([folder.path, "--python", python]);
    const ran = { ...never, a: "fresh", b: "fresh", bad: "failed" };
    assert.deepEqual(await validities(), ran);
    await folder.write("cells/a.py", "x = 5");
    assert.deepEqual(await validities(), { ...ran, a: "stale", b: "stale" });
    await folder.write("cells/a.py", "# the same again\nx = 1");
    assert.deepEqual(await validities(), ran);
  });

  it("gives the reason, in the words of the user's cells", async () => {
    await runJson([folder.path, "--python", python]);
    await folder.write("cells/a.py", "x = 5");
    const reasons = Object.fromEntries((await statuses()).map(({ id, reason }) => [id, reason]));
    assert.match(reasons.a ?? "", /Its code changed: .*1.*5/);
    assert.match(reasons.b ?? "", /x from a/);
    assert.match(reasons.bad ?? "", /ZeroDivisionError/);
    assert.match(reasons.ask ?? "", /worker “elsewhere”/);
  });

  it("is one line a cell for people, and the counts", async () => {
    await runJson([folder.path, "--python", python]);
    const { stdout, code } = await strata(["status", folder.path, "--python", python]);
    assert.equal(code, 0);
    const lines = stdout.split("\n");
    assert.match(lines[1] ?? "", /^● a +fresh +saves [\d.]+ m?s$/);
    assert.match(lines[2] ?? "", /^● sum +fresh/);
    assert.match(lines[3] ?? "", /^✗ bad +failed +Failed when it last ran: .* Took [\d.]+ m?s last time\.$/);
    assert.deepEqual(lines.slice(5), ["2 fresh, 1 failed, 1 blocked", ""]);
  });

  it("works before there is an environment, and makes none", async () => {
    await folder.write("pyproject.toml", '[project]\nname = "x"\nversion = "0.1.0"\n');
    const before = await checksums(folder.path);
    const { stdout, code, stderr } = await strata(["status", folder.path]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /○ a +stale/);
    assert.deepEqual(await checksums(folder.path), before);
  });

  it("of a notebook that cannot be read is wrong", async () => {
    await folder.write("notebook.toml", "cells = [");
    const { code, stdout, stderr } = await strata(["status", folder.path]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /notebook\.toml:1/);
  });
});

describe("strata explain", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
    folder = await folderOf({
      ...notebookFiles({ ...CELLS, reads: "import os\nrows = open('data.txt').read()\nhome = os.environ['HOME']" }),
      "data.txt": "1,2,3",
    });
    await runJson([folder.path, "--python", python], { env: { HOME: "/somewhere" } });
  });
  after(() => folder.remove());

  async function explain(cell: string) {
    const args = ["explain", folder.path, cell, "--python", python, "--format", "json"];
    const ended = await strata(args, { env: { HOME: "/somewhere" } });
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^[^\n]+\n$/);
    return JSON.parse(ended.stdout);
  }

  it("gives everything that a result depends on", async () => {
    const sum = await explain("b");
    assert.deepEqual(Object.keys(sum), [
      "type",
      "id",
      "name",
      "action",
      "reason",
      "changed",
      "because",
      "last_ms",
      "upstream",
      "key",
      "environment",
      "inputs",
      "settings",
      "depends_on",
      "produced",
      "sample",
      "verified",
      "notes",
      "finished_at",
    ]);
    assert.deepEqual([sum.type, sum.id, sum.name, sum.action], ["explain", "b", "sum", "reuse"]);
    assert.deepEqual(sum.upstream, ["a"]);
    assert.match(sum.key, /^[0-9a-f]{64}$/);
    assert.match(sum.environment.python, /^CPython 3\./);
    assert.equal(sum.inputs.length, 1);
    assert.deepEqual([sum.inputs[0].name, sum.inputs[0].from], ["x", "a"]);
    assert.match(sum.inputs[0].ref, /^value:[0-9a-f]{64}/);
    assert.deepEqual(Object.keys(sum.settings), ["env.MODE"]);
    assert.doesNotMatch(JSON.stringify(sum.settings), /fast/, "values of variables are never shown");
    assert.deepEqual(
      sum.produced.flatMap(({ variables }: { variables: { name: string }[] }) => variables.map(({ name }) => name)),
      ["y"],
    );
    assert.ok(!Number.isNaN(Date.parse(sum.finished_at)));
  });

  it("gives the files and variables that a run was seen to read", async () => {
    const { depends_on } = await explain("reads");
    const seen = depends_on.map(({ kind, path, name }: Record<string, string>) => `${kind} ${path ?? name ?? ""}`);
    assert.ok(
      seen.some((text: string) => /^file .*data\.txt$/.test(text)),
      seen.join("\n"),
    );
    assert.ok(seen.includes("environ HOME"), seen.join("\n"));
  });

  it("finds the cell by name and by file too", async () => {
    for (const wanted of ["sum", "b.py"]) assert.equal((await explain(wanted)).id, "b");
  });

  it("tells of cells that have no result", async () => {
    assert.deepEqual([(await explain("bad")).action, (await explain("bad")).produced], ["run", []]);
    const ask = await explain("ask");
    assert.deepEqual([ask.action, ask.key, ask.environment, ask.finished_at], ["blocked", null, null, null]);
    assert.equal((await explain("note.md")).action, "none");
  });

  it("reads as sentences for people", async () => {
    const { stdout, code } = await strata(["explain", folder.path, "b", "--python", python]);
    assert.equal(code, 0);
    assert.match(stdout, /^sum \(b\)\nFresh: /);
    assert.match(
      stdout,
      /\nBuilds on a\.\nRuns in CPython [\d.]+ with \d+ packages?\.\n {2}uses x = value:[0-9a-f]{12}\S* {2}\(from a\)\n/,
    );
    assert.match(stdout, /\n {2}produced y: /);
  });

  it("of a cell that is not there is wrong, and names those that are", async () => {
    const { code, stdout, stderr } = await strata(["explain", folder.path, "zebra"]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /no cell “zebra”.*note\.md, a, b, bad, ask, reads/);
  });
});

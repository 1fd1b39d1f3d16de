/** `strata doctor` by the real command. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { testPython } from "../harness/python-env.ts";
import { checksums, folderOf, notebookFiles, runJson, strata } from "./rig.ts";

interface Check {
  readonly name: string;
  readonly level: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

async function doctor(...given: readonly (string | Readonly<Record<string, string>>)[]) {
  const args = given.filter((one) => typeof one === "string");
  const env = Object.assign({}, ...given.filter((one) => typeof one !== "string")) as Record<string, string>;
  const ended = await strata(["doctor", ...args, "--format", "json"], { env });
  const { type, checks } = JSON.parse(ended.stdout) as { type: string; checks: readonly Check[] };
  assert.equal(type, "doctor");
  return { ...ended, checks: Object.fromEntries(checks.map((check) => [check.name, check])) };
}

describe("strata doctor", () => {
  it("tells of the interpreter, how cells run and why, and the store", async () => {
    const python = await testPython();
    const folder = await folderOf(notebookFiles({ a: "import json, threading\nx = 1" }));
    try {
      await runJson([folder.path, "--python", python]);
      const before = await checksums(folder.path);
      const { code, checks, stderr } = await doctor(folder.path, "--python", python);
      assert.equal(stderr, "");
      assert.equal(code, 0, JSON.stringify(checks));
      assert.deepEqual(Object.keys(checks).slice(0, 5), ["strata", "uv", "python", "environment", "runner"]);
      assert.match(String(checks.python?.facts.version), /^CPython 3\./);
      const forks = process.platform === "linux";
      assert.equal(checks.runner?.facts.mode, forks ? "zygote" : "ahead");
      assert.ok(checks.runner?.text.includes(forks ? "fork" : "process of its own"));
      const set = await doctor(folder.path, "--python", python, { STRATA_PROCESSES: "ahead" });
      assert.equal(set.checks.runner?.facts.mode, "ahead");
      assert.match(set.checks.runner?.text ?? "", /as set.*started ahead.* In memory ahead: threading/);
      assert.equal(checks.store?.level, "ok");
      assert.deepEqual(
        [checks.store?.facts.results, checks.store?.facts.writable, checks.store?.facts.busy],
        [1, true, false],
      );
      // What its own look at the runner makes is nothing that was left behind.
      assert.equal(checks.store?.facts.leftovers, 0, checks.store?.text);
      assert.deepEqual(await checksums(folder.path), before);
    } finally {
      await folder.remove();
    }
  });

  it("makes no environment, and says that there is none", async () => {
    const project = '[project]\nname = "x"\nversion = "0.1.0"\n';
    const folder = await folderOf({ ...notebookFiles({ a: "x = 1" }), "pyproject.toml": project });
    try {
      const { code, checks } = await doctor(folder.path);
      assert.equal(code, 1);
      assert.equal(checks.python?.level, "problem");
      assert.match(checks.python?.text ?? "", /no \.venv/);
      assert.equal(existsSync(join(folder.path, ".venv")), false);
      const human = await strata(["doctor", folder.path]);
      assert.match(human.stdout, /^✓ strata {7}strata \d/);
      assert.match(human.stdout, /\n✗ python/);
    } finally {
      await folder.remove();
    }
  });

  it("tells of the machine when no notebook is named, and a wrong call is one", async () => {
    const { code, checks } = await doctor();
    assert.deepEqual([code, Object.keys(checks)], [0, ["strata", "uv", "python"]]);
    assert.equal((await strata(["doctor", "/no/such/folder"])).code, 2);
  });
});

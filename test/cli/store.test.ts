/** `strata gc` and `strata trust` through the real command. */
import assert from "node:assert/strict";
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { signRecord } from "../../extension/core/store/signed.ts";
import { createSigner } from "../../extension/host/store/signer.ts";
import { testPython } from "../harness/python-env.ts";
import { keysOf } from "../host/store/crafted.ts";
import { executed, type Folder, folderOf, notebookFiles, runJson, STATE, strata } from "./rig.ts";

const LONG_AGO = new Date(Date.UTC(2026, 0, 1));

/** Every file and every result becomes old, so that only need keeps it. */
function age(store: string): void {
  for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), LONG_AGO, LONG_AGO);
  }
  const signer = createSigner(keysOf(STATE));
  const db = new DatabaseSync(join(store, "v2", "index.sqlite"));
  for (const row of db.prepare("SELECT key, value FROM keyv WHERE namespace = 'records'").all()) {
    const { value } = JSON.parse(String(row.value)) as { value: { text: string }[] };
    const aged = value.map(({ text }) => {
      const record = { ...JSON.parse(text), finishedAt: LONG_AGO.toISOString() };
      return signRecord(record, signer).signed;
    });
    db.prepare("UPDATE keyv SET value = ? WHERE namespace = 'records' AND key = ?").run(
      JSON.stringify({ value: aged }),
      String(row.key),
    );
  }
  db.close();
}

describe("strata gc", function () {
  this.timeout(60_000);
  let python: string;
  let folder: Folder;
  const at = (...more: string[]): string[] => [folder.path, "--python", python, ...more];
  const store = () => join(folder.path, ".strata", "store");

  before(async () => {
    python = await testPython();
    folder = await folderOf(notebookFiles({ a: "x = 1", b: "y = b'7' * 100_000 + str(x).encode()" }));
    // Two versions of a cell: the first is needed by nothing once the second has run.
    assert.equal((await runJson(at())).code, 0);
    await folder.write("cells/b.py", "y = b'8' * 100_000 + str(x).encode()");
    assert.equal((await runJson(at())).code, 0);
  });
  after(() => folder.remove());

  it("leaves everything that is young", async () => {
    const { stdout, code } = await strata(["gc", ...at("--limit", "0", "--format", "json")]);
    const said = JSON.parse(stdout);
    assert.deepEqual([code, said.freed_results, said.results], [0, 0, 3]);
  });

  it("says in a dry run what it would free, and frees nothing", async () => {
    age(store());
    const dry = await strata(["gc", ...at("--older-than", "1d", "--dry-run")]);
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /would free 10\d kB: 1 result and 1 file\./);
    const json = JSON.parse((await strata(["gc", ...at("--limit", "50kB", "--dry-run", "--format", "json")])).stdout);
    assert.deepEqual(
      [json.type, json.dry_run, json.busy, json.freed_results, json.limit],
      ["gc", true, false, 1, 50_000],
    );
    assert.deepEqual(
      json.removed.map(({ notebook, cell, finished_at }: Record<string, string>) => [notebook, cell, finished_at]),
      [["test", "b", LONG_AGO.toISOString()]],
    );
  });

  it("frees it, and the cells as they are now are still fresh", async () => {
    const { stdout, code } = await strata(["gc", ...at("--older-than", "1d")]);
    assert.equal(code, 0);
    assert.match(stdout, /Freed 10\d kB: 1 result and 1 file\./);
    assert.deepEqual(executed(await runJson(at())), []);
    await folder.write("cells/b.py", "y = b'7' * 100_000 + str(x).encode()");
    assert.deepEqual(executed(await runJson(at())), ["b"]);
  });

  it("keeps a version that was gone back to, though another ran last", async () => {
    const one = "y = b'1' * 100_000 + str(x).encode()";
    await folder.write("cells/b.py", one);
    await runJson(at());
    await folder.write("cells/b.py", one.replace("b'1'", "b'2'"));
    await runJson(at());
    await folder.write("cells/b.py", one);
    age(store());
    assert.equal((await strata(["gc", ...at("--limit", "0")])).code, 0);
    assert.deepEqual(executed(await runJson(at())), []);
  });

  it("keeps what another notebook needs that names the same store", async () => {
    const shared = join(folder.path, "shared");
    const other = await folderOf(notebookFiles({ c: "z = b'9' * 100_000", d: "w = len(z)" }, []));
    try {
      await other.write("notebook.toml", (await other.read("notebook.toml")).replace('"test"', '"other"'));
      const theirs = [other.path, "--python", python, "--store", shared];
      assert.equal((await runJson(theirs)).code, 0);
      assert.equal((await runJson(at("--store", shared))).code, 0);
      age(shared);
      assert.equal((await strata(["gc", ...at("--store", shared, "--limit", "0")])).code, 0);
      assert.deepEqual(executed(await runJson(theirs)), []);
    } finally {
      await other.remove();
    }
  });

  for (const [option, value] of [
    ["--limit", "much"],
    ["--older-than", "30"],
  ] as const) {
    it(`refuses ${option} ${value}, and says what is needed`, async () => {
      const { code, stderr, stdout } = await strata(["gc", ...at(option, value)]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /is needed, as in/);
    });
  }
});

describe("strata trust", function () {
  this.timeout(60_000);

  it("makes results of somebody else count, and says how many", async () => {
    const python = await testPython();
    const folder = await folderOf(notebookFiles({ a: "x = 1", b: "print(x)" }));
    try {
      const at = [folder.path, "--python", python];
      await runJson(at, { env: { XDG_STATE_HOME: join(folder.path, "other") } });
      assert.match((await strata(["explain", ...at, "a"])).stdout, /made by somebody else/);
      const trusted = await strata(["trust", ...at, "--format", "json"]);
      const store = join(folder.path, ".strata", "store", "v2");
      assert.deepEqual(JSON.parse(trusted.stdout), { type: "trust", store, results: 2 });
      assert.deepEqual(executed(await runJson(at)), []);
      const again = await strata(["trust", ...at]);
      assert.equal(again.code, 0);
      assert.match(again.stdout, /^There are no results of somebody else/);
    } finally {
      await folder.remove();
    }
  });
});

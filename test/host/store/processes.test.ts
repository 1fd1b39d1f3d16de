/** Several real processes on one store, and processes killed in the middle of writing. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { contentOf } from "../../../extension/core/store/record.ts";
import { openStore, type Store } from "../../../extension/host/store/open.ts";
import type { StoreProblem } from "../../../extension/host/store/problem.ts";
import { keyOf, sampleRecord } from "./samples.ts";

const WRITER = join(import.meta.dirname, "writer.ts");

function startWriter(dir: string, name: string, count: number): ChildProcess {
  return spawn(process.execPath, [WRITER, dir, name, String(count)], { stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  assert.ok(child.stdout !== null && child.stderr !== null);
  child.stdout.resume();
  const [[code], stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
  return { code: code as number | null, stderr };
}

describe("a store used by several processes", () => {
  let dir: string;
  let store: Store | undefined;
  let problems: StoreProblem[];

  beforeEach(async () => {
    problems = [];
    store = undefined;
    dir = await mkdtemp(join(tmpdir(), "strata-store-"));
  });
  afterEach(async () => {
    await store?.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(): Promise<Store> {
    store = await openStore(dir, { onProblem: (problem) => problems.push(problem) });
    return store;
  }

  it("loses nothing when four make it and write to it at once", async function () {
    this.timeout(60_000);
    const rounds = 60;
    const names = ["a", "b", "c", "d"];
    const results = await Promise.all(names.map((name) => ended(startWriter(dir, name, rounds))));
    for (const result of results) assert.deepEqual(result, { code: 0, stderr: "" });
    const { content, index } = await open();
    for (let n = 0; n < rounds; n++) {
      const records = await index.records(keyOf(n));
      assert.deepEqual(records.map(({ cell }) => cell).sort(), names, `key ${n}`);
      for (const digest of records.flatMap(contentOf)) assert.equal(await content.verify(digest), true);
      for (const name of names) assert.notEqual(await index.head("notebook", `${name}-${n}`), undefined);
    }
    assert.deepEqual(problems, []);
  });

  it("keeps everything that was finished before a kill, and nothing half-written", async function () {
    this.timeout(60_000);
    for (let round = 1; round <= 6; round++) {
      const child = startWriter(dir, `killed-${round}`, 10_000);
      assert.ok(child.stdout !== null);
      const said: string[] = [];
      const lines = createInterface({ input: child.stdout });
      lines.on("line", (line) => {
        said.push(line);
        // Another point of its work each time.
        if (said.length === round * 3) child.kill("SIGKILL");
      });
      await once(child, "close");
      const { content, index } = await open();
      for (const line of said) {
        const [key = "", digest = ""] = line.split(" ");
        const record = (await index.records(key)).find(({ cell }) => cell === `killed-${round}`);
        assert.deepEqual(
          record?.values.map((value) => value.digest),
          [digest],
        );
      }
      // Whatever else got in is whole: every record has its content, and every file in place is right.
      for (let n = 0; n < said.length + 5; n++) {
        for (const digest of (await index.records(keyOf(n))).flatMap(contentOf))
          assert.equal(await content.verify(digest), true);
      }
      for (const digest of await digestsIn(join(dir, "v1", "content")))
        assert.equal(await content.verify(digest), true);
      await index.add(sampleRecord(1, { cell: "after" }));
      assert.equal((await index.records(keyOf(1)))[0]?.cell, "after");
      await store?.close();
    }
    assert.deepEqual(problems, []);
  });
});

async function digestsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.parentPath.slice(-2) + entry.name);
}

/** Several real processes on one store, and processes killed in the middle of writing. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
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

interface Writer {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterableIterator<string>;
}

/** Resolves when it waits for the word to begin, so that several can begin together. */
async function startWriter(dir: string, name: string, count: number, bytes: number): Promise<Writer> {
  const child = spawn(process.execPath, [WRITER, dir, name, String(count), String(bytes)], { stdio: "pipe" });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, "ready");
  return { child, lines };
}

async function finish({ child, lines }: Writer): Promise<{ code: unknown; stderr: string }> {
  const closed = once(child, "close");
  const stderr = text(child.stderr);
  for await (const _ of lines);
  return { code: (await closed)[0], stderr: await stderr };
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
    const writers = await Promise.all(names.map((name) => startWriter(dir, name, rounds, 20_000)));
    for (const { child } of writers) child.stdin.write("go");
    const results = await Promise.all(writers.map(finish));
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

  it("is made once, whoever comes first", async function () {
    this.timeout(60_000);
    const names = ["a", "b", "c", "d"];
    for (let round = 0; round < 3; round++) {
      const fresh = join(dir, String(round));
      const writers = await Promise.all(names.map((name) => startWriter(fresh, name, 1, 1)));
      for (const { child } of writers) child.stdin.write("go");
      for (const result of await Promise.all(writers.map(finish))) assert.deepEqual(result, { code: 0, stderr: "" });
      const made = await openStore(fresh, { onProblem: (problem) => problems.push(problem) });
      assert.deepEqual((await made.index.records(keyOf(0))).map(({ cell }) => cell).sort(), names);
      assert.deepEqual(await readdir(made.tmp), []);
      await made.close();
    }
    assert.deepEqual(problems, []);
  });

  it("keeps everything that was finished before a kill, and nothing half-written", async function () {
    this.timeout(60_000);
    for (let round = 1; round <= 4; round++) {
      const { child, lines } = await startWriter(dir, `killed-${round}`, 10_000, 4 << 20);
      child.stdin.write("go");
      const said: string[] = [];
      for await (const line of lines) {
        said.push(line);
        // Another point of its work each time, most often in the middle of a file.
        if (said.length === round) child.kill("SIGKILL");
      }
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
      for (const digest of await digestsIn(join(dir, "v2", "content")))
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

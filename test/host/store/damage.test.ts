/** Damaged bytes, damaged indexes and deleted folders: always a miss, always said, never an error. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  cp,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore, type Store } from "../../../extension/host/store/open.ts";
import { keyOf, observing, sampleHead, sampleRecord } from "./samples.ts";

describe("a damaged store", () => {
  let dir: string;
  let problems: string[];
  const opened: Store[] = [];

  beforeEach(async () => {
    problems = [];
    dir = await mkdtemp(join(tmpdir(), "strata-store-"));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function open(): Promise<Store> {
    const store = await openStore(dir, { onProblem: ({ code }) => problems.push(code) });
    opened.push(store);
    return store;
  }

  const bytes = Buffer.from("a value of some length".repeat(100));
  const damages: readonly { name: string; damage: (path: string) => Promise<void>; said: readonly string[] }[] = [
    { name: "truncated", damage: (path) => truncate(path, 100), said: ["content-damaged"] },
    { name: "emptied", damage: (path) => truncate(path, 0), said: ["content-damaged"] },
    { name: "flipped in one bit, its times set back", damage: flip, said: ["content-damaged"] },
    { name: "longer", damage: (path) => writeFile(path, "more", { flag: "a" }), said: ["content-damaged"] },
    { name: "removed", damage: unlink, said: [] },
  ];
  for (const { name, damage, said } of damages) {
    for (const how of ["read", "verify"] as const) {
      it(`misses content that was ${name} after it had been ${how}, and takes it again`, async () => {
        const { content } = await open();
        const digest = await content.put(bytes);
        // A time that can be set back to the nanosecond.
        await utimes(content.path(digest), 1, 1);
        assert.ok(await content[how](digest));
        await damage(content.path(digest));
        assert.ok(!(await content[how](digest)));
        assert.deepEqual(problems, said);
        assert.equal(await content.has(digest), false);
        await content.put(bytes);
        assert.deepEqual(await content.read(digest), bytes);
      });
    }

    it(`put mends content that was ${name}`, async () => {
      const { content } = await open();
      const digest = await content.put(bytes);
      await damage(content.path(digest));
      await content.put(bytes);
      assert.deepEqual(await content.read(digest), bytes);
    });
  }

  it("moves damaged bytes aside instead of deleting them", async () => {
    const { content, tmp } = await open();
    const digest = await content.put(bytes);
    await truncate(content.path(digest), 100);
    await content.read(digest);
    assert.deepEqual(await readFile(join(tmp, `damaged-${digest}`)), bytes.subarray(0, 100));
  });

  it("does not take a path from a digest that is none", async () => {
    const { content } = await open();
    assert.throws(() => content.path("../../etc/passwd"), RangeError);
    assert.equal(await content.read("../../etc/passwd"), undefined);
    assert.equal(await content.has("A".repeat(64)), false);
  });

  const indexDamages: readonly { name: string; damage: (file: string) => Promise<void> }[] = [
    { name: "is no database", damage: (file) => writeFile(file, "this is not a database, by any means".repeat(300)) },
    { name: "has its pages overwritten", damage: overwritePages },
    { name: "was truncated", damage: (file) => truncate(file, 5000) },
  ];
  for (const { name, damage } of indexDamages) {
    it(`begins a new index when the old one ${name}, and keeps the old one aside`, async () => {
      const before = await open();
      for (let n = 0; n < 100; n++) await before.index.add(sampleRecord(n));
      await before.close();
      const file = join(dir, "v2", "index.sqlite");
      await damage(file);
      const damaged = await readFile(file);
      const { index } = await open();
      for (let n = 0; n < 100; n++) await index.records(keyOf(n));
      await index.add(observing(7, "new"));
      assert.equal((await index.records(keyOf(7))).length, 1);
      assert.deepEqual(problems, ["index-damaged"]);
      const aside = (await readdir(join(dir, "v2"))).filter((entry) => /damaged-[0-9a-f]+$/.test(entry));
      assert.equal(aside.length, 1);
      assert.deepEqual(await readFile(join(dir, "v2", aside[0] ?? "")), damaged);
      assert.equal((await (await open()).index.records(keyOf(7))).length, 1);
    });
  }

  it("lets nothing of a damaged index's log come back in the new one", async () => {
    const writer = await open();
    for (let n = 0; n < 100; n++) await writer.index.add(sampleRecord(n));
    const file = join(dir, "v2", "index.sqlite");
    const outside = new DatabaseSync(file);
    outside.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    // Of the same length: one page in the middle of the file is in the log, and the first is not.
    outside.exec("UPDATE keyv SET value = upper(value) WHERE key LIKE '%10'");
    // What a crash leaves: the file and its log, with nobody to fold one into the other.
    const crashed = join(dir, "crashed");
    await cp(join(dir, "v2"), join(crashed, "v2"), { recursive: true });
    outside.close();
    await writeFile(join(crashed, "v2", "index.sqlite"), Buffer.alloc(200_000, 0x5a));
    assert.ok((await stat(join(crashed, "v2", "index.sqlite-wal"))).size > 0);
    const store = await openStore(crashed, { onProblem: ({ code }) => problems.push(code) });
    opened.push(store);
    assert.deepEqual(problems, ["index-damaged"]);
    await store.index.add(sampleRecord(1));
    assert.equal((await store.index.records(keyOf(1))).length, 1);
    assert.deepEqual(await store.index.records(keyOf(2)), []);
    await store.close();
    const again = await openStore(crashed, { onProblem: ({ code }) => problems.push(code) });
    opened.push(again);
    for (let n = 0; n < 100; n++) assert.equal((await again.index.records(keyOf(n))).length, n === 1 ? 1 : 0);
    assert.deepEqual(problems, ["index-damaged"]);
  });

  it("replaces an index that is damaged while several use it, once", async () => {
    const [first, second] = [await open(), await open()];
    for (let n = 0; n < 100; n++) await first.index.add(sampleRecord(n));
    // Folds the log into the file, so that the damage is what is read.
    const outside = new DatabaseSync(join(dir, "v2", "index.sqlite"));
    outside.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    outside.close();
    await overwritePages(join(dir, "v2", "index.sqlite"));
    const third = await open();
    await Promise.all([first, second, third].flatMap(({ index }) => [3, 50, 99].map((n) => index.records(keyOf(n)))));
    for (const [n, { index }] of [first, second, third].entries()) await index.add(observing(200, `from ${n}`));
    for (const { index } of [first, second, third]) {
      await index.refresh();
      assert.equal((await index.records(keyOf(200))).length, 3);
    }
    assert.equal((await readdir(join(dir, "v2"))).filter((entry) => /damaged-[0-9a-f]+$/.test(entry)).length, 1);
  });

  const rows: readonly { name: string; value: string }[] = [
    { name: "no JSON", value: "{" },
    { name: "another shape", value: '{"value":{"records":[]}}' },
    { name: "a record of a later version", value: JSON.stringify({ value: [{ ...sampleRecord(1), version: 2 }] }) },
    { name: "a record of another key", value: JSON.stringify({ value: [sampleRecord(2)] }) },
    {
      name: "a record with a part missing",
      value: JSON.stringify({ value: [{ ...sampleRecord(1), observed: undefined }] }),
    },
  ];
  for (const { name, value } of rows) {
    it(`reads a row that holds ${name} as no record, and writes over it`, async () => {
      const { index } = await open();
      await index.add(sampleRecord(1));
      await index.setHead("notebook", "cell", sampleHead(1));
      const outside = new DatabaseSync(join(dir, "v2", "index.sqlite"));
      outside.prepare("UPDATE keyv SET value = ?").run(value);
      outside.close();
      assert.deepEqual(await index.records(keyOf(1)), []);
      assert.equal(await index.head("notebook", "cell"), undefined);
      await index.add(sampleRecord(1));
      assert.equal((await index.records(keyOf(1))).length, 1);
      assert.deepEqual(problems, []);
    });
  }

  it("goes on in a new folder when the store is deleted under it", async () => {
    const { content, index } = await open();
    const digest = await content.put(bytes);
    await index.add(sampleRecord(1));
    await rm(join(dir, "v2"), { recursive: true });
    assert.deepEqual(await index.records(keyOf(1)), []);
    assert.equal(await content.read(digest), undefined);
    await content.put(bytes);
    await index.add(sampleRecord(2));
    const other = await open();
    assert.equal((await other.index.records(keyOf(2))).length, 1);
    assert.deepEqual(await other.content.read(digest), bytes);
    assert.deepEqual(problems, []);
  });

  it("sweeps temporary files that a killed process left long ago, and only those", async () => {
    const { tmp } = await open();
    for (const [name, days] of [
      ["old", 30],
      ["young", 1],
    ] as const) {
      await writeFile(join(tmp, name), "x");
      const time = new Date(Date.UTC(2026, 0, 31 - days));
      await utimes(join(tmp, name), time, time);
    }
    const store = await openStore(dir, { onProblem: () => undefined, now: () => Date.UTC(2026, 0, 31) });
    await store.close();
    assert.deepEqual([existsSync(join(tmp, "old")), existsSync(join(tmp, "young"))], [false, true]);
  });
});

async function flip(path: string): Promise<void> {
  const file = await openFile(path, "r+");
  const at = Buffer.alloc(1);
  await file.read(at, 0, 1, 200);
  await file.write(Buffer.from([(at[0] ?? 0) ^ 1]), 0, 1, 200);
  await file.close();
  await utimes(path, 1, 1);
}

/** Leaves the first page, so that the file still opens as a database. */
async function overwritePages(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await openFile(path, "r+");
  await file.write(Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096);
  await file.close();
}

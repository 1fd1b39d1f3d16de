/**
 * A medium that cannot be written. Permissions do not stop the superuser, so read-only and full are tried on small
 * file systems of their own where mounting is allowed, and with a limit on file sizes everywhere.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../../../extension/host/store/open.ts";
import type { StoreProblem } from "../../../extension/host/store/problem.ts";
import { keyOf, observing, sampleHead, sampleRecord } from "./samples.ts";

describe("a store whose medium fails", () => {
  let dir: string;
  let problems: StoreProblem[];
  let mounted: string | undefined;
  const opened: Store[] = [];

  beforeEach(() => {
    problems = [];
    dir = mkdtempSync(join(tmpdir(), "strata-store-"));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    if (mounted !== undefined) execFileSync("umount", [mounted]);
    mounted = undefined;
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(at: string): Promise<Store> {
    const store = await openStore(at, { onProblem: (problem) => problems.push(problem) });
    opened.push(store);
    return store;
  }

  function mount(size: string): string | undefined {
    const at = join(dir, "mounted");
    mkdirSync(at);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", at]).status !== 0) return undefined;
    mounted = at;
    return at;
  }

  /** What a session still has when nothing can be written. */
  async function worksInMemory({ content, index }: Store): Promise<void> {
    const digest = await content.put(Buffer.from("kept"));
    assert.equal(await content.has(digest), true);
    assert.deepEqual(Buffer.from((await content.read(digest)) ?? []), Buffer.from("kept"));
    await index.add(observing(500, "a"));
    await index.add(observing(500, "b"));
    await index.setHead("notebook", "cell", sampleHead(500));
    await index.refresh();
    assert.equal((await index.records(keyOf(500))).length, 2);
    assert.deepEqual(await index.head("notebook", "cell"), sampleHead(500));
    await index.forget("notebook");
    assert.deepEqual(await index.records(keyOf(500)), []);
  }

  function names(path: string, codes: readonly string[]): void {
    assert.notEqual(problems.length, 0);
    for (const problem of problems) {
      assert.ok(codes.includes(problem.code), `${problem.code}: ${problem.message}`);
      assert.ok(problem.path.startsWith(path), problem.path);
      assert.ok(problem.message.includes(problem.path), problem.message);
    }
  }

  it("works in memory when a file stands where its folder should be", async () => {
    writeFileSync(join(dir, "store"), "a file");
    await worksInMemory(await open(join(dir, "store")));
    names(join(dir, "store"), ["store-unavailable"]);
  });

  it("works in memory when a folder stands where its index should be", async () => {
    mkdirSync(join(dir, "v2", "index.sqlite"), { recursive: true });
    await worksInMemory(await open(dir));
    names(join(dir, "v2", "index.sqlite"), ["store-unavailable"]);
  });

  it("shows what is stored on a read-only medium, and works in memory for the rest", async function () {
    const at = mount("4m");
    if (at === undefined) this.skip();
    const before = await open(at);
    const digest = await before.content.put(Buffer.from("old"));
    await before.index.add(sampleRecord(1));
    await before.close();
    execFileSync("mount", ["-o", "remount,ro", at]);
    const store = await open(at);
    assert.deepEqual(Buffer.from((await store.content.read(digest)) ?? []), Buffer.from("old"));
    assert.equal((await store.index.records(keyOf(1))).length, 1);
    await worksInMemory(store);
    names(at, ["store-read-only"]);
  });

  it("makes nothing on an empty read-only medium, and works in memory", async function () {
    const at = mount("4m");
    if (at === undefined) this.skip();
    execFileSync("mount", ["-o", "remount,ro", at]);
    await worksInMemory(await open(at));
    names(at, ["store-read-only", "store-unavailable"]);
  });

  it("keeps what was stored when the medium fills up, and says so once", async function () {
    const at = mount("512k");
    if (at === undefined) this.skip();
    const store = await open(at);
    await store.index.add(sampleRecord(1));
    writeFileSync(join(at, "filler"), Buffer.alloc(64 << 10));
    const digests: string[] = [];
    for (let n = 0; n < 40; n++) {
      digests.push(await store.content.put(Buffer.alloc(16 << 10, n)));
      await store.index.add(
        observing(2, `p${n}`, { durationMs: n, outputs: [{ type: "stream", name: "stdout", text: "x".repeat(9000) }] }),
      );
    }
    names(at, ["store-full"]);
    assert.equal(problems.length, 2);
    for (const digest of digests) assert.notEqual(await store.content.read(digest), undefined);
    assert.equal((await store.index.records(keyOf(1))).length, 1);
    assert.equal((await store.index.records(keyOf(2)))[0]?.durationMs, 39);
    // Room again: what was only in memory goes to disk with the next result of its key.
    rmSync(join(at, "filler"));
    rmSync(join(at, "v2", "content"), { recursive: true });
    await store.index.add(observing(2, "last"));
    await store.content.put(Buffer.from("again"));
    const other = await open(at);
    assert.equal((await other.index.records(keyOf(2))).length, 8);
  });

  it("is complete after a process that could not write large files", async () => {
    const script = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, "../../../extension/host/store/open.ts"))};
      process.on("SIGXFSZ", () => undefined);
      const codes = [];
      const store = await openStore(process.argv[1], { onProblem: (problem) => codes.push(problem.code) });
      const small = await store.content.put(Buffer.alloc(1000));
      const large = await store.content.put(Buffer.alloc(4 << 20));
      process.stdout.write(JSON.stringify({ codes, small, large: (await store.content.read(large)).length }));
      await store.close();`;
    const command = `ulimit -f 1024; exec "$0" --input-type=module -e "$1" "$2"`;
    const result = spawnSync("sh", ["-c", command, process.execPath, script, dir], { encoding: "utf8" });
    assert.equal(result.stderr, "");
    const { codes, small, large } = JSON.parse(result.stdout) as { codes: string[]; small: string; large: number };
    assert.deepEqual({ codes, large }, { codes: ["store-full"], large: 4 << 20 });
    // Nothing half-written stands under a final name, and nothing is left beside it.
    const files = (folder: string) =>
      readdirSync(join(dir, "v2", folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(
      files("content").map(({ name }) => name),
      [small.slice(2)],
    );
    assert.deepEqual(files("tmp"), []);
    assert.equal(await (await open(dir)).content.verify(small), true);
  });
});

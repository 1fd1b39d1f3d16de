/** Collections of a store on disk: beside writers and readers, cut short, and where links lead elsewhere. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, open as openFile, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Inventory, planCollection } from "../../../extension/core/store/collect.ts";
import { contentOf } from "../../../extension/core/store/record.ts";
import { collectStore } from "../../../extension/host/engine/collect.ts";
import { beginLease } from "../../../extension/host/store/leases.ts";
import { openStore, type Store } from "../../../extension/host/store/open.ts";
import { keyOf, sampleHead, withValue } from "./samples.ts";

/** Everything in a test is made in the present, which is long ago for a collection at this time. */
const LATER = Date.now() + 365 * 86_400_000;
const NOTHING = { keys: new Set<string>(), cells: new Map<string, Set<string>>() };

describe("a collection of a store on disk", () => {
  let dir: string;
  let problems: string[];
  let opened: Store[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "strata-collect-"));
    [problems, opened] = [[], []];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await rm(dir, { recursive: true, force: true });
    assert.deepEqual(problems, []);
  });

  async function open(): Promise<Store> {
    const store = await openStore(dir, { onProblem: ({ code, message }) => problems.push(`${code}: ${message}`) });
    opened.push(store);
    return store;
  }

  const bytesOf = (n: number) => Buffer.alloc(10_000, `value ${n} `);
  async function add(store: Store, n: number): Promise<string> {
    const bytes = bytesOf(n);
    const digest = await store.content.put(bytes);
    await store.index.add(withValue(n, digest, bytes.length));
    return digest;
  }
  const collect = (store: Store, keys: readonly number[] = [], more: { limit?: number; dryRun?: boolean } = {}) =>
    collectStore({
      store,
      roots: async () => ({ keys: new Set(keys.map(keyOf)), cells: new Map([["notebook", new Set(["cell"])]]) }),
      limit: 0,
      dryRun: false,
      now: LATER,
      ...more,
    });
  const has = async (store: Store, digests: readonly string[]) =>
    Promise.all(digests.map((digest) => store.content.has(digest)));

  it("removes what no cell needs, and leaves what one does", async () => {
    const store = await open();
    const digests = [];
    for (let n = 0; n < 4; n++) digests.push(await add(store, n));
    await store.index.setHead("notebook", "cell", sampleHead(2));
    const orphan = await store.content.put(Buffer.from("nobody's"));
    const { removed, collection } = await collect(store, [0]);
    assert.deepEqual([removed?.records, removed?.files], [2, 3]);
    assert.equal(removed?.bytes, collection.freed);
    assert.deepEqual(await has(store, [...digests, orphan]), [true, false, true, false, false]);
    for (const [n, count] of [1, 0, 1, 0].entries()) {
      assert.equal((await store.index.records(keyOf(n))).length, count);
      assert.equal((await (await open()).index.records(keyOf(n))).length, count);
    }
    const again = await collect(store, [0]);
    assert.deepEqual([again.removed?.records, again.removed?.files], [0, 0]);
  });

  it("says the same in a dry run, and removes nothing", async () => {
    const store = await open();
    for (let n = 0; n < 3; n++) await add(store, n);
    const dry = await collect(store, [0], { dryRun: true });
    assert.equal(dry.removed, undefined);
    assert.equal(dry.collection.records.length, 2);
    const real = await collect(store, [0]);
    assert.equal(real.removed?.bytes, dry.collection.freed);
  });

  it("leaves results alone while a run is going on elsewhere, and after it has ended does not", async () => {
    const store = await open();
    const digest = await add(store, 1);
    const lease = await beginLease(store.tmp);
    // A collection in the present: the lease is young, so are the results; an hour on, only the lease would be old.
    const inventory: Inventory = await store.maintenance.inventory();
    const busySince = await store.maintenance.busySince(Date.now());
    assert.ok(busySince !== undefined);
    const held = planCollection(inventory, NOTHING, { now: LATER, limit: 0, busySince });
    assert.deepEqual([held.records, held.content], [[], []]);
    await lease.end();
    assert.equal(await store.maintenance.busySince(Date.now()), undefined);
    await collect(store);
    assert.deepEqual(await has(store, [digest]), [false]);
  });

  for (const [what, time] of [
    ["long ago", 0],
    ["in a time to come, before the clock was set back", Date.now() + 86_400_000],
  ] as const) {
    it(`is not kept from its work by a run that was killed ${what}`, async () => {
      const store = await open();
      await add(store, 1);
      const file = join(store.tmp, `running-${time}-killed`);
      await writeFile(file, "");
      await utimes(file, time / 1000, time / 1000);
      assert.equal(await store.maintenance.busySince(Date.now()), undefined);
      assert.ok(!existsSync(file));
    });
  }

  it("leaves content that was put again after the list was made", async () => {
    const store = await open();
    const digest = await store.content.put(bytesOf(1));
    const old = new Date(Date.now() - 86_400_000);
    await utimes(store.content.path(digest), old, old);
    const inventory = await store.maintenance.inventory();
    const collection = planCollection(inventory, NOTHING, { now: Date.now(), limit: 0 });
    assert.deepEqual(collection.content, [digest]);
    await store.content.put(bytesOf(1));
    assert.equal((await store.maintenance.remove(collection, inventory)).files, 0);
    assert.deepEqual(await store.content.read(digest), bytesOf(1));
  });

  it("leaves content that a record has come to name since the list was made", async () => {
    const store = await open();
    const digest = await store.content.put(bytesOf(1));
    const inventory = await store.maintenance.inventory();
    const collection = planCollection(inventory, NOTHING, { now: LATER, limit: 0 });
    assert.deepEqual(collection.content, [digest]);
    await (await open()).index.add(withValue(1, digest, 10_000));
    assert.equal((await store.maintenance.remove(collection, inventory)).files, 0);
    assert.deepEqual(await has(store, [digest]), [true]);
  });

  it("takes nothing from a reader that has the file open", async function () {
    if (process.platform === "win32") return this.skip();
    const store = await open();
    const digest = await add(store, 1);
    const file = await openFile(store.content.path(digest), "r");
    try {
      await collect(store);
      assert.deepEqual(await has(store, [digest]), [false]);
      assert.deepEqual(await file.readFile(), bytesOf(1));
    } finally {
      await file.close();
    }
  });

  it("leaves a store whole when it is cut short between the index and the files", async () => {
    const store = await open();
    const digests = [await add(store, 1), await add(store, 2)];
    const inventory = await store.maintenance.inventory();
    const collection = planCollection(inventory, NOTHING, { now: LATER, limit: 0 });
    // What a kill leaves there: the records are gone, the files are not.
    await store.maintenance.remove({ ...collection, content: [] }, inventory);
    assert.deepEqual(await has(store, digests), [true, true]);
    const after = await open();
    assert.deepEqual(await after.index.records(keyOf(1)), []);
    assert.equal(await add(after, 1), digests[0]);
    assert.equal((await after.index.records(keyOf(1))).length, 1);
    const rest = await collect(after, [1]);
    assert.equal(rest.removed?.files, 1);
  });

  it("damages nothing for two writers, four readers and a second collection at work at once", async function () {
    this.timeout(60_000);
    const stores = await Promise.all(Array.from({ length: 8 }, open));
    const [first, second, ...readers] = stores as [Store, Store, ...Store[]];
    let writing = 2;
    const complete = { seen: 0 };
    const write = async (store: Store, from: number): Promise<void> => {
      for (let n = from; n < from + 40; n++) {
        await add(store, n);
        await store.index.setHead("notebook", `${n % 10}`, sampleHead(n));
      }
    };
    const read = async (store: Store): Promise<void> => {
      while (writing > 0) {
        // What is in memory is answered without waiting: let the others have their turn.
        await turn();
        await store.index.refresh();
        for (let n = 0; n < 120; n += 7) {
          for (const record of await store.index.records(keyOf(n))) {
            for (const digest of contentOf(record)) {
              const bytes = await store.content.read(digest);
              // Gone is allowed, and only after the record went; wrong never is.
              if (bytes !== undefined) assert.deepEqual(bytes, bytesOf(n));
              complete.seen += bytes === undefined ? 0 : 1;
            }
          }
        }
      }
    };
    const sweep = async (store: Store): Promise<void> => {
      while (writing > 0) {
        await turn();
        await collect(store, [1, 2, 3, 101, 102, 103]);
      }
    };
    const [sweeper, other, ...rest] = readers as [Store, Store, ...Store[]];
    const written = (work: Promise<void>) => work.finally(() => writing--);
    await Promise.all([
      written(write(first, 0)),
      written(write(second, 100)),
      sweep(sweeper),
      sweep(other),
      ...rest.map(read),
    ]);
    assert.ok(complete.seen > 0);
    // A collection that takes everything for old may win against a record that is about to come: then it is a miss.
    const incomplete = problems.splice(0).filter((problem) => !problem.startsWith("record-incomplete"));
    assert.deepEqual(incomplete, []);
    const end = await open();
    for (const n of [1, 2, 3, 101, 102, 103]) {
      for (const record of await end.index.records(keyOf(n))) {
        for (const digest of contentOf(record)) assert.deepEqual(await end.content.read(digest), bytesOf(n));
      }
    }
  });

  it("removes no file where a link in the store leads elsewhere", async () => {
    const elsewhere = join(dir, "elsewhere");
    await mkdir(join(elsewhere, "ab"), { recursive: true });
    const precious = join(elsewhere, "ab", "c".repeat(62));
    await writeFile(precious, "precious");
    await writeFile(join(elsewhere, "put-precious"), "precious");
    const store = await open();
    await symlink(join(elsewhere, "ab"), join(store.contentDir, "ab"));
    await rm(store.tmp, { recursive: true });
    await symlink(elsewhere, store.tmp);
    await collect(store);
    assert.equal(readFileSync(precious, "utf8"), "precious");
    assert.deepEqual(readdirSync(elsewhere).sort(), ["ab", "put-precious"]);
  });

  it("removes damaged and temporary files, and no others", async () => {
    const store = await open();
    for (const name of ["damaged-x", "put-x", "guest-1-1", "mine"]) await writeFile(join(store.tmp, name), "x");
    await collect(store);
    assert.deepEqual(await readdir(store.tmp), ["mine"]);
  });
});

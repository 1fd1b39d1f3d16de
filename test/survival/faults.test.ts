/** Real notebooks on a disk that is full, read-only or slow, by a clock that jumps, and beside others on one store. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { EngineStore } from "../../extension/core/engine/ports.ts";
import type { OpenNotebook, OpenOptions } from "../../extension/host/engine/open.ts";
import { testPython } from "../harness/python-env.ts";
import { checkFresh, IDS, open, runAll, textOf, writeNotebook } from "./notebook.ts";
import { generator } from "./random.ts";

const RealDate = Date;
const ALL = { target: { kind: "all" }, force: false } as const;

describe("a notebook", function () {
  this.timeout(60_000);
  let place: string;
  let folder: string;
  let python: string;
  let mounted: string | undefined;
  let problems: string[];
  const opened: OpenNotebook[] = [];

  beforeEach(async () => {
    python = await testPython();
    place = await mkdtemp(join(tmpdir(), "strata-faults-"));
    folder = join(place, "notebook");
    problems = [];
    await writeNotebook(folder, 1);
  });
  afterEach(async () => {
    globalThis.Date = RealDate;
    for (const one of opened.splice(0)) await one.close();
    if (mounted !== undefined) execFileSync("umount", [mounted]);
    mounted = undefined;
    await rm(place, { recursive: true, force: true });
  });

  async function start(more: Partial<OpenOptions> = {}): Promise<OpenNotebook> {
    const one = await open(folder, python, problems, more);
    opened.push(one);
    return one;
  }

  function mount(size: string): string | undefined {
    const at = join(place, "mounted");
    mkdirSync(at);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", at]).status !== 0) return undefined;
    mounted = at;
    return at;
  }

  /** How each cell ended: "ok", or the error's name and message. */
  async function run(one: OpenNotebook): Promise<Record<string, string>> {
    const ends: Record<string, string> = {};
    await one.engine.run(
      ALL,
      (event) => {
        if (event.type !== "ended") return;
        const { outcome } = event;
        ends[event.cell] =
          outcome.status === "error" ? `${outcome.error.name}: ${outcome.error.message}` : outcome.status;
      },
      new AbortController().signal,
    );
    return ends;
  }

  it("says of a cell that its result had no room, runs the others, and all when there is room again", async function () {
    const at = mount("5m");
    if (at === undefined) return this.skip();
    writeFileSync(join(at, "filler"), Buffer.alloc(3_500_000));
    const one = await start({ store: join(at, "store") });
    const ends = await run(one);
    assert.match(ends.bytes ?? "", /NotStored: .*No space left on device.*Make room/, JSON.stringify(ends));
    assert.deepEqual([ends.list, ends.slow, ends.both, ends.end], ["ok", "ok", "skipped", "skipped"]);
    assert.equal(await checkFresh(one, 1, true), 2);
    rmSync(join(at, "filler"));
    await runAll(one, 1);
    const later = await start({ store: join(at, "store") });
    assert.equal(await checkFresh(later, 1, true), IDS.length);
  });

  it("shows what is stored on a read-only disk, and says what cannot be run there", async function () {
    const at = mount("20m");
    if (at === undefined) return this.skip();
    const before = await open(folder, python, problems, { store: join(at, "store") });
    await runAll(before, 1);
    await before.close();
    assert.deepEqual(problems, []);
    execFileSync("mount", ["-o", "remount,ro", at]);
    const one = await start({ store: join(at, "store") });
    assert.equal(await checkFresh(one, 1, true), IDS.length);
    // All of it is reused: nothing needs to be written.
    assert.deepEqual(await run(one), Object.fromEntries(IDS.map((id) => [id, "ok"])));
    await one.close();
    opened.pop();
    writeFileSync(join(folder, "cells", "slow.py"), "print('new')");
    const changed = await start({ store: join(at, "store") });
    const ends = await run(changed);
    assert.match(ends.slow ?? "", /[Rr]ead-only file system/);
    assert.ok(
      problems.some((problem) => /cannot be written|Make the folder writable/.test(problem)),
      problems.join("\n"),
    );
    assert.equal((await changed.collect({ dryRun: true, limit: 0, now: Date.now() })).removed, undefined);
  });

  it("is right on a disk that takes its time", async () => {
    const draw = generator(5);
    const slowly =
      <A extends unknown[], R>(work: (...args: A) => R) =>
      async (...args: A): Promise<Awaited<R>> => {
        await pause(draw() * 30);
        return await work(...args);
      };
    const heads = (own: EngineStore): EngineStore => ({
      ...own,
      refresh: slowly(own.refresh),
      records: slowly(own.records),
      head: slowly(own.head),
      present: slowly(own.present),
      verify: slowly(own.verify),
      add: slowly(own.add),
      setHead: slowly(own.setHead),
    });
    const one = await start({ heads });
    const running = run(one);
    // Asked for meanwhile, as an editor does after every event.
    for (let n = 0; n < 5; n++) await checkFresh(one, 1, true);
    assert.deepEqual(await running, Object.fromEntries(IDS.map((id) => [id, "ok"])));
    assert.equal(await checkFresh(one, 1, true), IDS.length);
    assert.deepEqual(problems, []);
  });

  it("notices a changed file by a clock that jumps back and forward, and loses nothing that it needs", async () => {
    const days = (count: number) => count * 86_400_000;
    writeFileSync(join(folder, "cells", "slow.py"), "print(open('data.txt').read())");
    writeFileSync(join(folder, "data.txt"), "0");
    const one = await start();
    for (const [n, offset] of [0, days(-1), days(400), days(1), days(-400), 0].entries()) {
      setClock(offset);
      // The same size each time.
      writeFileSync(join(folder, "data.txt"), String(n));
      const stale = (await one.engine.plan()).cells.find(({ cell }) => cell === "slow");
      assert.notEqual(stale?.action, "reuse", `after the clock was set by ${offset / days(1)} days`);
      assert.equal((await run(one)).slow, "ok");
      assert.equal(textOf((await one.engine.stored("slow")).outputs), `${n}\n`);
      await one.collect({ dryRun: false, limit: 0, now: Date.now() });
      const fresh = (await one.engine.plan()).cells.filter(({ action }) => action === "reuse");
      assert.equal(fresh.length, IDS.length);
    }
    assert.deepEqual(problems, []);
  });

  it("is right for two that write and four that read one store at once", async () => {
    const store = join(place, "store");
    const folders = [1, 2].map((version) => ({ version, at: join(place, `notebook-${version}`) }));
    for (const { version, at } of folders) await writeNotebook(at, version);
    const readers = await Promise.all(
      [...folders, ...folders].map(async ({ version, at }) => ({
        version,
        one: await open(at, python, problems, { store }),
      })),
    );
    opened.push(...readers.map(({ one }) => one));
    const writers = folders.map(({ at }) =>
      spawn(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "victim.ts"), at, python, store],
        {
          stdio: ["ignore", "ignore", "inherit"],
        },
      ),
    );
    let writing = writers.length;
    const ends = writers.map((writer) => once(writer, "close").finally(() => writing--));
    let looks = 0;
    const read = async ({ version, one }: (typeof readers)[number]): Promise<void> => {
      while (writing > 0) {
        await checkFresh(one, version, true);
        looks++;
        await pause(50);
      }
    };
    await Promise.all(readers.map(read));
    assert.deepEqual(
      (await Promise.all(ends)).map(([code]) => code),
      [0, 0],
    );
    assert.ok(looks > readers.length);
    for (const { version, one } of readers) assert.equal(await checkFresh(one, version, true), IDS.length);
    assert.deepEqual(problems, []);
  });
});

/** The clock of this process, from now on. */
function setClock(offset: number): void {
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [string | number | Date]) {
      super(given.length === 0 ? RealDate.now() + offset : (given[0] as string));
    }
    static override now(): number {
      return RealDate.now() + offset;
    }
  } as DateConstructor;
}

/**
 * A store whose files were cut, flipped, overwritten, exchanged or removed at random: every kind of file there is, the
 * index, its log and the key among them. What is still shown fresh is right, a run makes the rest again, nothing fails.
 *
 *     FUZZ=500 FUZZ_SEED=3 npm run test:survival
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testPython } from "../harness/python-env.ts";
import { checkFresh, IDS, open, runAll, writeNotebook } from "./notebook.ts";
import { generator } from "./random.ts";

const CASES = Number(process.env.FUZZ ?? 30);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Cases after which the whole notebook is run, which costs a start of Python. */
const RUN_EVERY = 15;

type Draw = () => number;
type Damage = (file: string, draw: Draw, all: readonly string[]) => void;

const DAMAGES: Readonly<Record<string, Damage>> = {
  truncated: (file, draw) => writeFileSync(file, readFileSync(file).subarray(0, draw() * statSync(file).size)),
  emptied: (file) => writeFileSync(file, ""),
  "flipped in a few bits": (file, draw) => {
    const bytes = readFileSync(file);
    for (let left = 1 + Math.floor(draw() * 8); left > 0 && bytes.length > 0; left--) {
      const at = Math.floor(draw() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(draw() * 8));
    }
    writeFileSync(file, bytes);
  },
  "overwritten in the middle": (file, draw) => {
    const bytes = readFileSync(file);
    const at = Math.floor(draw() * bytes.length);
    bytes.fill(Math.floor(draw() * 256), at, Math.min(bytes.length, at + 1 + Math.floor(draw() * 5000)));
    writeFileSync(file, bytes);
  },
  longer: (file, draw) => writeFileSync(file, Buffer.alloc(1 + draw() * 9000, "more"), { flag: "a" }),
  removed: (file) => rmSync(file),
  "replaced by another": (file, draw, all) => {
    const other = all[Math.floor(draw() * all.length)] as string;
    writeFileSync(file, readFileSync(other));
  },
  "a folder now": (file) => {
    rmSync(file);
    mkdirSync(file);
  },
};

/** Each is drawn as often as the others, however many files are of a kind. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["content", /\/content\/../],
  ["index", /\/index\.sqlite$/],
  ["index", /\/index\.sqlite$/],
  ["log of the index", /\/index\.sqlite-wal$/],
  ["shared memory of the index", /\/index\.sqlite-shm$/],
  ["list of notebooks", /\/notebooks\//],
  ["stamp", /\/collected$/],
  ["key", /\/store-key$/],
];

describe(`a store after ${CASES} random damages`, function () {
  this.timeout(60_000 + CASES * 5000);
  let place: string;
  let python: string;
  const state = process.env.XDG_STATE_HOME;

  before(async () => {
    python = await testPython();
    place = await mkdtemp(join(tmpdir(), "strata-fuzz-"));
    process.env.XDG_STATE_HOME = join(place, "whole", "state");
    await mkdir(join(place, "whole"));
    await writeNotebook(join(place, "whole", "notebook"), 1);
    const first = await open(join(place, "whole", "notebook"), python, []);
    await runAll(first, 1);
    await first.close();
    const second = await open(join(place, "whole", "notebook"), python, []);
    // Copied while it is open, so that the log of the index is there, with something in it.
    const none = { target: { kind: "cells", cells: ["list"] }, force: true } as const;
    await second.engine.run(none, () => undefined, new AbortController().signal);
    cpSync(join(place, "whole"), join(place, "model"), { recursive: true });
    await second.close();
  });
  after(async () => {
    if (state === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = state;
    await rm(place, { recursive: true, force: true });
  });

  it("never says anything wrong, and never fails", async () => {
    const draw = generator(SEED);
    const seen: Record<string, number> = { fresh: 0, stale: 0, said: 0, runs: 0 };
    for (let n = 0; n < CASES; n++) {
      const copy = join(place, `case-${n}`);
      cpSync(join(place, "model"), copy, { recursive: true });
      const story: string[] = [];
      for (let left = draw() < 0.7 ? 1 : 3; left > 0; left--) story.push(damageOne(copy, draw));
      try {
        await examine(copy, seen, n % RUN_EVERY === RUN_EVERY - 1);
      } catch (error) {
        throw new Error(`case ${n} of seed ${SEED}: ${story.join(", ")}`, { cause: error });
      }
      rmSync(copy, { recursive: true, force: true });
    }
    process.stdout.write(`      ${JSON.stringify(seen)}\n`);
    // Damages that were never noticed, or that took everything each time, would prove nothing.
    assert.ok((seen.fresh ?? 0) > 0 && (seen.stale ?? 0) > 0 && (seen.said ?? 0) > 0);
  });

  async function examine(copy: string, seen: Record<string, number>, run: boolean): Promise<void> {
    process.env.XDG_STATE_HOME = join(copy, "state");
    const folder = join(copy, "notebook");
    const problems: string[] = [];
    const opened = await open(folder, python, problems);
    const count = (name: string, by: number): void => {
      seen[name] = (seen[name] ?? 0) + by;
    };
    try {
      const fresh = await checkFresh(opened, 1, false);
      for (const id of IDS) await opened.engine.stored(id);
      await opened.collect({ dryRun: false, limit: 0, now: Date.now() + 3600_000 });
      await checkFresh(opened, 1, false);
      count("fresh", fresh);
      count("stale", IDS.length - fresh);
      if (run) {
        count("runs", 1);
        await runAll(opened, 1, false);
      }
    } finally {
      await opened.close();
    }
    count("said", problems.length);
    for (const problem of problems) assert.match(problem, /^[^\n]+[.!]$/, "no sentence for a person");
  }
});

/** What was done to which file, relative to the copy. */
function damageOne(copy: string, draw: Draw): string {
  const all = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const of = (pattern: RegExp): string[] => all.filter((file) => pattern.test(file)).sort();
  const there = KINDS.filter(([, pattern]) => of(pattern).length > 0);
  const [kind, pattern] = there[Math.floor(draw() * there.length)] as (typeof KINDS)[number];
  const files = of(pattern);
  const file = files[Math.floor(draw() * files.length)] as string;
  const names = Object.keys(DAMAGES).sort();
  const name = names[Math.floor(draw() * names.length)] as string;
  DAMAGES[name]?.(file, draw, all);
  return `${kind} ${file.slice(copy.length + 1)} ${name}`;
}

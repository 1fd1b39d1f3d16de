/** Questions about files, asked again: each holds until its own answer is another one, and the harness gives the same. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Asked, Observation } from "../../../extension/core/store/model.ts";
import { createObserver, type Observer } from "../../../extension/host/observe/observer.ts";

const HARNESS = resolve(import.meta.dirname, "../../../python-harness");
const OLD = new Date("2026-01-01T00:00:00Z");
const TIME = `${OLD.getTime()}000000`;

describe("what a cell asked about a file", function () {
  this.timeout(20_000);
  let folder: string;
  let observer: Observer;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strata-asked-"));
    observer = createObserver({ folder });
    write("file", "12");
    mkdirSync(join(folder, "folder"));
    symlinkSync("file", join(folder, "link"));
    symlinkSync("nowhere", join(folder, "dangling"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, text: string, time: Date = OLD): void {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), time, time);
  }

  type Answer = Omit<Asked, "kind" | "path">;
  const HOLD: readonly (readonly [path: string, ...answers: Answer[]])[] = [
    ["file", { saw: "there" }, { saw: "file" }, { saw: "file", size: 2 }, { saw: "file", mtimeNs: TIME, mode: 0o644 }],
    ["file", { saw: "granted", access: 4 }, { saw: "refused", access: 1 }, { saw: "no link", link: true }],
    ["folder", { saw: "there" }, { saw: "folder" }, { saw: "folder", link: true }],
    ["link", { saw: "file", size: 2 }, { saw: "link", link: true }, { saw: "link", link: true, target: "file" }],
    ["dangling", { saw: "missing" }, { saw: "link", link: true }, { saw: "there", link: true }],
    ["file/below", { saw: "missing", link: true }, { saw: "no link", link: true }, { saw: "refused", access: 4 }],
    ["x".repeat(5000), { saw: "unreadable" }],
  ];
  for (const [path, ...answers] of HOLD) {
    for (const answer of answers) {
      it(`holds: ${path.slice(0, 20)} ${JSON.stringify(answer)}`, () => {
        if (path === "file" && "mode" in answer) chmodSync(join(folder, path), 0o644);
        assert.deepEqual(observer.check({ kind: "asked", path, ...answer }, {}), { holds: true });
      });
    }
  }

  const DIFFER: readonly (readonly [path: string, answer: Answer, now: string])[] = [
    ["file", { saw: "folder" }, "a file of 2 bytes"],
    ["file", { saw: "missing", link: true }, "a file of 2 bytes"],
    ["file", { saw: "file", size: 3 }, "a file of 2 bytes"],
    ["file", { saw: "file", mtimeNs: "1" }, "modified at another time"],
    ["file", { saw: "file", mode: 0o7 }, "other permissions"],
    ["file", { saw: "link", link: true }, "a file of 2 bytes"],
    ["file", { saw: "refused", access: 4 }, "access granted"],
    ["folder", { saw: "file" }, "a folder"],
    ["gone", { saw: "there" }, "missing"],
    ["gone", { saw: "granted", access: 4 }, "access refused"],
    ["gone", { saw: "folder", made: true }, "missing"],
    ["dangling", { saw: "there" }, "missing"],
    ["link", { saw: "no link", link: true }, "a link"],
    ["link", { saw: "link", link: true, target: "folder" }, "a link to file"],
  ];
  for (const [path, answer, now] of DIFFER) {
    it(`differs: ${path} ${JSON.stringify(answer)} → ${now}`, () => {
      assert.deepEqual(observer.check({ kind: "asked", path, ...answer }, {}), { holds: false, now });
    });
  }

  /** As the harness sees it. */
  const entries = (detail: "kinds" | "states"): Observation => {
    const script = `import sys\nsys.path.insert(0, sys.argv[1])\nfrom strata_harness.files import entries, entries_digest\nprint(entries_digest(entries(sys.argv[2], sys.argv[3] == 'states')))`;
    const digest = execFileSync("python3", ["-c", script, HARNESS, folder, detail], { encoding: "utf8" }).trim();
    return { kind: "directory", path: ".", digest, detail };
  };

  it("in a folder's entries holds for what the harness saw, names that are no text and pipes too", () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), "x");
    symlinkSync("folder", join(folder, "to-folder"));
    if (process.platform !== "win32") execFileSync("mkfifo", [join(folder, "pipe")]);
    assert.deepEqual(observer.check(entries("kinds"), {}), { holds: true });
    assert.deepEqual(observer.check(entries("states"), {}), { holds: true });
  });

  it("in a folder's entries differs when one is another thing, and with their states when a file is", () => {
    const [kinds, states] = [entries("kinds"), entries("states")];
    write("file", "34");
    assert.deepEqual(observer.check(states, {}), { holds: true });
    write("file", "345");
    assert.deepEqual(observer.check(kinds, {}), { holds: true });
    assert.deepEqual(observer.check(states, {}), { holds: false, now: "4 entries" });
    write("file", "12", new Date("2026-01-03T00:00:00Z"));
    assert.deepEqual(observer.check(states, {}), { holds: false, now: "4 entries" });
    rmSync(join(folder, "folder"), { recursive: true });
    write("folder", "1");
    assert.deepEqual(observer.check(kinds, {}), { holds: false, now: "4 entries" });
    rmSync(folder, { recursive: true });
    assert.deepEqual(observer.check(kinds, {}), { holds: false, now: "missing" });
  });

  it("in a folder whose time is old is remembered until that time is another, and never where a link leads", () => {
    rmSync(join(folder, "link"));
    rmSync(join(folder, "dangling"));
    utimesSync(folder, OLD, OLD);
    const seen = entries("kinds");
    assert.deepEqual(observer.check(seen, {}), { holds: true });
    rmSync(join(folder, "file"));
    assert.deepEqual(observer.check(seen, {}), { holds: false, now: "1 entries" });
    write("folder/x", "1");
    symlinkSync("folder/x", join(folder, "link"));
    utimesSync(folder, OLD, OLD);
    const linked = entries("kinds");
    assert.deepEqual(observer.check(linked, {}), { holds: true });
    rmSync(join(folder, "folder/x"));
    mkdirSync(join(folder, "folder/x"));
    assert.deepEqual(observer.check(linked, {}), { holds: false, now: "2 entries" });
  });

  it("about thousands of files leaves others their turn", async () => {
    mkdirSync(join(folder, "many"));
    for (let at = 0; at < 2100; at += 1) write(`many/${at}`, "1");
    const script = `import sys\nsys.path.insert(0, sys.argv[1])\nfrom strata_harness.files import entries, entries_digest\nprint(entries_digest(entries(sys.argv[2], True)))`;
    const digest = execFileSync("python3", ["-c", script, HARNESS, join(folder, "many")], { encoding: "utf8" }).trim();
    const seen: Observation = { kind: "directory", path: "many", digest, detail: "states" };
    const first = observer.check(seen, {});
    assert.ok(first instanceof Promise);
    assert.deepEqual(await first, { holds: true });
    write("many/2099", "12");
    assert.deepEqual(await observer.check(seen, {}), { holds: false, now: "2100 entries" });
  });
});

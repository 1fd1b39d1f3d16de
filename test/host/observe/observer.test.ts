/** What a run depended on, checked against real files; digests compared with what Python computes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "../../../extension/core/store/model.ts";
import { directoryDigest } from "../../../extension/host/observe/folders.ts";
import { createObserver, environDigest, type Observer } from "../../../extension/host/observe/observer.ts";

const OLD = new Date("2026-01-01T00:00:00Z");
const FINISHED = "2026-01-02T00:00:00.000Z";

describe("what a run observed", () => {
  let folder: string;
  let observer: Observer;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strata-observe-"));
    observer = createObserver({ folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, text: string, time: Date = OLD): void {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), time, time);
  }

  function seenFile(name: string, kind: "file" | "written" = "file"): Observation {
    const info = statSync(join(folder, name), { bigint: true });
    const digest = createHash("sha256")
      .update(execFileSync("cat", [join(folder, name)]))
      .digest("hex");
    return { kind, path: name, size: Number(info.size), mtimeNs: info.mtimeNs.toString(), digest };
  }

  const check = (seen: Observation, environ: Record<string, string> = {}, finished: string | undefined = FINISHED) =>
    observer.check(seen, environ, finished);

  for (const kind of ["file", "written"] as const) {
    describe(`a ${kind} observation`, () => {
      it("holds at once while size and time are the same", () => {
        write("data.csv", "a,b\n");
        assert.deepEqual(check(seenFile("data.csv", kind)), { holds: true });
      });

      it("holds for an absolute path", () => {
        write("data.csv", "a,b\n");
        assert.deepEqual(check({ ...seenFile("data.csv", kind), path: join(folder, "data.csv") } as Observation), {
          holds: true,
        });
      });

      it("holds when only the time differs, and then without hashing again", async () => {
        write("data.csv", "a,b\n");
        const seen = seenFile("data.csv", kind);
        write("data.csv", "a,b\n", new Date("2026-01-01T12:00:00Z"));
        const first = check(seen);
        assert.ok(first instanceof Promise);
        assert.deepEqual(await first, { holds: true });
        assert.deepEqual(check(seen), { holds: true });
      });

      const changes: readonly { name: string; change: () => void; now: string }[] = [
        { name: "grew", change: () => write("data.csv", "a,b,c\n"), now: "6 bytes" },
        {
          name: "changed at the same size",
          change: () => write("data.csv", "a,c\n", new Date("2026-01-01T12:00:00Z")),
          now: "changed",
        },
        { name: "was removed", change: () => rmSync(join(folder, "data.csv")), now: "missing" },
        {
          name: "became a folder",
          change: () => {
            rmSync(join(folder, "data.csv"));
            mkdirSync(join(folder, "data.csv"));
          },
          now: "not a file",
        },
      ];
      for (const { name, change, now } of changes) {
        it(`does not hold when the file ${name}`, async () => {
          write("data.csv", "a,b\n");
          const seen = seenFile("data.csv", kind);
          change();
          assert.deepEqual(await check(seen), { holds: false, now });
          assert.deepEqual(await check(seen), { holds: false, now });
        });
      }

      for (const { finished, caught } of [
        { finished: new Date(OLD.getTime() + 1500).toISOString(), caught: true },
        { finished: new Date(OLD.getTime() - 5000).toISOString(), caught: true },
        { finished: undefined, caught: true },
        { finished: "not a date", caught: true },
        { finished: new Date(OLD.getTime() + 2500).toISOString(), caught: false },
      ]) {
        it(`${caught ? "hashes" : "trusts"} a file of the same time when the run ended ${finished ?? "at an unknown time"}`, async () => {
          write("data.csv", "a,b\n");
          const seen = seenFile("data.csv", kind);
          // The same size and the same time, other bytes: what a write right after the run can leave.
          write("data.csv", "x,y\n");
          assert.equal((await observer.check(seen, {}, finished)).holds, !caught);
        });
      }
    });
  }

  it("of a file too large to be hashed goes by its size and time", () => {
    write("large.bin", "1234");
    const seen = { ...seenFile("large.bin"), digest: "" } as Observation;
    assert.deepEqual(check(seen, {}, undefined), { holds: true });
    write("large.bin", "1234", new Date("2026-01-01T12:00:00Z"));
    assert.deepEqual(check(seen, {}, undefined), { holds: false, now: "another time" });
  });

  it("follows a link to what it stands for", async () => {
    write("one", "1");
    write("two", "2");
    symlinkSync("one", join(folder, "link"));
    const seen = seenFile("link");
    assert.deepEqual(check(seen), { holds: true });
    rmSync(join(folder, "link"));
    symlinkSync("two", join(folder, "link"));
    assert.equal((await observer.check(seen, {}, undefined)).holds, false);
  });

  it("of a missing path holds until something is there", () => {
    const seen: Observation = { kind: "missing", path: "later/config.json" };
    assert.deepEqual(check(seen), { holds: true });
    mkdirSync(join(folder, "later"));
    assert.deepEqual(check(seen), { holds: true });
    write("later/config.json", "{}");
    assert.deepEqual(check(seen), { holds: false, now: "exists" });
  });

  it("of a path below a file holds as missing", () => {
    write("plain", "x");
    assert.deepEqual(check({ kind: "missing", path: "plain/below" }), { holds: true });
  });

  it("of a folder holds until a name is added or removed, whatever the files hold", () => {
    mkdirSync(join(folder, "data"));
    for (const name of ["b.csv", "a.csv"]) write(join("data", name), "x");
    const seen: Observation = {
      kind: "directory",
      path: "data",
      digest: directoryDigest(["a.csv", "b.csv"].map((name) => Buffer.from(name))),
    };
    assert.deepEqual(check(seen), { holds: true });
    write("data/a.csv", "changed");
    assert.deepEqual(check(seen), { holds: true });
    write("data/c.csv", "x");
    assert.deepEqual(check(seen), { holds: false, now: "3 entries" });
    rmSync(join(folder, "data"), { recursive: true });
    assert.deepEqual(check(seen), { holds: false, now: "missing" });
  });

  it("of a variable compares its value and never tells it", () => {
    const set: Observation = { kind: "environ", name: "TOKEN", digest: environDigest("secret") };
    const unset: Observation = { kind: "environ", name: "TOKEN", digest: null };
    assert.deepEqual(check(set, { TOKEN: "secret" }), { holds: true });
    assert.deepEqual(check(set, { TOKEN: "other" }), { holds: false, now: "another value" });
    assert.deepEqual(check(set, {}), { holds: false, now: "not set" });
    assert.deepEqual(check(unset, {}), { holds: true });
    assert.deepEqual(check(unset, { TOKEN: "" }), { holds: false, now: "set" });
  });

  it("of ambient state is left to the plan", () => {
    assert.deepEqual(check({ kind: "ambient", component: "random", digest: null }), { holds: true });
  });

  it("does not hold when the file cannot be looked at", () => {
    write("data.csv", "a");
    const seen = { ...seenFile("data.csv"), path: "x".repeat(5000) } as Observation;
    assert.deepEqual(check(seen), { holds: false, now: "unreadable" });
  });

  it("has the digests that Python computes", () => {
    const names = ["b", "a", "ä", "Z", "\u{1F600}", "\uFF5E", "a b", ".hidden"];
    // The last is not UTF-8, as names from other systems can be.
    const bytes = [...names.map((name) => Buffer.from(name)), Buffer.from([0x61, 0xff])];
    for (const name of bytes) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "x");
    const script = [
      "import hashlib, os, sys",
      "names = sorted(os.listdir(sys.argv[1]))",
      'print(hashlib.sha256("\\n".join(names).encode("utf-8", "surrogateescape")).hexdigest())',
      "print(hashlib.sha256(sys.argv[2].encode()).hexdigest())",
    ].join("\n");
    const [directory, variable] = execFileSync("python3", ["-c", script, folder, "wärme\n"], { encoding: "utf8" })
      .trim()
      .split("\n");
    assert.equal(directoryDigest(bytes), directory);
    assert.equal(environDigest("wärme\n"), variable);
    assert.deepEqual(check({ kind: "directory", path: ".", digest: directory ?? "" }), { holds: true });
  });
});

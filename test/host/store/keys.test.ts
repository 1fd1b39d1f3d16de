/** The key that results are signed with: where it is, who can read it, and what happens when it is not what it should be. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headContext } from "../../../extension/core/store/signed.ts";
import { loadKeys, type StoreKeys, stateFolder } from "../../../extension/host/store/keys.ts";
import { createSigner } from "../../../extension/host/store/signer.ts";

const posix = process.platform !== "win32";

describe("the key of the store", () => {
  let state: string;
  let problems: string[];
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "strata-key-"));
    problems = [];
  });
  afterEach(() => {
    chmodSync(state, 0o700);
    rmSync(state, { recursive: true, force: true });
  });

  function load(env: Record<string, string> = {}, teamKeyFile?: string): StoreKeys {
    return loadKeys({
      env: { XDG_STATE_HOME: state, LOCALAPPDATA: state, HOME: state, ...env },
      platform: "linux",
      teamKeyFile,
      onProblem: ({ code }) => problems.push(code),
    });
  }
  const file = () => join(state, "strata", "store-key");
  /** Whether what `writer` signs is believed by `reader`. */
  function believes(reader: StoreKeys, writer: StoreKeys): boolean {
    const signature = createSigner(writer).sign("context", "text");
    return createSigner(reader).accepts("context", { text: "text", signature });
  }

  it("is made once, for this user alone, and is the same afterwards", () => {
    const first = load();
    assert.match(readFileSync(file(), "latin1"), /^[0-9a-f]{64}\n$/);
    if (posix) {
      assert.equal(statSync(file()).mode & 0o777, 0o600);
      assert.equal(statSync(join(state, "strata")).mode & 0o777, 0o700);
    }
    assert.deepEqual(readdirSync(join(state, "strata")), ["store-key"]);
    assert.ok(believes(load(), first));
    assert.deepEqual(problems, []);
  });

  it("is of its own for each user", () => {
    const mine = load();
    const theirs = load({ XDG_STATE_HOME: join(state, "other") });
    assert.ok(!believes(mine, theirs));
    assert.ok(!believes(theirs, mine));
  });

  it("is one for processes that start at once", async function () {
    this.timeout(30_000);
    const module = join(import.meta.dirname, "../../../extension/host/store/keys.ts");
    const code = `const { loadKeys } = await import(${JSON.stringify(module)});
      process.stdin.once("data", () => {
        const { signing } = loadKeys({ env: process.env, platform: "linux", onProblem: (p) => console.log(p.code) });
        console.log(signing.export().toString("hex"));
        process.exit();
      });
      console.log("ready");`;
    const env = { ...process.env, XDG_STATE_HOME: state };
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code], { env }),
    );
    const texts = children.map((child) => {
      const seen = { text: "" };
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        seen.text += chunk;
      });
      return seen;
    });
    await Promise.all(children.map((child) => once(child.stdout, "data")));
    const ends = children.map((child) => once(child, "close"));
    for (const child of children) child.stdin.end("go");
    await Promise.all(ends);
    const keys = new Set(texts.map(({ text }) => text));
    assert.equal(keys.size, 1);
    assert.match([...keys][0] ?? "", /^ready\n[0-9a-f]{64}\n$/);
    assert.deepEqual(readdirSync(join(state, "strata")), ["store-key"]);
  });

  for (const [name, text] of [
    ["empty", ""],
    ["short", "abcd\n"],
    ["not a key", "-----BEGIN KEY-----\n".repeat(4)],
  ] as const) {
    it(`is made anew when the file is ${name}, which is kept aside`, () => {
      const before = load();
      writeFileSync(file(), text);
      const after = load();
      assert.deepEqual(problems, ["key-damaged"]);
      assert.ok(!believes(after, before));
      assert.ok(believes(load(), after));
      const aside = readdirSync(join(state, "strata")).find((entry) => entry.includes("damaged")) ?? "";
      assert.equal(readFileSync(join(state, "strata", aside), "latin1"), text);
    });
  }

  it("is closed to others when their access was given to it", function () {
    if (!posix) return this.skip();
    load();
    chmodSync(file(), 0o644);
    load();
    assert.equal(statSync(file()).mode & 0o777, 0o600);
  });

  it("lives for the session when its folder cannot be made, and says so", () => {
    writeFileSync(join(state, "strata"), "a file in the way");
    const keys = load();
    assert.deepEqual(problems, ["key-unavailable"]);
    assert.ok(believes(keys, keys));
    assert.ok(!believes(keys, load()));
  });

  const folders: readonly [platform: NodeJS.Platform, env: Record<string, string>, folder: string][] = [
    ["linux", { HOME: "/home/ada" }, "/home/ada/.local/state/strata"],
    ["linux", { HOME: "/home/ada", XDG_STATE_HOME: "/var/state" }, "/var/state/strata"],
    ["linux", { HOME: "/home/ada", XDG_STATE_HOME: "state" }, "/home/ada/.local/state/strata"],
    ["darwin", { HOME: "/Users/ada" }, "/Users/ada/Library/Application Support/Strata"],
    ["win32", { HOME: "/c/ada", LOCALAPPDATA: "/c/ada/AppData/Local" }, "/c/ada/AppData/Local/Strata"],
  ];
  for (const [platform, env, folder] of folders) {
    it(`is in ${folder} on ${platform} with ${Object.keys(env).join(" and ")}`, () => {
      assert.equal(stateFolder(env, platform), folder);
    });
  }

  describe("that a team shares", () => {
    const text = "a long and random text of the team";

    it("is believed by everybody who has it, from the variable or a file", () => {
      const shared = join(state, "team");
      writeFileSync(shared, `${text}\n`);
      const ada = load({ STRATA_STORE_KEY: text });
      const bob = load({ XDG_STATE_HOME: join(state, "bob"), STRATA_STORE_KEY_FILE: shared });
      const eve = load({ XDG_STATE_HOME: join(state, "eve") });
      const joe = load({ XDG_STATE_HOME: join(state, "joe") }, shared);
      for (const reader of [ada, bob, joe]) {
        for (const writer of [ada, bob, joe]) assert.ok(believes(reader, writer));
        assert.ok(!believes(reader, eve));
        assert.ok(!believes(eve, reader));
      }
      assert.deepEqual(problems, []);
    });

    it("leaves what the user made alone before valid", () => {
      const alone = load();
      assert.ok(believes(load({ STRATA_STORE_KEY: text }), alone));
    });

    for (const [name, env] of [
      ["too short", { STRATA_STORE_KEY: "password" }],
      ["in a file that is not there", { STRATA_STORE_KEY_FILE: "/nowhere/key" }],
    ] as const) {
      it(`is not used when it is ${name}, and that is said`, () => {
        const alone = load();
        const keys = load(env);
        assert.deepEqual(problems, ["key-unavailable"]);
        assert.ok(believes(alone, keys));
      });
    }
  });

  it("signs a text for one place only", () => {
    mkdirSync(join(state, "x"));
    const signer = createSigner(load());
    const [here, there] = [headContext("a", "b"), headContext("a/b", "")];
    const signed = { text: "{}", signature: signer.sign(here, "{}") };
    assert.ok(signer.accepts(here, signed));
    assert.ok(!signer.accepts(there, signed));
    assert.ok(!signer.accepts(here, { ...signed, text: "{} " }));
    for (const signature of ["", "zz", signed.signature.slice(2), `${signed.signature}00`]) {
      assert.ok(!signer.accepts(here, { text: "{}", signature }), signature);
    }
  });
});

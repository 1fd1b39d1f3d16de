/** Finding uv, and fetching the real one through the real pip. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Failed } from "../../../extension/host/environment/problem.ts";
import { findUv, type UvOptions } from "../../../extension/host/environment/uv.ts";
import { openWorkshop, PYTHON, type Workshop } from "./machine.ts";

describe("finding uv", function () {
  this.timeout(300_000);
  let shop: Workshop;
  let lines: string[];
  beforeEach(() => {
    shop = openWorkshop();
    lines = [];
  });
  afterEach(() => shop.close());

  function find(
    path: string,
    options: Partial<UvOptions> & { more?: Record<string, string> } = {},
  ): Promise<{ uv: string } | Failed> {
    const { more, ...rest } = options;
    return findUv({
      storage: join(shop.root, "storage"),
      folder: shop.root,
      // pip's own settings of this machine stay: they may be what makes the index reachable.
      env: { ...process.env, ...more, PATH: path },
      onProgress: (line) => lines.push(line),
      signal: new AbortController().signal,
      ...rest,
    });
  }

  function script(name: string, text: string): string {
    const path = join(shop.root, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it("takes the one on PATH and fetches nothing", async () => {
    const path = shop.path({ uv: script("fake-uv", "exit 0"), python3: script("python", "exit 9") });
    assert.deepEqual(await find(path), { uv: join(path, "uv") });
    assert.deepEqual(lines, []);
  });

  it("fetches it with pip once, past a shim that stands for nothing and settings that forbid it, and finds it again without Python", async () => {
    const shim = script("shim", "echo 'uv: command not found' >&2; exit 127");
    const found = await find(shop.path({ uv: shim, python3: PYTHON }), {
      more: { PIP_USER: "1", PIP_REQUIRE_VIRTUALENV: "1", PYTHONHOME: "/nowhere" },
    });
    assert.ok(!("problem" in found), "problem" in found ? found.problem.message : "");
    assert.match(execFileSync(found.uv, ["--version"], { encoding: "utf8" }), /^uv \d/);
    assert.ok(lines.some((line) => line.includes("fetching it with")));
    lines = [];
    assert.deepEqual(await find(shop.path({})), found);
    assert.deepEqual(lines, []);
    assert.deepEqual(readdirSync(join(shop.root, "storage")), ["uv"]);
  });

  const failures: readonly {
    name: string;
    python: () => Record<string, string>;
    more?: Record<string, string>;
    words: string;
  }[] = [
    { name: "there is no Python", python: () => ({}), words: "No Python was found on PATH" },
    {
      name: "Python has neither pip nor ensurepip",
      python: () => ({ python3: script("nopip", "echo 'No module named pip' >&2; exit 1") }),
      words: "No module named pip",
    },
    {
      name: "nothing can be reached",
      python: () => ({ python3: PYTHON }),
      more: {
        PIP_CONFIG_FILE: "/dev/null",
        PIP_FIND_LINKS: "",
        PIP_INDEX_URL: "http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL: "",
        PIP_RETRIES: "0",
      },
      words: "uv",
    },
  ];
  for (const { name, python, more, words } of failures) {
    it(`says what was tried when ${name}, and leaves nothing behind`, async () => {
      const found = await find(shop.path(python()), { more: more ?? {} });
      assert.ok("problem" in found);
      assert.equal(found.problem.code, "no-uv");
      for (const word of [words, "Install uv", "strata.python"])
        assert.ok(found.problem.message.includes(word), found.problem.message);
      assert.deepEqual(existsSync(join(shop.root, "storage")) ? readdirSync(join(shop.root, "storage")) : [], []);
    });
  }

  it("says so when its folder cannot be written", async () => {
    writeFileSync(join(shop.root, "storage"), "a file");
    const found = await find(shop.path({ python3: PYTHON }));
    assert.ok("problem" in found && found.problem.message.includes(join(shop.root, "storage")));
  });

  it("only looks when it is told to", async () => {
    const found = await find(shop.path({ python3: PYTHON }), { fetch: false });
    assert.ok("problem" in found && found.problem.code === "no-uv");
  });

  it("can be cancelled while fetching", async () => {
    const slow = script("slow", '[ "$3" = --version ] && exit 0\necho begun >&2\nsleep 1000');
    const abort = new AbortController();
    const found = await find(`${shop.path({ python3: slow })}:/usr/bin:/bin`, {
      signal: abort.signal,
      onProgress: (line) => line === "begun" && abort.abort(),
    });
    assert.ok("problem" in found && found.problem.code === "cancelled");
    assert.deepEqual(readdirSync(join(shop.root, "storage")), []);
  });

  it("makes way for a fetched one that does not work any more", async () => {
    mkdirSync(join(shop.root, "storage", "uv", "bin"), { recursive: true });
    writeFileSync(join(shop.root, "storage", "uv", "bin", "uv"), "#!/bin/sh\nexit 1\n");
    chmodSync(join(shop.root, "storage", "uv", "bin", "uv"), 0o755);
    const found = await find(shop.path({ python3: PYTHON }));
    assert.ok(!("problem" in found), "problem" in found ? found.problem.message : "");
    assert.match(execFileSync(found.uv, ["--version"], { encoding: "utf8" }), /^uv \d/);
  });
});

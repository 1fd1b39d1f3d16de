/** A notebook's environment, made by the real uv from real packages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createIdentifier, type Identifier } from "../../../extension/host/environment/identity.ts";
import {
  needsSync,
  type Prepared,
  type PrepareOptions,
  prepareEnvironment,
} from "../../../extension/host/environment/prepare.ts";
import type { Failed } from "../../../extension/host/environment/problem.ts";
import { HAS_UV, openWorkshop, PYTHON, project, pyenvPython, type Workshop } from "./machine.ts";

describe("preparing a notebook's environment", function () {
  this.timeout(120_000);
  let shop: Workshop;
  let identifier: Identifier;
  let lines: string[];

  before(function () {
    if (!HAS_UV) this.skip();
  });
  beforeEach(() => {
    shop = openWorkshop();
    identifier = createIdentifier();
    lines = [];
  });
  afterEach(() => shop.close());

  function prepare(folder: string, options: Partial<PrepareOptions> = {}): Promise<Prepared | Failed> {
    return prepareEnvironment({
      folder,
      sync: true,
      storage: join(shop.root, "storage"),
      env: process.env,
      identifier,
      onProgress: (line) => lines.push(line),
      signal: new AbortController().signal,
      ...options,
    });
  }

  async function prepared(folder: string, options: Partial<PrepareOptions> = {}): Promise<Prepared> {
    const result = await prepare(folder, options);
    assert.ok(!("problem" in result), "problem" in result ? result.problem.message : "");
    return result;
  }

  async function problem(folder: string, options: Partial<PrepareOptions> = {}): Promise<Failed["problem"]> {
    const result = await prepare(folder, options);
    assert.ok("problem" in result, "it was prepared");
    return result.problem;
  }

  /** Neither uv nor Python can be started: what works with this started nothing. */
  const nothingOnPath = () => ({ env: { PATH: shop.path({}) } });

  it("installs what pyproject.toml says, tells how far it is, and the next time starts nothing", async () => {
    const folder = shop.notebook({ "pyproject.toml": project(["six==1.16.0"]) });
    assert.equal(needsSync(folder), true);
    const first = await prepared(folder);
    assert.equal(first.venv, join(folder, ".venv"));
    assert.deepEqual(first.identity.packages, ["six==1.16.0"]);
    assert.ok(
      lines.some((line) => line.includes("six==1.16.0")),
      lines.join("\n"),
    );
    assert.equal(
      execFileSync(first.python, ["-c", "import six; print(six.__version__)"], { encoding: "utf8" }).trim(),
      "1.16.0",
    );
    assert.ok(existsSync(join(folder, "uv.lock")));
    lines = [];
    assert.equal(needsSync(folder), false);
    assert.deepEqual(await prepared(folder, nothingOnPath()), first);
    assert.deepEqual(lines, []);
  });

  const changes: readonly { name: string; change: (folder: string) => void }[] = [
    {
      name: "pyproject.toml changed",
      change: (folder) => writeFileSync(join(folder, "pyproject.toml"), project(["six==1.17.0"])),
    },
    { name: "uv.lock is gone", change: (folder) => rmSync(join(folder, "uv.lock")) },
    { name: "the environment is gone", change: (folder) => rmSync(join(folder, ".venv"), { recursive: true }) },
    {
      name: "somebody else made the environment again",
      change: (folder) => {
        rmSync(join(folder, ".venv"), { recursive: true });
        execFileSync(PYTHON, ["-m", "venv", "--without-pip", join(folder, ".venv")]);
      },
    },
    {
      name: "its interpreter is gone",
      change: (folder) => {
        for (const name of ["python", "python3"]) {
          rmSync(join(folder, ".venv", "bin", name), { force: true });
          symlinkSync("/nowhere/python", join(folder, ".venv", "bin", name));
        }
      },
    },
    {
      name: "what was remembered is torn",
      change: (folder) => writeFileSync(join(folder, ".strata", "environment.json"), '{"version":1,'),
    },
  ];
  for (const { name, change } of changes) {
    it(`brings it in line again when ${name}`, async () => {
      const folder = shop.notebook({ "pyproject.toml": project(["six"]), "uv.lock": "" });
      rmSync(join(folder, "uv.lock"));
      await prepared(folder);
      change(folder);
      assert.equal(needsSync(folder), true);
      const again = await prepared(folder);
      assert.equal(again.identity.packages.length, 1);
      execFileSync(again.python, ["-c", "import six"]);
      assert.equal(needsSync(folder), false);
    });
  }

  for (const [name, text, words] of [
    ["is not TOML", "[project\nname = 1", "pyproject.toml"],
    ["asks for what does not exist", project(["six==999.0.0"]), "six==999.0.0"],
    ["asks for a Python that does not exist", project([], ">=9.0"), "9.0"],
  ] as const) {
    it(`says what uv says when pyproject.toml ${name}, and tries again next time`, async () => {
      const folder = shop.notebook({ "pyproject.toml": text });
      const { code, message } = await problem(folder);
      assert.equal(code, "sync-failed");
      assert.ok(message.includes(words) && message.includes(folder), message);
      assert.equal(needsSync(folder), true);
      writeFileSync(join(folder, "pyproject.toml"), project([]));
      await prepared(folder);
    });
  }

  it("keeps a working environment usable when pyproject.toml was broken later, but not as up to date", async () => {
    const folder = shop.notebook({ "pyproject.toml": project([]) });
    await prepared(folder);
    writeFileSync(join(folder, "pyproject.toml"), "[project");
    assert.equal((await problem(folder)).code, "sync-failed");
    assert.equal((await problem(folder)).code, "sync-failed");
    await prepared(folder, { sync: false });
  });

  it("is not misled by what is active around it", async () => {
    const elsewhere = join(shop.root, "elsewhere");
    const folder = shop.notebook({ "pyproject.toml": project([]) });
    const result = await prepared(folder, {
      env: {
        ...process.env,
        VIRTUAL_ENV: elsewhere,
        UV_PROJECT_ENVIRONMENT: elsewhere,
        UV_PROJECT: shop.root,
        UV_PYTHON: "2.7",
        PYTHONHOME: "/x",
      },
    });
    assert.equal(result.venv, join(folder, ".venv"));
    assert.equal(existsSync(elsewhere), false);
    assert.ok(!lines.some((line) => line.includes("warning")), lines.join("\n"));
  });

  it("keeps to the notebook's folder inside another project", async () => {
    shop.notebook({ "pyproject.toml": project(["six"]) }, ".");
    const folder = shop.notebook({ "pyproject.toml": project([]) });
    assert.deepEqual((await prepared(folder)).identity.packages, []);
    assert.equal(existsSync(join(shop.root, ".venv")), false);
  });

  it("lets two processes at it at once", async () => {
    const folder = shop.notebook({ "pyproject.toml": project(["six==1.16.0"]) });
    const both = await Promise.all([
      prepared(folder, { identifier: createIdentifier() }),
      prepared(folder, { identifier: createIdentifier() }),
    ]);
    for (const { python } of both) execFileSync(python, ["-c", "import six"]);
    assert.deepEqual(createIdentifier().identify(both[0])?.packages, ["six==1.16.0"]);
  });

  for (const [name, programs] of [
    ["with uv", undefined],
    ["with Python where there is no uv", { python3: PYTHON }],
  ] as const) {
    it(`makes an environment without packages ${name} when there is no pyproject.toml, and says so`, async () => {
      const folder = shop.notebook();
      const result = await prepared(folder, programs === undefined ? {} : { env: { PATH: shop.path(programs) } });
      assert.deepEqual(result.identity.packages, []);
      assert.ok(lines.some((line) => line.includes("no pyproject.toml")));
      assert.equal(execFileSync(result.python, ["-c", "print(1)"], { encoding: "utf8" }), "1\n");
      assert.deepEqual(await prepared(folder, nothingOnPath()), result);
    });
  }

  it("uses the environment that is there, as it is, when there is no pyproject.toml", async () => {
    const folder = shop.notebook();
    execFileSync(PYTHON, ["-m", "venv", "--without-pip", join(folder, ".venv")]);
    await prepared(folder, nothingOnPath());
  });

  describe("without syncing", () => {
    it("needs an environment", async () => {
      const folder = shop.notebook({ "pyproject.toml": project([]) });
      const { code, message } = await problem(folder, { sync: false });
      assert.equal(code, "no-environment");
      assert.ok(message.includes(folder) && message.includes("--no-sync"), message);
      assert.equal(existsSync(join(folder, ".venv")), false);
    });

    it("takes the environment as it is", async () => {
      const folder = shop.notebook({ "pyproject.toml": project([]) });
      await prepared(folder);
      writeFileSync(join(folder, "pyproject.toml"), project(["six"]));
      assert.deepEqual((await prepared(folder, { sync: false, ...nothingOnPath() })).identity.packages, []);
    });

    it("says when the environment has lost its interpreter", async () => {
      const folder = shop.notebook();
      mkdirSync(join(folder, ".venv", "bin"), { recursive: true });
      writeFileSync(join(folder, ".venv", "pyvenv.cfg"), "version = 3.12.1\n");
      symlinkSync("/nowhere/python", join(folder, ".venv", "bin", "python"));
      assert.equal((await problem(folder, { sync: false })).code, "environment-broken");
    });
  });

  describe("with an interpreter of the user's choice", () => {
    it("uses it and makes nothing", async () => {
      const folder = shop.notebook({ "pyproject.toml": project(["six"]) });
      const result = await prepared(folder, { python: PYTHON, env: { PATH: "" } });
      assert.equal(result.venv, undefined);
      assert.match(result.identity.python, /^CPython 3\./);
      assert.equal(existsSync(join(folder, ".venv")), false);
    });

    it("uses a virtual environment elsewhere", async () => {
      const other = join(shop.root, "other");
      execFileSync(PYTHON, ["-m", "venv", "--without-pip", other]);
      assert.equal((await prepared(shop.notebook(), { python: "../other" })).venv, other);
    });

    it("says when it is not there", async () => {
      assert.equal((await problem(shop.notebook(), { python: "/nowhere/python" })).code, "python-not-found");
    });

    it("says when it is too old", async function () {
      const old = pyenvPython(/^3\.8\./);
      if (old === undefined) this.skip();
      const { code, message } = await problem(shop.notebook(), { python: old });
      assert.equal(code, "python-too-old");
      assert.ok(message.includes("3.8"));
    });
  });

  describe("cancelled", () => {
    it("ends uv and everything it started", async () => {
      const folder = shop.notebook({ "pyproject.toml": project([]) });
      const fake = join(shop.root, "fake", "uv");
      mkdirSync(dirname(fake));
      // Deaf to a polite request, as a build that runs a compiler can be.
      writeFileSync(
        fake,
        `#!/bin/sh\n[ "$1" = --version ] && exit 0\ntrap "" INT\nsh -c 'trap "" INT; echo $$ > child; echo started >&2; while :; do sleep 0.1; done' &\necho $$ > parent\nwait\n`,
      );
      chmodSync(fake, 0o755);
      const abort = new AbortController();
      const result = await problem(folder, {
        env: { PATH: `${dirname(fake)}:${process.env.PATH}` },
        signal: abort.signal,
        onProgress: (line) => line === "started" && abort.abort(),
      });
      assert.equal(result.code, "cancelled");
      for (const name of ["parent", "child"]) {
        const pid = Number(readFileSync(join(folder, name), "utf8"));
        assert.equal(isRunning(pid), false, `${name} ${pid} is running`);
      }
    });

    it("leaves nothing that keeps the next run from making it", async () => {
      const folder = shop.notebook({ "pyproject.toml": project(["six"]) });
      const abort = new AbortController();
      const result = await problem(folder, {
        signal: abort.signal,
        onProgress: (line) => line.startsWith("Using") && abort.abort(),
      });
      assert.equal(result.code, "cancelled");
      assert.equal(needsSync(folder), true);
      execFileSync((await prepared(folder)).python, ["-c", "import six"]);
    });

    for (const [name, files, interpreter] of [
      ["before there is an interpreter", { "bin/activate": "" }, false],
      ["before there is an interpreter, but with a pyvenv.cfg", { "pyvenv.cfg": "version = 3.12.1\n" }, false],
      ["before there is a pyvenv.cfg", { "bin/activate": "" }, true],
      ["while pyvenv.cfg is written", { "pyvenv.cfg": "" }, true],
    ] as const) {
      it(`or killed ${name}, it is made again`, async () => {
        const folder = shop.notebook({ "pyproject.toml": project(["six"]), ".venv/CACHEDIR.TAG": "" });
        mkdirSync(join(folder, ".venv", "bin"));
        for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, ".venv", file), text);
        if (interpreter) symlinkSync(PYTHON, join(folder, ".venv", "bin", "python"));
        execFileSync((await prepared(folder)).python, ["-c", "import six"]);
      });
    }

    it("leaves alone a .venv that is no environment", async () => {
      const folder = shop.notebook({ "pyproject.toml": project([]), ".venv/mine.txt": "precious" });
      assert.equal((await problem(folder)).code, "sync-failed");
      assert.equal(readFileSync(join(folder, ".venv", "mine.txt"), "utf8"), "precious");
    });

    it("before it began starts nothing", async () => {
      const folder = shop.notebook({ "pyproject.toml": project([]) });
      assert.equal((await problem(folder, { signal: AbortSignal.abort() })).code, "cancelled");
      assert.equal(existsSync(join(folder, ".venv")), false);
    });
  });
});

/** A process that has ended but was not collected by whoever adopted it does not count. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

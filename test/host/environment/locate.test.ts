/** Which interpreter is meant, decided by looking at files. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPython, venvAt, which } from "../../../extension/host/environment/locate.ts";
import { openWorkshop, type Workshop } from "./machine.ts";

describe("finding the interpreter", () => {
  let shop: Workshop;
  let folder: string;
  beforeEach(() => {
    shop = openWorkshop();
    folder = shop.notebook();
  });
  afterEach(() => shop.close());

  function program(path: string): string {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "#!/bin/sh\n");
    chmodSync(path, 0o755);
    return path;
  }

  function venv(path: string): { python: string; venv: string } {
    const python = program(join(path, "bin", "python"));
    writeFileSync(join(path, "pyvenv.cfg"), "version = 3.12.1\n");
    return { python, venv: path };
  }

  const find = (python?: string, env: Record<string, string> = { PATH: "" }) => findPython({ folder, python, env });

  it("takes the notebook's own environment when none is named", () => {
    assert.equal(find(), undefined);
    const own = venv(join(folder, ".venv"));
    assert.deepEqual(find(), own);
    assert.deepEqual(find("  "), own);
  });

  it("takes a virtual environment's folder, its interpreter, a path from the notebook, a command, or an environment without pyvenv.cfg", () => {
    const named = venv(join(shop.root, "named"));
    const bare = program(join(shop.root, "conda", "bin", "python"));
    const tool = program(join(shop.root, "tools", "python3.12"));
    assert.deepEqual(find(named.venv), named);
    assert.deepEqual(find(named.python), named);
    assert.deepEqual(find("../named"), named);
    assert.deepEqual(find(join(shop.root, "conda")), { python: bare });
    assert.deepEqual(find(bare), { python: bare });
    assert.deepEqual(find("python3.12", { PATH: `/nowhere:${join(shop.root, "tools")}` }), { python: tool });
  });

  it("takes a folder of the notebook by its plain name", () => {
    const named = venv(join(folder, "env"));
    assert.deepEqual(find("env"), named);
  });

  for (const [name, python, words] of [
    ["a path where nothing is", "./nothing/python", "nothing/python"],
    ["a folder without an interpreter", ".", "folder without a Python interpreter"],
    ["an unknown command", "python9.9", "no command python9.9 on PATH"],
  ] as const) {
    it(`says so for ${name}`, () => {
      const found = find(python);
      assert.ok(found !== undefined && "problem" in found);
      assert.equal(found.problem.code, "python-not-found");
      assert.ok(found.problem.message.includes(words), found.problem.message);
    });
  }

  it("does not take an environment whose interpreter is gone", () => {
    const own = venv(join(folder, ".venv"));
    rmSync(own.python);
    symlinkSync("/nowhere/python3.12", own.python);
    assert.equal(venvAt(own.venv), undefined);
    assert.equal(find(), undefined);
  });

  it("looks for commands in the order of PATH, and only at files that can be started", () => {
    const path = [join(shop.root, "a"), "", ".", join(shop.root, "b"), join(shop.root, "c")];
    mkdirSync(join(shop.root, "a", "uv"), { recursive: true });
    chmodSync(program(join(shop.root, "b", "uv")), 0o644);
    const uv = program(join(shop.root, "c", "uv"));
    assert.equal(which("uv", { PATH: path.join(":") }), uv);
    assert.equal(which("uv", {}), undefined);
  });
});

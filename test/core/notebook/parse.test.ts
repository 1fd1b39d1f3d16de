import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseAnnotations } from "../../../extension/core/notebook/annotations.ts";
import type { Problem } from "../../../extension/core/notebook/model.ts";
import { parseNotebook } from "../../../extension/core/notebook/parse.ts";
import { FIXTURES, fixtureNames, readFixture } from "./folders.ts";

const HEAD = 'notebook_id = "n"\n';

function problemsOf(toml: string | Uint8Array, cells: Record<string, Uint8Array | string> = {}): readonly Problem[] {
  return parseNotebook({ toml, cellFiles: new Map(Object.entries(cells)) }).problems;
}

describe("reading a notebook folder", () => {
  for (const name of fixtureNames()) {
    it(`reads the golden folder ${name}`, () => {
      const { notebook, problems } = parseNotebook(readFixture(name));
      const annotations = Object.fromEntries(
        (notebook?.cells ?? []).map((cell) => [cell.id, parseAnnotations(cell.source, cell.language)]),
      );
      const actual = JSON.parse(JSON.stringify({ notebook, problems, annotations }));
      const path = join(FIXTURES, name, "expected.json");
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, `${JSON.stringify(actual, undefined, 2)}\n`);
      assert.deepEqual(actual, JSON.parse(readFileSync(path, "utf8")));
    });
  }

  const torn: [what: string, toml: string | Uint8Array, code: string, line: number][] = [
    ["a value that is missing", "a = 1\nname = \nb = 2\n", "toml-invalid", 2],
    ["a string that does not end", 'a = 1\nname = "x\n', "toml-invalid", 2],
    ["a file cut in the middle", 'notebook_id = "n"\ncells = [\n  { id = "a", fi', "toml-invalid", 3],
    ["a key twice", "a = 1\na = 2\n", "toml-invalid", 2],
    [
      "merge conflict markers",
      "a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other\n",
      "toml-conflict-markers",
      2,
    ],
    ["bytes that are not UTF-8", new Uint8Array([0x61, 0x3d, 0xff]), "toml-not-utf8", 1],
    ["cells that are no array", `${HEAD}cells = 3\n`, "cells-malformed", 2],
    ["cells that are a table", `${HEAD}[cells]\na = 1\n`, "cells-malformed", 2],
    ["NUL bytes", "\u0000\u0000", "toml-invalid", 1],
  ];
  for (const [what, toml, code, line] of torn) {
    it(`opens nothing, and says where, for ${what}`, () => {
      const { notebook, problems } = parseNotebook({ toml, cellFiles: new Map() });
      assert.equal(notebook, undefined);
      assert.deepEqual(
        problems.map((problem) => [problem.code, problem.severity, problem.file, problem.line]),
        [[code, "error", "notebook.toml", line]],
      );
    });
  }

  const cell = (fields: string) => `${HEAD}[[cells]]\n${fields}\n[[cells]]\nid = "good"\nfile = "good.py"\norder = 9\n`;
  const bad: [what: string, toml: string, code: string, line: number][] = [
    ["no id", cell('file = "a.py"'), "cell-id-missing", 2],
    ["an empty id", cell('id = ""\nfile = "a.py"'), "cell-id-missing", 2],
    ["an id of another type", cell('id = 3\nfile = "a.py"'), "wrong-type", 3],
    [
      "two cells with one id",
      `${cell('id = "a"\nfile = "a.py"')}[[cells]]\nid = "a"\nfile = "b.py"\n`,
      "cell-id-duplicate",
      9,
    ],
    [
      "two cells with one file",
      `${cell('id = "a"\nfile = "a.py"')}[[cells]]\nid = "b"\nfile = "./a.py"\n`,
      "cell-file-shared",
      11,
    ],
    ["no file", cell('id = "a"'), "cell-file-unnamed", 2],
    ["an empty file", cell('id = "a"\nfile = ""'), "cell-file-outside", 4],
    ["an absolute file", cell('id = "a"\nfile = "/etc/passwd"'), "cell-file-outside", 4],
    ["a file above", cell('id = "a"\nfile = "../a.py"'), "cell-file-outside", 4],
    ["a file above by a detour", cell('id = "a"\nfile = "sub/../../a.py"'), "cell-file-outside", 4],
    ["a file with backslashes", cell("id = 'a'\nfile = '..\\a.py'"), "cell-file-outside", 4],
    ["a file with a drive letter", cell('id = "a"\nfile = "C:a.py"'), "cell-file-outside", 4],
    ["a file that is a folder", cell('id = "a"\nfile = "sub/"'), "cell-file-outside", 4],
    ["a file with a NUL", cell('id = "a"\nfile = "a\\u0000.py"'), "cell-file-outside", 4],
    ["an unknown language", cell('id = "a"\nfile = "a.py"\nlanguage = "r"'), "cell-language", 5],
    ["an order that is no number", cell('id = "a"\nfile = "a.py"\norder = "1"'), "cell-order", 5],
    ["an order that is no finite number", cell('id = "a"\nfile = "a.py"\norder = nan'), "cell-order", 5],
    ["a timeout below zero", cell('id = "a"\nfile = "a.py"\ntimeout = -1'), "timeout-invalid", 5],
    ["a timeout of another type", cell('id = "a"\nfile = "a.py"\ntimeout = "1"'), "wrong-type", 5],
    ["env of another type", cell('id = "a"\nfile = "a.py"\nenv = 1'), "wrong-type", 5],
    ["an env value of another type", cell('id = "a"\nfile = "a.py"\nenv = { A = [] }'), "wrong-type", 5],
    ["a secret in the file", cell('id = "a"\nfile = "a.py"\nenv = { MY_API_KEY = "s3cret" }'), "secret-in-toml", 5],
    ["a worker's name with a space", cell('id = "a"\nfile = "a.py"\nworker = "a b"'), "worker-name", 5],
    [
      "a mount's name that is no variable",
      cell('id = "a"\nfile = "a.py"\nmounts = [{ name = "1a", uri = "x" }]'),
      "mount-name",
      5,
    ],
    [
      "a mount's mode",
      cell('id = "a"\nfile = "a.py"\nmounts = [{ name = "a", uri = "x", mode = "w" }]'),
      "mount-mode",
      5,
    ],
    ["a mount without address", cell('id = "a"\nfile = "a.py"\nmounts = [{ name = "a" }]'), "mount-uri", 5],
    [
      "two mounts with one name",
      cell('id = "a"\nfile = "a.py"\nmounts = [{ name = "a", uri = "x" }, { name = "a", uri = "y" }]'),
      "mount-duplicate",
      5,
    ],
    ["a mount that is no table", cell('id = "a"\nfile = "a.py"\nmounts = [1]'), "mount-malformed", 5],
    ["an element that is no table", `${HEAD}cells = [1, { id = "good", file = "good.py" }]\n`, "cell-malformed", 2],
    [
      "a bad worker",
      `${cell('id = "a"\nfile = "a.py"')}[[workers]]\nname = "-"\nbackend = "local"\n`,
      "worker-name",
      9,
    ],
    [
      "a bad backend",
      `${cell('id = "a"\nfile = "a.py"')}[[workers]]\nname = "w"\nbackend = "cloud"\n`,
      "worker-backend",
      9,
    ],
    [
      "a worker twice",
      `${cell('id = "a"\nfile = "a.py"')}[[workers]]\nname = "w"\nbackend = "local"\n[[workers]]\nname = "w"\nbackend = "local"\n`,
      "worker-duplicate",
      12,
    ],
    [
      "a bad connection name",
      `${cell('id = "a"\nfile = "a.py"')}[connections.1a]\ndriver = "d"\n`,
      "connection-name",
      9,
    ],
    [
      "a connection without driver",
      `${cell('id = "a"\nfile = "a.py"')}[connections.a]\nhost = "h"\n`,
      "connection-driver",
      9,
    ],
    [
      "a connection that is no table",
      `${cell('id = "a"\nfile = "a.py"')}[connections]\na = 1\n`,
      "connection-malformed",
      10,
    ],
    ["a name of another type", `name = 3\n${cell('id = "a"\nfile = "a.py"')}`, "wrong-type", 1],
    ["no notebook_id", `name = "x"\n[[cells]]\nid = "good"\nfile = "good.py"\n`, "notebook-id-missing", 1],
  ];
  for (const [what, toml, code, line] of bad) {
    it(`reports ${what} on its line and opens the rest`, () => {
      const { notebook, problems } = parseNotebook({
        toml,
        cellFiles: new Map([
          ["good.py", "1"],
          ["a.py", "1"],
          ["b.py", "1"],
        ]),
      });
      const [problem] = problems;
      assert.deepEqual([problem?.code, problem?.line, problem?.file], [code, line, "notebook.toml"]);
      assert.match(problem?.message ?? "", /^.{30,}\.$/s);
      assert.ok(notebook?.cells.some(({ id }) => id === "good"));
    });
  }

  it("shows a cell whose file is missing as empty, with a warning", () => {
    const [problem, ...rest] = problemsOf(`${HEAD}cells = [{ id = "a", file = "a.py" }]`);
    assert.deepEqual(
      [problem?.code, problem?.severity, problem?.file, problem?.cell, rest.length],
      ["cell-file-missing", "warning", "cells/a.py", "a", 0],
    );
  });

  it("names the line of the first byte that is not UTF-8, and marks the cell", () => {
    const bytes = new Uint8Array([..."é = 1\nx = '".split("").flatMap((char) => [...Buffer.from(char)]), 0xe9, 39, 10]);
    const { notebook, problems } = parseNotebook({
      toml: `${HEAD}cells = [{ id = "a", file = "a.py" }]`,
      cellFiles: new Map([["a.py", bytes]]),
    });
    assert.deepEqual(
      problems.map(({ code, file, line }) => [code, file, line]),
      [["cell-not-utf8", "cells/a.py", 2]],
    );
    assert.equal(notebook?.cells[0]?.unreadable, true);
  });

  it("keeps a worker that nobody can be, so that the cell does not run here", () => {
    const { notebook } = parseNotebook({
      toml: `${HEAD}cells = [{ id = "a", file = "a.py", worker = 3 }]`,
      cellFiles: new Map([["a.py", ""]]),
    });
    assert.equal(notebook?.cells[0]?.worker, "3");
  });

  it("takes a key called __proto__ for a key", () => {
    const { notebook } = parseNotebook({
      toml: `${HEAD}[ai]\n__proto__ = { polluted = true }\n[env]\n__proto__ = "x"\n`,
      cellFiles: new Map(),
    });
    assert.deepEqual(Object.keys(notebook?.ai ?? {}), ["__proto__"]);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.deepEqual(Object.entries(notebook?.env ?? {}), [["__proto__", "x"]]);
  });

  it("is total: any text, and any damage to a good file, gives an answer", function () {
    this.timeout(60_000);
    const good = readFixture("sections").toml.toString();
    const damaged = fc
      .tuple(fc.nat(good.length), fc.nat(20), fc.string({ unit: "binary", maxLength: 5 }))
      .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), damaged), (toml) => {
        const { notebook, problems } = parseNotebook({ toml, cellFiles: new Map() });
        if (notebook === undefined)
          assert.ok(problems.some(({ severity, line }) => severity === "error" && line !== undefined));
        else assert.notEqual(notebook.id, "");
      }),
      { numRuns: 300 },
    );
  });
});

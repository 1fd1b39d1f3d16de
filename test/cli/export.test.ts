/** `strata export`: the script prints what the cells print, and the Jupyter notebook is one. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { testPython } from "../harness/python-env.ts";
import { cellOf, type Folder, folderOf, notebookFiles, runJson, strata } from "./rig.ts";

const exec = promisify(execFile);

const CELLS: Readonly<Record<string, string>> = {
  "intro.md": "# A title\n\nwith text",
  first: "from __future__ import annotations\nx = 2\ndef f(a: Unknown) -> Unknown:\n    return a * x",
  shown: "# @name a name\nprint(f(3))\nf(4)",
  waits:
    'import asyncio\nasync def later(v):\n    await asyncio.sleep(0)\n    return v\ny = await later(5)\ntext = """a\n  b\nc"""\nfor i in range(2):\n    z = await later(i)\nprint(y, z, repr(text))',
  annotated: "n: int = await later(7)\nprint(n)",
  below: "y += 1\nprint(y, n, f.__annotations__)",
  own: "# @env MODE=mine\n# @mount data ./data\nimport os\nprint(os.environ['MODE'], os.environ['SHARED'], data.name, data.exists())",
  after: "import os\nprint(os.environ.get('MODE'), __name__)",
};

describe("strata export --to script", () => {
  let folder: Folder;
  before(async () => {
    folder = await folderOf({ ...notebookFiles(CELLS, ["[env]", 'SHARED = "all \\"quoted\\" ü"']), "data/a.txt": "" });
  });
  after(() => folder.remove());

  it("prints what the notebook's cells print", async () => {
    const run = await runJson([folder.path, "--python", await testPython()]);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const cells = Object.keys(CELLS).map((id) => cellOf(run, id).stdout);
    const file = join(folder.path, "out.py");
    const exported = await strata(["export", folder.path, "--to", "script", "--output", file]);
    assert.deepEqual([exported.code, exported.stdout], [0, ""], exported.stderr);
    const env = { ...process.env, PYTHONPATH: folder.path, PYTHONHASHSEED: "0" };
    const { stdout } = await exec(await testPython(), [file], { cwd: folder.path, env });
    assert.equal(stdout, cells.join(""));
    assert.match(stdout, /^6\n5 1 'a\\n {2}b\\nc'\n7\n/);
  });

  it("names the cells and keeps the text of Markdown", async () => {
    const { stdout, code } = await strata(["export", folder.path, "--to", "script"]);
    assert.equal(code, 0);
    const markers = stdout.split("\n").filter((line) => line.startsWith("# %%"));
    assert.equal(markers.length, Object.keys(CELLS).length);
    assert.equal(markers[0], '# %% [markdown] id="intro.md"');
    assert.equal(markers[2], '# %% a name id="shown"');
    assert.ok(stdout.includes("# # A title\n#\n# with text\n"));
  });

  it("ends where a cell cannot be run, and leaves other languages out", async () => {
    const broken = await folderOf({
      ...notebookFiles({ a: "print('a')", bad: "x = = 1", c: "print('c')" }),
      "cells/ask.py": "hello",
    });
    try {
      const toml = await broken.read("notebook.toml");
      await broken.write(
        "notebook.toml",
        `${toml}\n[[cells]]\nid = "ask"\nfile = "ask.py"\nlanguage = "prompt"\norder = 0.5\n`,
      );
      const { stdout } = await strata(["export", broken.path, "--to", "script"]);
      assert.ok(
        stdout.includes(
          "# Not exported: This prompt cell has no answer as it is now. Run it, and export again\n# hello",
        ),
        stdout,
      );
      await broken.write("out.py", stdout);
      const ended = await exec(await testPython(), [join(broken.path, "out.py")]).catch(
        (error: { stdout: string; stderr: string; code: number }) => error,
      );
      assert.equal(ended.stdout, "a\n");
      assert.match(ended.stderr, /bad: Line 1 does not parse/);
    } finally {
      await broken.remove();
    }
  });

  it("says what is wrong with the call", async () => {
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [["export", folder.path], /--to/],
      [["export", folder.path, "--to", "pdf"], /script, ipynb/],
      [["export", folder.path, "--to", "script", "--output", "/no/such/folder/x.py"], /cannot be written \(ENOENT\)/],
    ];
    for (const [args, says] of cases) {
      const { code, stderr, stdout } = await strata(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, says);
    }
  });
});

/** The parts of nbformat 4.5 that a writer can get wrong. */
const multiline = { type: "array", items: { type: "string" } };
const SCHEMA = {
  type: "object",
  required: ["cells", "metadata", "nbformat", "nbformat_minor"],
  additionalProperties: false,
  properties: {
    nbformat: { const: 4 },
    nbformat_minor: { const: 5 },
    metadata: {
      type: "object",
      required: ["kernelspec", "language_info"],
      properties: {
        kernelspec: { type: "object", required: ["name", "display_name"] },
        language_info: { type: "object", required: ["name"] },
      },
    },
    cells: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "cell_type", "metadata", "source"],
        properties: { id: { type: "string", pattern: "^[a-zA-Z0-9_-]{1,64}$" }, source: multiline },
        oneOf: [
          {
            additionalProperties: false,
            properties: { cell_type: { enum: ["markdown", "raw"] }, id: {}, metadata: { type: "object" }, source: {} },
          },
          {
            required: ["outputs", "execution_count"],
            additionalProperties: false,
            properties: {
              cell_type: { const: "code" },
              id: {},
              metadata: { type: "object" },
              source: {},
              execution_count: { type: ["integer", "null"] },
              outputs: {
                type: "array",
                items: {
                  oneOf: [
                    {
                      required: ["output_type", "name", "text"],
                      additionalProperties: false,
                      properties: {
                        output_type: { const: "stream" },
                        name: { enum: ["stdout", "stderr"] },
                        text: multiline,
                      },
                    },
                    {
                      required: ["output_type", "data", "metadata"],
                      additionalProperties: false,
                      properties: {
                        output_type: { const: "display_data" },
                        metadata: { type: "object" },
                        data: { type: "object" },
                      },
                    },
                  ],
                },
              },
            },
          },
        ],
      },
    },
  },
};

describe("strata export --to ipynb", () => {
  it("has the cells, and the outputs of those that are fresh", async () => {
    const cells = {
      "a.md": "# Title",
      one: "print('one\\ntwo')\n[1, 2]",
      "strange id!": "x = 1",
      two: "print(one_more)",
    };
    const folder = await folderOf(notebookFiles(cells));
    try {
      const file = join(folder.path, "out.ipynb");
      const run = await runJson([folder.path, "--python", await testPython()]);
      assert.equal(run.code, 1);
      const exported = await strata([
        "export",
        folder.path,
        "--to",
        "ipynb",
        "--output",
        file,
        "--python",
        await testPython(),
      ]);
      assert.equal(exported.code, 0, exported.stderr);
      const notebook = JSON.parse(await readFile(file, "utf8"));
      const ajv = new Ajv({ strict: false });
      assert.ok(ajv.validate(SCHEMA, notebook), JSON.stringify(ajv.errors, undefined, 1));
      assert.deepEqual(
        notebook.cells.map((cell: { id: string; cell_type: string }) => [cell.id, cell.cell_type]),
        [
          ["a-md", "markdown"],
          ["one", "code"],
          ["strange-id-", "code"],
          ["two", "code"],
        ],
      );
      assert.deepEqual(notebook.cells[1].source, ["print('one\\ntwo')\n", "[1, 2]"]);
      assert.deepEqual(notebook.cells[1].outputs, [
        { output_type: "stream", name: "stdout", text: ["one\n", "two\n"] },
        { output_type: "display_data", data: { "text/plain": ["[1, 2]"] }, metadata: {} },
      ]);
      assert.deepEqual(notebook.cells[3].outputs, [], "a cell that failed has no fresh result");
      await folder.write("cells/one.py", "print('edited')");
      const again = await strata(["export", folder.path, "--to", "ipynb", "--python", await testPython()]);
      assert.deepEqual(JSON.parse(again.stdout).cells[1].outputs, []);
    } finally {
      await folder.remove();
    }
  });
});

import assert from "node:assert/strict";
import { parseAnnotations } from "../../../extension/core/notebook/annotations.ts";
import type { Annotations } from "../../../extension/core/notebook/annotations-model.ts";
import { parseNotebook } from "../../../extension/core/notebook/parse.ts";
import { effectiveSettings } from "../../../extension/core/notebook/settings.ts";

const NONE = { env: {}, mounts: [], after: [], unknown: [] };

describe("annotations", () => {
  const read: [source: string, expected: Partial<Annotations>][] = [
    ["", { bodyLine: 2 }],
    ["x = 1", { bodyLine: 1 }],
    ["# @name A\n\n# @name  B c  \nx", { name: "B c", bodyLine: 4 }],
    ["\r\n# @name A\r\nx", { name: "A", bodyLine: 3 }],
    ["#@NAME A", { name: "A", bodyLine: 2 }],
    ["  # @name A\nx", { name: "A", bodyLine: 2 }],
    ["x = 1\n# @name A", { bodyLine: 1 }],
    ["# @name A\n'''\n# @name B\n'''", { name: "A", bodyLine: 2 }],
    ["# about @name A", { bodyLine: 2 }],
    ["# @timeout 0.5\n# @timeout 2", { timeout: 2, bodyLine: 3 }],
    ["# @env A=1\n# @env B = x=y\n# @env A=2", { env: { A: "2", B: "x=y" }, bodyLine: 4 }],
    ["# @env A=", { env: { A: "" }, bodyLine: 2 }],
    [
      "# @mount d ./x\n# @mount d ./y rw",
      { mounts: [{ name: "d", uri: "./y", mode: "rw", options: {} }], bodyLine: 3 },
    ],
    ["# @after a  b\n# @after c", { after: ["a", "b", "c"], bodyLine: 3 }],
    ["# @loop max_iter=2 carry=x", { loop: { maxIter: 2, carry: "x" }, bodyLine: 2 }],
    ["# @cache ttl=60", { cache: { policy: "ttl", seconds: 60 }, bodyLine: 2 }],
    ["# @cache Session", { cache: { policy: "session" }, bodyLine: 2 }],
    ["# @sql connection=db", { sql: { connection: "db", write: false }, bodyLine: 2 }],
    ["# @system a\n# @system\n# @system b", { system: "a\n\nb", bodyLine: 4 }],
    ["# @output JSON", { output: "json", bodyLine: 2 }],
    ["# @constructor x", { unknown: [{ key: "constructor", value: "x", line: 1 }], bodyLine: 2 }],
  ];
  for (const [source, expected] of read) {
    it(`reads ${JSON.stringify(source)}`, () => {
      assert.deepEqual(parseAnnotations(source), { annotations: { ...NONE, ...expected }, problems: [] });
    });
  }

  const malformed: [source: string, code: string, line: number][] = [
    ["# @name", "annotation-name", 1],
    ["#\n# @timeout soon", "annotation-timeout", 2],
    ["# @timeout 0", "annotation-timeout", 1],
    ["# @timeout -1", "annotation-timeout", 1],
    ["# @timeout 1e999", "annotation-timeout", 1],
    ["# @worker a b", "annotation-worker", 1],
    ["# @env A", "annotation-env", 1],
    ["# @env 1A=x", "annotation-env", 1],
    ["# @mount a", "annotation-mount", 1],
    ["# @mount 1a x", "annotation-mount", 1],
    ["# @mount a x write", "annotation-mount", 1],
    ["# @mount a x rw more", "annotation-mount", 1],
    ["# @after", "annotation-after", 1],
    ["# @loop carry=x", "annotation-loop", 1],
    ["# @loop max_iter=0 carry=x", "annotation-loop", 1],
    ["# @loop max_iter=2 carry=x speed=3", "annotation-loop", 1],
    ["# @loop max_iter=2 carry=x start_from=a", "annotation-loop", 1],
    ["# @loop_until x", "annotation-loop", 1],
    ["# @sql", "annotation-sql", 1],
    ["# @sql connection=db write=maybe", "annotation-sql", 1],
    ["# @cache always", "annotation-cache", 1],
    ["# @cache ttl=-1", "annotation-cache", 1],
    ["# @temperature hot", "annotation-temperature", 1],
    ["# @max_tokens 1.5", "annotation-max-tokens", 1],
    ["# @output xml", "annotation-output", 1],
    ["# @output_schema {", "annotation-output-schema", 1],
    ["# @output_schema 3", "annotation-output-schema", 1],
    ["# @validate_retries 0", "annotation-validate-retries", 1],
  ];
  for (const [source, code, line] of malformed) {
    it(`diagnoses ${JSON.stringify(source)}`, () => {
      const [problem] = parseAnnotations(source).problems;
      assert.deepEqual([problem?.code, problem?.line, problem?.severity], [code, line, "error"]);
    });
  }

  it("keeps the last good value of a directive that is malformed later", () => {
    assert.equal(parseAnnotations("# @timeout 5\n# @timeout x").annotations.timeout, 5);
  });

  it("finds none in markdown, where # makes a heading", () => {
    assert.deepEqual(parseAnnotations("# @name A", "markdown").annotations, { ...NONE, bodyLine: 1 });
  });

  it("prefers the annotation to the cell's entry to the notebook's default, and merges env and mounts by name", () => {
    const toml = `
      notebook_id = "n"
      worker = "w0"
      timeout = 10
      env = { A = "0", B = "0", C = "0", MY_TOKEN = "" }
      mounts = [{ name = "m", uri = "0" }, { name = "k", uri = "0" }]
      cells = [
        { id = "a", file = "a.py", timeout = 20, env = { B = "1", C = "1" }, mounts = [{ name = "m", uri = "1", mode = "rw" }] },
        { id = "b", file = "b.py" },
      ]`;
    const { notebook } = parseNotebook({
      toml,
      cellFiles: new Map([
        ["a.py", "# @worker w2\n# @env C=2\n# @mount k 2"],
        ["b.py", ""],
      ]),
    });
    const settings = notebook?.cells.map((cell) =>
      effectiveSettings(notebook, cell, parseAnnotations(cell.source).annotations),
    );
    const mount = (name: string, uri: string, mode: string) => ({ name, uri, mode, options: {} });
    assert.deepEqual(settings, [
      {
        worker: "w2",
        timeout: 20,
        env: { A: "0", B: "1", C: "2", MY_TOKEN: "" },
        mounts: [mount("m", "1", "rw"), mount("k", "2", "ro")],
        toSupply: ["MY_TOKEN"],
      },
      {
        worker: "w0",
        timeout: 10,
        env: { A: "0", B: "0", C: "0", MY_TOKEN: "" },
        mounts: [mount("m", "0", "ro"), mount("k", "0", "ro")],
        toSupply: ["MY_TOKEN"],
      },
    ]);
  });

  it("has no limit of time unless one is set", () => {
    const { notebook } = parseNotebook({
      toml: 'notebook_id = "n"\ncells = [{ id = "a", file = "a.py" }]',
      cellFiles: new Map([["a.py", ""]]),
    });
    const [cell] = notebook?.cells ?? [];
    assert.ok(notebook && cell);
    assert.equal(effectiveSettings(notebook, cell, parseAnnotations("").annotations).timeout, undefined);
  });
});

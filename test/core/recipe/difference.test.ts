import assert from "node:assert/strict";
import { difference } from "../../../extension/core/recipe/difference.ts";
import type { RecipeComponents } from "../../../extension/core/store/model.ts";

const BASE: RecipeComponents = {
  language: "python",
  code: "x + y",
  inputs: [
    { name: "x", ref: "value:aa", from: "a" },
    { name: "y", ref: "import:import y", from: "b" },
  ],
  environment: { python: "CPython 3.11.7", platform: "linux-x86_64", packages: ["numpy==2.0.0", "pandas==2.2.0"] },
  directives: { "env.KEY": "1" },
};

describe("the difference between two recipes", () => {
  it("is none where they are equal", () => {
    assert.equal(difference(BASE, structuredClone(BASE)), undefined);
  });

  it("names changed code before anything else, with both sides", () => {
    const after = { ...BASE, code: "x - y", directives: {} };
    assert.deepEqual(difference(BASE, after), { kind: "code-changed", before: "x + y", after: "x - y" });
  });

  it("names the input that changed, and the cell it comes from", () => {
    const after = { ...BASE, inputs: [{ name: "x", ref: "value:bb", from: "a2" }, BASE.inputs[1] as never] };
    assert.deepEqual(difference(BASE, after), {
      kind: "input-changed",
      name: "x",
      before: "value:aa",
      after: "value:bb",
      from: "a2",
    });
  });

  it("names an input that came and one that went", () => {
    const fewer = { ...BASE, inputs: BASE.inputs.slice(0, 1) };
    assert.deepEqual(difference(fewer, BASE), {
      kind: "input-changed",
      name: "y",
      before: undefined,
      after: "import:import y",
      from: "b",
    });
    assert.deepEqual(difference(BASE, fewer), {
      kind: "input-changed",
      name: "y",
      before: "import:import y",
      after: undefined,
      from: "b",
    });
  });

  it("names a setting that was taken away", () => {
    assert.deepEqual(difference(BASE, { ...BASE, directives: {} }), {
      kind: "directive-changed",
      name: "env.KEY",
      before: "1",
      after: undefined,
    });
  });

  it("lists what changed in the environment: Python, and packages with both versions", () => {
    const environment = {
      python: "CPython 3.12.1",
      platform: "linux-x86_64",
      packages: ["numpy==2.1.0", "six==1.17.0"],
    };
    assert.deepEqual(difference(BASE, { ...BASE, environment }), {
      kind: "environment-changed",
      changes: [
        { what: "Python", before: "CPython 3.11.7", after: "CPython 3.12.1" },
        { what: "numpy", before: "2.0.0", after: "2.1.0" },
        { what: "pandas", before: "2.2.0", after: undefined },
        { what: "six", before: undefined, after: "1.17.0" },
      ],
    });
  });
});

/** What counts as a difference between two runs of a cell, and what no two runs have in common. */
import assert from "node:assert/strict";
import { type Compared, differences } from "../../../extension/core/engine/compare.ts";
import type { Output } from "../../../extension/core/outputs/model.ts";

const NOTHING: Compared = { values: [], ambient: {}, observed: [], deleted: [], outputs: [] };

function value(name: string, digest: string): Compared["values"][number] {
  const variable = { name, type: "int", immutable: true, summary: digest, unchanged: false };
  return { digest, bytes: 1, variables: [variable], needs: [], definitions: [] };
}

const out = (text: string): Output => ({ type: "stream", name: "stdout", text });
const err = (text: string): Output => ({ type: "stream", name: "stderr", text });
const show = (mime: string, text: string): Output => ({ type: "display", data: [{ mime, text }] });
const picture = (mime: string, digest: string): Output => ({ type: "display", data: [{ mime, digest, bytes: 1 }] });
const written = (digest: string): Compared["observed"][number] => {
  return { kind: "written", path: "out.csv", size: 1, mtimeNs: digest, digest };
};

type Part = Partial<Compared>;
const rows: readonly (readonly [title: string, one: Part, other: Part, differs: readonly string[]])[] = [
  ["nothing", {}, {}, []],
  ["a value", { values: [value("x", "a"), value("y", "b")] }, { values: [value("y", "b"), value("x", "c")] }, ["x"]],
  ["a value that is gone", { values: [value("x", "a")] }, { deleted: ["x"] }, ["x"]],
  ["a setting", { ambient: { random: "a" } }, { ambient: { random: "b" } }, ["the setting random"]],
  ["a file written", { observed: [written("a")] }, { observed: [written("b")] }, ["the file out.csv"]],
  ["what was read is not compared", { observed: [{ kind: "missing", path: "x" }] }, {}, []],
  ["printed text", { outputs: [out("1\n")] }, { outputs: [out("2\n")] }, ["what it printed"]],
  ["printed in other pieces", { outputs: [out("1\n2\n")] }, { outputs: [out("1\n"), err("!"), out("2\n")] }, []],
  ["standard error", { outputs: [err("took 1 s")] }, { outputs: [err("took 2 s")] }, []],
  ["addresses", { outputs: [out("<A at 0x7f00aabbcc10>")] }, { outputs: [out("<A at 0x7f11aabbcc20>")] }, []],
  ["short hexadecimal numbers", { outputs: [out("0xff")] }, { outputs: [out("0xfe")] }, ["what it printed"]],
  ["a shown value", { outputs: [show("text/plain", "1")] }, { outputs: [show("text/plain", "2")] }, ["what it showed"]],
  [
    "ids in HTML",
    { outputs: [show("text/html", '<table id="T_1a2b3"><td>7</td>')] },
    { outputs: [show("text/html", '<table id="T_9f8e7"><td>7</td>')] },
    [],
  ],
  [
    "a cell of a table in HTML",
    { outputs: [show("text/html", "<td>7</td>")] },
    { outputs: [show("text/html", "<td>8</td>")] },
    ["what it showed"],
  ],
  [
    "a long number in HTML",
    { outputs: [show("text/html", "<td>1234567</td>")] },
    { outputs: [show("text/html", "<td>7654321</td>")] },
    ["what it showed"],
  ],
  [
    "ids of elements of other libraries",
    { outputs: [show("text/html", '<div id="altair-viz-1a2b3c4d5e"><use href="#m0a1b2c3d4e">7')] },
    { outputs: [show("text/html", '<div id="altair-viz-5e4d3c2b1a"><use href="#m9f8e7d6c5b">7')] },
    [],
  ],
  ["a picture", { outputs: [picture("image/png", "a")] }, { outputs: [picture("image/png", "b")] }, ["what it showed"]],
  [
    "a drawing, whose bytes hold ids",
    { outputs: [picture("image/svg+xml", "a")] },
    { outputs: [picture("image/svg+xml", "b")] },
    [],
  ],
];

describe("a result held against another run", () => {
  for (const [title, one, other, differs] of rows) {
    it(title, () => assert.deepEqual(differences({ ...NOTHING, ...one }, { ...NOTHING, ...other }), differs));
  }
});

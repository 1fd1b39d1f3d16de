import assert from "node:assert/strict";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";

const analyze = createAnalyzer(await loadPythonParser());

/** Source → names of which a part goes on under another name. */
const CASES: readonly (readonly [source: string, kept: readonly string[]])[] = [
  ["b = a['k']", ["a"]],
  ["b = a.items_of", ["a"]],
  ["b = a.rows[0].cells", ["a"]],
  ["b = [a['k'], 1]", ["a"]],
  ["b = a['k'] if flag else c.d", ["a", "c"]],
  ["f(a['k'])", ["a"]],
  ["print(a['k'])", []],
  ["b = a['k'] + 1", []],
  ["b = sum(a['k'])", []],
  ["b = a['k'].mean()", []],
  ["b = f'{a.name}'", []],
  ["b = a[c['i']]", ["a"]],
];

describe("parts that are kept", () => {
  for (const [source, kept] of CASES) {
    it(source.replaceAll("\n", " ⏎ "), () => {
      const names = analyze(source).uses.filter((use) => use.keepsPart);
      assert.deepEqual(names.map((use) => use.name).sort(), kept);
    });
  }
});

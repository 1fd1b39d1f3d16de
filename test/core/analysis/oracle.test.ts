/** The analysis against CPython's own `symtable`, on cells cut from the standard library of the python3 at hand. */
import assert from "node:assert/strict";
import { parseCell, walkCell } from "../../../extension/core/analysis/analyze.ts";
import type { PythonParser } from "../../../extension/core/analysis/syntax.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";
import { runPython, THOROUGH } from "./python.ts";

interface Expected {
  readonly file: string;
  readonly source: string;
  readonly binds: readonly string[];
  readonly reads: readonly string[];
  readonly unsure: readonly string[];
}

/** One file in so many of the standard library: enough to notice a slip, or what a change of the analysis should be held to. */
const EVERY = THOROUGH ? 2 : 16;

/** Python 3.11 is the last whose `symtable` keeps comprehensions apart; others are good enough. */
const PYTHONS = ["python3.11", "python3", "python"];

function namesOf(parser: PythonParser, source: string): { binds: Set<string>; reads: Set<string> } {
  const walk = walkCell(source, parseCell(parser, source));
  const reads = new Set(walk.reads);
  for (const read of walk.deferred) reads.add(read.name);
  for (const candidate of walk.candidates) for (const read of candidate.late) reads.add(read.name);
  return { binds: new Set([...walk.bindings.keys(), ...walk.globalBinds.keys(), ...walk.futures]), reads };
}

describe("analysis against CPython's symtable", function () {
  this.timeout(120_000);

  it("agrees on at least 99.5 % of the names bound and of the names read", async () => {
    const parser = await loadPythonParser();
    const { python, records: cells } = runPython<Expected>("oracle.py", [String(EVERY)], "", PYTHONS);
    assert.ok(cells.length > 500, `only ${cells.length} cells`);
    const tally = { binds: { same: 0, other: 0 }, reads: { same: 0, other: 0 } };
    const differences: string[] = [];
    for (const cell of cells) {
      const ours = namesOf(parser, cell.source);
      const unsure = new Set(cell.unsure);
      for (const what of ["binds", "reads"] as const) {
        const theirs = new Set(cell[what]);
        for (const name of new Set([...theirs, ...ours[what]])) {
          if (unsure.has(name)) continue;
          if (theirs.has(name) === ours[what].has(name)) tally[what].same++;
          else {
            tally[what].other++;
            const head = cell.source.split("\n", 1)[0];
            differences.push(`${what} ${name}: ${theirs.has(name) ? "missed" : "too many"} (${cell.file}: ${head})`);
          }
        }
      }
    }
    const share = ({ same, other }: { same: number; other: number }): number => (100 * same) / (same + other);
    const figures = (["binds", "reads"] as const).map(
      (what) => `${what} ${share(tally[what]).toFixed(2)} % of ${tally[what].same + tally[what].other}`,
    );
    console.log(`      ${cells.length} cells, ${python}: ${figures.join(", ")}`);
    if (process.env.ORACLE_DIFFERENCES) console.log(differences.join("\n"));
    assert.ok(share(tally.binds) >= 99.5 && share(tally.reads) >= 99.5, differences.slice(0, 40).join("\n"));
  });
});

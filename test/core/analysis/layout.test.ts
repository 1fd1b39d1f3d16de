/** Equal normalised text if and only if an equal program: on pairs that layout.py makes from the standard library. */
import assert from "node:assert/strict";
import { analyze } from "./check.ts";
import { runPython, THOROUGH } from "./python.ts";

/** One file in so many of the standard library. */
const EVERY = THOROUGH ? 20 : 100;

describe("normalised text of the standard library", function () {
  this.timeout(120_000);

  it("is the same in any layout, and another after any accident", () => {
    const { records } = runPython<{ a: string; b: string; same: boolean }>("layout.py", [String(EVERY)]);
    const count = { same: 0, other: 0 };
    for (const { a, b, same } of records) {
      const before = analyze(a);
      const after = analyze(b);
      assert.equal(before.syntaxError ?? after.syntaxError, undefined, `${a}\n----\n${b}`);
      assert.equal(before.normalized === after.normalized, same, `${a}\n----\n${b}`);
      count[same ? "same" : "other"]++;
    }
    assert.ok(count.same > 50 && count.other > 50, JSON.stringify(count));
  });
});

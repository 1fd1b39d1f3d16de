import assert from "node:assert/strict";
import { describeReason, formatDuration } from "../../../extension/core/plan/describe.ts";
import type { Reason } from "../../../extension/core/plan/model.ts";

const DURATIONS: readonly (readonly [milliseconds: number, text: string])[] = [
  [0, "0.0 ms"],
  [0.44, "0.4 ms"],
  [9.97, "10 ms"],
  [12.4, "12 ms"],
  [999.7, "1.0 s"],
  [3210, "3.2 s"],
  [59_970, "1 min 0 s"],
  [119_600, "2 min 0 s"],
  [245_000, "4 min 5 s"],
];

const REASONS: readonly (readonly [reason: Reason, text: string])[] = [
  [{ kind: "never-run" }, "Not run yet with this code and these inputs."],
  [
    { kind: "code-changed", before: "x\u0001=\u00011", after: "x\u0001=\u00012" },
    "Its code changed: “x = 1” → “x = 2”.",
  ],
  [
    { kind: "input-changed", name: "df", before: "value:aaaaaaaaaaaa", after: "value:bbbbbbbbbbbb", from: "load" },
    "Its input df (from LOAD) changed: aaaaaaaa → bbbbbbbb.",
  ],
  [
    { kind: "input-changed", name: "np", before: undefined, after: "import:import numpy as np", from: "setup" },
    "It now uses np (from SETUP).",
  ],
  [
    { kind: "environment-changed", changes: [{ what: "numpy", before: "2.0.0", after: "2.1.0" }] },
    "The environment changed: numpy 2.0.0 → 2.1.0.",
  ],
  [
    { kind: "observation-changed", observation: { kind: "missing", path: "data.csv" }, now: "exists" },
    "The file data.csv, which was missing, is there now.",
  ],
  [{ kind: "upstream-stale", cell: "load", name: "df" }, "Uses df from LOAD, which has to run first."],
  [{ kind: "may-change", cell: "load", name: "df" }, "LOAD has yet to run and may change df."],
  [{ kind: "cycle", cells: ["a", "b"] }, "The @after lines of A, B wait for each other. Remove one of them."],
];

describe("reasons in words", () => {
  for (const [milliseconds, text] of DURATIONS) {
    it(`${milliseconds} ms is ${text}`, () => assert.equal(formatDuration(milliseconds), text));
  }
  for (const [reason, text] of REASONS) {
    it(text, () =>
      assert.equal(
        describeReason(reason, (cell) => cell.toUpperCase()),
        text,
      ),
    );
  }
});

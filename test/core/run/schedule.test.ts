import assert from "node:assert/strict";
import type { CellPlan, Plan } from "../../../extension/core/plan/model.ts";
import { decide, type Progress, targetCells } from "../../../extension/core/run/schedule.ts";

const NEVER = { kind: "never-run" } as const;

/** "a:run b:wait(a) c:reuse d:blocked e:none" */
function planOf(text: string): Plan {
  const cells = text.split(" ").map((part): CellPlan => {
    const [, cell, action, on] = /^(\w+):(\w+)(?:\(([\w,]+)\))?$/.exec(part) ?? [];
    const base = { cell: cell as string, reason: NEVER, upstream: [] };
    switch (action) {
      case "run":
        return { ...base, action, key: `key-${cell}`, components: {} as never };
      case "wait":
        return { ...base, action, on: (on as string).split(",") };
      case "reuse":
        return { ...base, action, key: `key-${cell}`, record: {} as never };
      case "blocked":
      case "none":
        return { ...base, action };
      default:
        throw new Error(`Not a plan: ${part}`);
    }
  });
  return { cells, environment: { python: "", platform: "", packages: [] } };
}

interface Case {
  readonly title: string;
  readonly plan: string;
  readonly targets: string;
  readonly ended?: string;
  readonly running?: string;
  readonly jobs?: number;
  readonly cancelled?: boolean;
  readonly start: string;
  readonly end: string;
  readonly queued?: string;
  readonly done?: boolean;
}

const CASES: readonly Case[] = [
  {
    title: "starts what can start, and ends what is known",
    plan: "a:reuse b:run c:none",
    targets: "a b c",
    start: "b",
    end: "a c",
  },
  { title: "leaves cells alone that nobody asked for", plan: "a:run b:run", targets: "b", start: "b", end: "" },
  { title: "starts what a target waits for", plan: "a:run b:wait(a)", targets: "b", start: "a", end: "", queued: "b" },
  { title: "says nothing of a reused cell above a target", plan: "a:reuse b:run", targets: "b", start: "b", end: "" },
  {
    title: "starts no more than the jobs allow",
    plan: "a:run b:run c:run",
    targets: "a b c",
    jobs: 2,
    start: "a b",
    end: "",
    queued: "c",
  },
  {
    title: "counts what is running",
    plan: "a:run b:run",
    targets: "a b",
    running: "a",
    jobs: 1,
    start: "",
    end: "",
    queued: "b",
  },
  { title: "never starts a cell twice", plan: "a:run", targets: "a", ended: "a", start: "", end: "", done: true },
  { title: "skips blocked cells", plan: "a:blocked b:run", targets: "a b", start: "b", end: "a" },
  {
    title: "skips what waits for a cell that ended without a result",
    plan: "a:run b:wait(a)",
    targets: "a b",
    ended: "a",
    start: "",
    end: "b",
  },
  {
    title: "after a cancel nothing starts and the rest ends",
    plan: "a:run b:wait(a)",
    targets: "a b",
    cancelled: true,
    start: "",
    end: "a b",
  },
  {
    title: "after a cancel known results are still given",
    plan: "a:reuse b:run",
    targets: "a b",
    cancelled: true,
    start: "",
    end: "a b",
  },
  { title: "is done when nothing is left", plan: "a:reuse", targets: "a", ended: "a", start: "", end: "", done: true },
];

describe("the schedule of a run", () => {
  for (const spec of CASES) {
    it(spec.title, () => {
      const progress: Progress = {
        targets: words(spec.targets),
        ended: new Set(words(spec.ended ?? "")),
        running: new Set(words(spec.running ?? "")),
        jobs: spec.jobs ?? 4,
        cancelled: spec.cancelled ?? false,
      };
      const decision = decide(planOf(spec.plan), progress);
      assert.deepEqual(
        decision.start.map((cell) => cell.cell),
        words(spec.start),
        "start",
      );
      assert.deepEqual(
        decision.end.map((entry) => entry.plan.cell),
        words(spec.end),
        "end",
      );
      assert.deepEqual(decision.queued, words(spec.queued ?? ""), "queued");
      assert.equal(decision.done, spec.done ?? false, "done");
    });
  }

  it("targets follow the notebook's order", () => {
    const order = ["a", "b", "c"];
    assert.deepEqual(targetCells({ kind: "cells", cells: ["c", "a"] }, order), ["a", "c"]);
    assert.deepEqual(targetCells({ kind: "above", cell: "b" }, order), ["a"]);
    assert.deepEqual(targetCells({ kind: "below", cell: "b" }, order), ["b", "c"]);
    assert.deepEqual(targetCells({ kind: "above", cell: "gone" }, order), []);
    assert.deepEqual(targetCells({ kind: "below", cell: "gone" }, order), []);
  });
});

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** Decisions about an agent's changes: what "all" leaves, and what nobody has looked at yet. */
import assert from "node:assert/strict";
import type { BranchChange } from "../../../extension/core/agent/branch.ts";
import { decide, type OneCell } from "../../../extension/core/agent/decide.ts";

function created(id: string, conflict?: string): BranchChange {
  const cell = { id, file: `${id}.py`, language: "python", source: "1" } as const;
  return { kind: "created", cell, ...(conflict === undefined ? {} : { conflict }) };
}

const CHANGES = [created("a"), created("b", "You edited this cell too."), created("c")];
const seen = (id: string): OneCell => ({ id, conflictShown: true });
const unseen = (id: string): OneCell => ({ id, conflictShown: false });

describe("a decision about an agent's changes", () => {
  for (const [what, accept, cell, taken] of [
    ["accepting all leaves a conflict for later", true, undefined, "a c, 1 left"],
    ["rejecting all rejects conflicts too", false, undefined, "a b c, 0 left"],
    ["accepting one takes that one", true, unseen("a"), "a, 0 left"],
    ["accepting a conflict that was shown takes it", true, seen("b"), "b, 0 left"],
    ["accepting a conflict that nobody has seen takes nothing", true, unseen("b"), "look again at b"],
    ["rejecting a conflict that nobody has seen rejects it", false, unseen("b"), "b, 0 left"],
    ["a cell that is decided already is nothing any more", true, unseen("gone"), ", 0 left"],
  ] as const) {
    it(what, () => {
      const decision = decide(CHANGES, accept, cell);
      const said =
        decision.kind === "take"
          ? `${decision.changes.map((change) => change.cell.id).join(" ")}, ${decision.left} left`
          : `look again at ${decision.cell}`;
      assert.equal(said, taken);
    });
  }
});

/** Three lists of cells: what a branch changes, what accepting, rejecting and the user's own edits do to it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyChanges,
  type BranchCell,
  baseAfter,
  changesOf,
  type Sides,
  takeIn,
  withoutChanges,
} from "../../../extension/core/agent/branch.ts";

/** "a b:2 c": cells by id, with a text after the colon where it is not the first one. */
function cells(text: string): readonly BranchCell[] {
  const words = text.split(" ").filter((word) => word !== "");
  return words.map((word): BranchCell => {
    const [id = "", source = "1"] = word.split(":");
    return { id, file: `${id}.py`, language: "python", source };
  });
}

function shown(list: readonly BranchCell[]): string {
  return list.map(({ id, source }) => (source === "1" ? id : `${id}:${source}`)).join(" ");
}

function changed(sides: Sides): string {
  return changesOf(sides)
    .map((change) => {
      const moved = change.kind === "edited" && change.moved ? "+moved" : "";
      return `${change.kind}${moved} ${change.cell.id}${change.conflict === undefined ? "" : "!"}`;
    })
    .join(", ");
}

describe("a branch's changes", () => {
  const table: readonly (readonly [
    base: string,
    branch: string,
    current: string,
    changes: string,
    accepted: string,
  ])[] = [
    ["a b", "a b", "a b", "", "a b"],
    ["a b", "a n b", "a b", "created n", "a n b"],
    ["a b", "a b:2", "a b", "edited b", "a b:2"],
    ["a b c", "c a b", "a b c", "moved c", "c a b"],
    ["a b c", "c:2 a b", "a b c", "edited+moved c", "c:2 a b"],
    ["a b", "b", "a b", "deleted a", "b"],
    // The user's own edits stay, and stand where they stood.
    ["a b", "a n b", "a:2 b", "created n", "a:2 n b"],
    ["a b", "a b n", "a b u", "created n", "a b n u"],
    ["a", "n a", "u a", "created n", "u n a"],
    ["", "n", "u", "created n", "u n"],
    ["a b", "a b:2", "b a", "edited b", "b:2 a"],
    // Both touched the same cell.
    ["a b", "a b:2", "a b:3", "edited b!", "a b:2"],
    ["a b", "a", "a b:3", "deleted b!", "a"],
    ["a b", "a b:2", "a", "edited b!", "a b:2"],
    // Both did the same: nothing is left to change.
    ["a b", "a b:2", "a b:2", "", "a b:2"],
    ["a b", "a", "a", "", "a"],
  ];
  for (const [base, branch, current, changes, accepted] of table) {
    it(`${base || "nothing"} → ${branch}, while the user has ${current || "nothing"}`, () => {
      const sides = { base: cells(base), branch: cells(branch), current: cells(current) };
      assert.equal(changed(sides), changes);
      assert.equal(shown(applyChanges(sides, changesOf(sides))), accepted);
    });
  }

  it("accepts some, and keeps the others as changes", () => {
    const sides = { base: cells("a b"), branch: cells("n a:2 b m"), current: cells("a b") };
    const some = changesOf(sides).filter(({ cell }) => cell.id === "n" || cell.id === "a");
    const current = applyChanges(sides, some);
    assert.equal(shown(current), "n a:2 b");
    assert.equal(changed({ ...sides, base: baseAfter(sides, some), current }), "created m");
  });

  it("rejects some, and keeps the others", () => {
    const sides = { base: cells("a b c"), branch: cells("n a:2 c"), current: cells("a b c") };
    const some = changesOf(sides).filter(({ cell }) => cell.id !== "n");
    const branch = withoutChanges(sides, some);
    assert.equal(shown(branch), "n a b c");
    assert.equal(changed({ ...sides, branch }), "created n");
  });

  it("takes in what the user did, unless the agent touched the same cell", () => {
    const sides = { base: cells("a b c"), branch: cells("a:2 b n c"), current: cells("a:3 b:4 c u") };
    const taken = takeIn(sides);
    assert.equal(shown(taken.branch), "a:2 b:4 n c u");
    assert.equal(changed({ ...taken, current: sides.current }), "edited a!, created n");
  });

  it("one undo of an acceptance leaves no change behind", () => {
    const sides = { base: cells("a b"), branch: cells("a:2 n b"), current: cells("a b") };
    const base = baseAfter(sides, changesOf(sides));
    const undone = takeIn({ base, branch: sides.branch, current: sides.current });
    assert.equal(shown(undone.branch), "a b");
    assert.equal(changed({ ...undone, current: sides.current }), "");
  });
});

describe("a branch, whatever both sides do", () => {
  const list = fc
    .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 6 })
    .chain((ids) =>
      fc.tuple(fc.constant(ids), fc.array(fc.constantFrom("1", "2", "3"), { minLength: 6, maxLength: 6 })),
    )
    .map(([ids, texts]) => cells(ids.map((id, at) => `${id}:${texts[at]}`).join(" ")));
  const sides = fc.record({ base: list, branch: list, current: list });
  const ids = (cells: readonly BranchCell[]): string[] => cells.map(({ id }) => id).sort();

  it("accepting everything on an untouched notebook gives the branch", () => {
    fc.assert(
      fc.property(list, list, (base, branch) => {
        const all = { base, branch, current: base };
        assert.equal(shown(applyChanges(all, changesOf(all))), shown(branch));
      }),
    );
  });

  it("rejecting everything on an untouched notebook gives the notebook", () => {
    fc.assert(
      fc.property(list, list, (base, branch) => {
        const all = { base, branch, current: base };
        assert.equal(shown(withoutChanges(all, changesOf(all))), shown(base));
      }),
    );
  });

  it("accepting what is in no conflict changes no cell that the branch left alone", () => {
    fc.assert(
      fc.property(sides, (all) => {
        const accepted = changesOf(all).filter((change) => change.conflict === undefined);
        const touched = new Set(accepted.map((change) => change.cell.id));
        const after = new Map(applyChanges(all, accepted).map((cell) => [cell.id, cell.source]));
        for (const { id, source } of all.current) if (!touched.has(id)) assert.equal(after.get(id), source);
        assert.equal(new Set(after.keys()).size, applyChanges(all, accepted).length);
      }),
    );
  });

  it("without changes of the agent's own, taking in the user's edits gives the user's notebook", () => {
    fc.assert(
      fc.property(list, list, (base, current) => {
        const taken = takeIn({ base, branch: base, current });
        assert.equal(shown(taken.branch), shown(current));
        assert.equal(changed({ ...taken, current }), "");
      }),
    );
  });

  it("taking in twice is taking in once, and loses no cell that either side made", () => {
    fc.assert(
      fc.property(sides, (all) => {
        const once = takeIn(all);
        const twice = takeIn({ ...once, current: all.current });
        assert.equal(shown(twice.branch), shown(once.branch));
        const made = (list: readonly BranchCell[]): string[] =>
          ids(list).filter((id) => !all.base.some((cell) => cell.id === id));
        for (const id of [...made(all.branch), ...made(all.current)]) assert.ok(ids(once.branch).includes(id), id);
      }),
    );
  });
});

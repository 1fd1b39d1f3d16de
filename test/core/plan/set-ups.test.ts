/** Planner and guest judge by the same words whether a statement sets up a library: those of the one against the other's. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CALLS, PATCHES } from "../../../extension/core/plan/patches.ts";
import {
  CHANGING,
  DATABASE_VERBS,
  FOLLOWED,
  SETTING_NAMES,
  SETTING_VERBS,
} from "../../../extension/core/plan/set-ups.ts";
import { runPython } from "../analysis/python.ts";

const WORDS = { SETTING_VERBS, SETTING_NAMES, DATABASE_VERBS, CHANGING };

interface Guest {
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly component: string;
  readonly calls: string;
}

describe("what sets up a library", () => {
  const harness = fileURLToPath(new URL("../../../python-harness", import.meta.url));
  const [guest] = runPython<Guest>("../plan/set_ups.py", [harness]).records;
  assert.ok(guest);

  for (const [name, words] of Object.entries(WORDS)) {
    it(`is told by the same ${name} on both sides`, () => {
      assert.deepEqual(guest.words[name]?.toSorted(), words.toSorted());
    });
  }

  it("is no setting that the guest follows by itself", () => {
    // pandas has both: options that are followed, and accessors that are registered.
    const unknown = guest.words.FOLLOWED?.filter((module) => module !== "pandas" && !FOLLOWED.has(module));
    assert.deepEqual(unknown, []);
  });

  it("is marked in the same way", () => {
    assert.deepEqual([guest.component, guest.calls], [PATCHES, CALLS]);
  });
});

/** The upkeep of a store beside the runs of a notebook. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../extension/core/engine/model.ts";
import { createUpkeep } from "../../../extension/host/engine/upkeep.ts";
import { openStore } from "../../../extension/host/store/open.ts";

describe("the upkeep of a store", () => {
  it("says what went wrong with a collection, and lets the notebook close", async () => {
    const root = await mkdtemp(join(tmpdir(), "strata-upkeep-"));
    const store = await openStore(root, { onProblem: ({ message }) => assert.fail(message) });
    const said: string[] = [];
    const upkeep = createUpkeep({
      store,
      folder: root,
      collect: () => Promise.reject(new Error("another notebook cannot be asked")),
      onProblem: (message) => said.push(message),
    });
    const ran = { run: async () => ({ executed: 0, cached: 0, failed: 0, skipped: 0, durationMs: 0 }) };
    const engine = upkeep.tend(ran as Partial<Engine> as Engine);
    await engine.run({ target: { kind: "all" }, force: false }, () => {}, new AbortController().signal);
    await upkeep.close();
    await store.close();
    await rm(root, { recursive: true });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /another notebook cannot be asked\. What cells need is still there/);
  });
});

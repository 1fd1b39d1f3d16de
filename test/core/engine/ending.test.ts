/** A result with a time limit says when it ends, so that the editor can show it stale at that moment. */
import assert from "node:assert/strict";
import { endingOf, nextEnding } from "../../../extension/core/engine/ending.ts";

describe("the end of a result's time", () => {
  const finishedAt = "2026-01-01T00:00:00.000Z";

  it("is said for a time limit, and for no other policy", () => {
    assert.deepEqual(endingOf({ finishedAt }, { policy: "ttl", seconds: 90 }), { staleAt: "2026-01-01T00:01:30.000Z" });
    assert.deepEqual(endingOf({ finishedAt }, { policy: "forever" }), {});
    assert.deepEqual(endingOf({ finishedAt }, undefined), {});
    assert.deepEqual(endingOf({ finishedAt: "no date" }, { policy: "ttl", seconds: 90 }), {});
    assert.ok(endingOf({ finishedAt }, { policy: "ttl", seconds: 1e300 }).staleAt !== undefined);
  });

  it("is waited for: the first of all, never for longer than a timer can, and never for no time", () => {
    const now = Date.parse(finishedAt);
    const at = (seconds: number) => endingOf({ finishedAt }, { policy: "ttl", seconds });
    assert.equal(nextEnding([], now), undefined);
    assert.equal(nextEnding([{}, {}], now), undefined);
    assert.equal(nextEnding([at(90), {}, at(60)], now), 60_000);
    assert.equal(nextEnding([at(1)], now + 5000), 10);
    assert.equal(nextEnding([at(1e9)], now), 2 ** 31 - 1);
  });
});

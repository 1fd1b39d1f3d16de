/** The file of recorded answers. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredAnswer } from "../../../extension/host/ai/answers.ts";
import { openCassette } from "../../../extension/host/ai/cassette.ts";

const answer: StoredAnswer = {
  version: 1,
  provider: "p",
  model: "m",
  prompt: "?",
  text: "!",
  usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
  attempts: 1,
  requests: 1,
  at: "2026-01-01T00:00:00.000Z",
};

describe("a cassette", () => {
  it("records what comes after a write that failed, and then that too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strata-cassette-"));
    const path = join(folder, "not there yet", "tape.json");
    const cassette = await openCassette(path);
    assert.ok(!("problem" in cassette));
    await assert.rejects(cassette.put("one", answer), { code: "ENOENT" });
    await mkdir(join(folder, "not there yet"));
    await cassette.put("two", answer);
    const again = await openCassette(path);
    assert.ok(!("problem" in again));
    assert.deepEqual([again.get("one"), again.get("two")], [answer, answer]);
    await rm(folder, { recursive: true });
  });
});

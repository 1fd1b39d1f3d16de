/** `# @cache` against the clock and the session, and what text says about samples. */
import assert from "node:assert/strict";
import { type CachePolicy, outlived } from "../../../extension/core/plan/caching.ts";
import { describeReason } from "../../../extension/core/plan/describe.ts";
import { samplesIn } from "../../../extension/core/plan/samples.ts";
import type { CellRecord } from "../../../extension/core/store/model.ts";

const record = { finishedAt: "2026-01-01T12:00:00.000Z", session: "mine" } as CellRecord;

const rows: readonly (readonly [
  title: string,
  policy: CachePolicy | undefined,
  now: string,
  session: string,
  why: string,
])[] = [
  ["none", undefined, "2027-01-01T00:00:00Z", "other", ""],
  ["forever", { policy: "forever" }, "2027-01-01T00:00:00Z", "other", ""],
  ["this session", { policy: "session" }, "2027-01-01T00:00:00Z", "mine", ""],
  [
    "another session",
    { policy: "session" },
    "2026-01-01T12:00:01Z",
    "other",
    "Its result is from another session (2026-01-01 12:00 UTC), and `# @cache session` keeps it for one only.",
  ],
  ["in time", { policy: "ttl", seconds: 3600 }, "2026-01-01T12:59:59Z", "other", ""],
  [
    "too old",
    { policy: "ttl", seconds: 3600 },
    "2026-01-01T15:06:00Z",
    "mine",
    "Its result is 3.1 h old, and `# @cache ttl` keeps it for 1 h.",
  ],
  [
    "days too old",
    { policy: "ttl", seconds: 90 },
    "2026-01-05T12:00:00Z",
    "mine",
    "Its result is 4 days old, and `# @cache ttl` keeps it for 1.5 min.",
  ],
  [
    "a clock set back",
    { policy: "ttl", seconds: 3600 },
    "2026-01-01T11:00:00Z",
    "mine",
    "Its result is from the future, as the clock was set back, and `# @cache ttl` counts by the clock.",
  ],
  ["off", { policy: "off" }, "2026-01-01T12:00:00Z", "mine", "It runs every time, as `# @cache off` says."],
];

describe("@cache", () => {
  for (const [title, policy, now, session, why] of rows) {
    it(title, () => {
      const reason = outlived(record, policy, { now, session });
      assert.equal(reason === undefined ? "" : describeReason(reason, (id) => id), why);
    });
  }
});

const texts: readonly (readonly [code: string, of: string, imports?: readonly string[]])[] = [
  ["t = time . time ( )", "clock"],
  ["t = time.perf_counter_ns()", "clock"],
  ["d = datetime.datetime.now()", "clock"],
  ["d = date . today ( )", "clock"],
  ["d = pd.Timestamp.now('UTC')", "clock"],
  ["d = np.datetime64('now')", "clock"],
  ["time.strftime('%H')", "clock"],
  ["time.ctime()", "clock"],
  ["from time import time as t0\nt0()", "clock"],
  ["start ( )", "clock", ["from time import monotonic as start"]],
  ["_strata_timeit(lambda: (x))", "clock"],
  ["x = _strata_capture('ls')", "command"],
  ["time.sleep(1)", ""],
  ["time.strftime('%H', moment)", ""],
  ["time.localtime(0)", ""],
  ["runtime.time_to(1)", ""],
  ["nowhere(today)", ""],
  ["time ( )", "", ["from clocks import time"]],
];

describe("samples in a text", () => {
  for (const [code, of, imports = []] of texts) {
    it(JSON.stringify(code), () => {
      assert.equal(samplesIn(code, [], imports).join(), of);
      if (imports.length === 0) assert.equal(samplesIn("", [code]).join(), of);
    });
  }
});

/** A run that began before it was asked for counts only while what it has seen is still so. */
import assert from "node:assert/strict";
import { execute } from "../../../extension/core/engine/execute.ts";
import type { Execution } from "../../../extension/core/engine/job.ts";
import type { EnginePorts } from "../../../extension/core/engine/ports.ts";
import type { JobEvent, JobResult, Runner } from "../../../extension/core/run/model.ts";
import type { Observation } from "../../../extension/core/store/model.ts";

const seen: Observation = { kind: "file", path: "data.csv", size: 1, mtimeNs: "1", digest: "0".repeat(64) };
const result: JobResult & { status: "ok" } = {
  status: "ok",
  values: [],
  unstorable: [],
  changed: [],
  deleted: [],
  ambient: {},
  definitions: {},
  observed: [seen],
  sample: [],
  durationMs: 1,
};

/** What the parts of the engine around an execution would hand to it, as far as it looks at them. */
const execution = {
  notebook: "n",
  prepared: { cell: { id: "a", file: "a.py", source: "x = 1", language: "python" }, file: "/n/cells/a.py", paths: {} },
  plan: { cell: "a", key: "k", components: {} },
  reason: { kind: "never-run" },
  inputs: { bindings: [], definitions: {}, reached: [], patches: [], slots: new Map() },
  own: {},
  ambient: {},
  environ: {},
  onlyJoin: false,
} as unknown as Execution;

async function run(holds: boolean, joined: boolean, onlyJoin = false): Promise<{ runs: number; text: string }> {
  let runs = 0;
  const runner: Runner = {
    async run(_job, on) {
      runs += 1;
      on({ type: "stream", name: "stdout", text: `run ${runs}` });
      return joined && runs === 1 ? { ...result, joined: true } : result;
    },
    dispose: async () => {},
  };
  // The engine's own types, so that an answer of another shape does not pass here.
  const check: EnginePorts["check"] = async () => (holds ? { holds } : { holds, now: "2 bytes" });
  const ports = {
    folder: "/n",
    clock: () => 0,
    now: () => "2026-01-01T00:00:00.000Z",
    session: "s",
    check,
    store: { add: async () => {}, setHead: async () => {} },
  } as unknown as EnginePorts;
  const events: JobEvent[] = [];
  const on = (event: JobEvent): unknown => events.push(event);
  const { outcome } = await execute({ ...execution, onlyJoin }, runner, ports, on, new AbortController().signal);
  if (outcome.status === "skipped") {
    assert.deepEqual(events.at(-1), { type: "clear", wait: false });
    return { runs, text: outcome.reason.kind === "problem" ? outcome.reason.message : "" };
  }
  assert.equal(outcome.status, "ok");
  const outputs = outcome.status === "ok" ? outcome.record.outputs : [];
  return { runs, text: outputs.map((output) => (output.type === "stream" ? output.text : "")).join("") };
}

describe("a run that was joined", () => {
  for (const [what, holds, joined, runs] of [
    ["is taken while the files it has read are as they were", true, true, 1],
    ["is made again when one of them has changed, and nothing of it is shown", false, true, 2],
    ["is not what an ordinary run is, which is made once", false, false, 1],
  ] as const) {
    it(what, async () => assert.deepEqual(await run(holds, joined), { runs, text: `run ${runs}` }));
  }

  it("is not made again for somebody who only looks for it", async () => {
    assert.deepEqual(await run(true, true, true), { runs: 1, text: "run 1" });
    const { runs, text } = await run(false, true, true);
    assert.equal(runs, 1);
    assert.match(text, /changed since/);
  });
});

/** One cell, from its plan to its committed record. */
import type { CellAnalysis } from "../analysis/model.ts";
import { systemError } from "../outputs/system-error.ts";
import type { Reason } from "../plan/model.ts";
import { readsClock, samplesIn } from "../plan/samples.ts";
import type { JobEvent, JobResult, Runner } from "../run/model.ts";
import type { CellHead, Observation } from "../store/model.ts";
import { detailOf } from "../thrown.ts";
import { createCollector } from "./collect.ts";
import { type Execution, toJob } from "./job.ts";
import type { Outcome } from "./model.ts";
import type { EnginePorts } from "./ports.ts";
import { runPrompt } from "./prompt-cell.ts";
import { headOf, isEvidence, toRecord } from "./record.ts";

/** How a cell ended, and the writing that remains: content is already stored by the child, the record comes last. */
export interface Executed {
  readonly outcome: Outcome & { status: "ok" | "error" | "interrupted" | "skipped" };
  commit(): Promise<void>;
}

/** Runs the job. What came of it counts when it is committed; cells that use it may start before. */
export async function execute(
  execution: Execution,
  runner: Runner,
  ports: EnginePorts,
  on: (event: Exclude<JobEvent, { type: "log" }>) => void,
  signal: AbortSignal,
): Promise<Executed> {
  const collector = createCollector();
  const started = ports.clock();
  const take = (event: JobEvent): void => {
    collector.take(event);
    if (event.type !== "log") on(event);
  };
  let result = await perform(execution, runner, ports, take, signal);
  if (result.status === "ok" && result.joined && !(await stillHolds(execution, result.observed, ports))) {
    // A file was changed since it was read, so this is not the run that was asked for.
    take({ type: "clear", wait: false });
    result = execution.onlyJoin ? OUTDATED : await perform(execution, runner, ports, take, signal);
  }
  // A run that was joined began before it was.
  const durationMs = Math.max(ports.clock() - started, result.durationMs);
  if (result.status === "ok") {
    const sample = await sampleOf(execution, result, ports);
    const record = {
      ...toRecord(execution, { ...result, sample }, collector.outputs(), durationMs, ports.now()),
      ...(execution.prepared.cache?.policy === "session" ? { session: ports.session } : {}),
    };
    return {
      outcome: { status: "ok", cached: false, record, reason: execution.reason, durationMs },
      commit: () => ports.store.add(record, headOf(record)),
    };
  }
  if (result.status === "left") {
    const reason: Reason = { kind: "problem", message: result.error.message };
    return { outcome: { status: "skipped", reason }, commit: async () => {} };
  }
  collector.fail(result.error);
  const outputs = collector.outputs();
  const head: CellHead = {
    version: 1,
    key: execution.plan.key,
    components: execution.plan.components,
    status: result.status,
    outputs,
    error: result.error,
    durationMs,
    finishedAt: ports.now(),
  };
  const { reason } = execution;
  return {
    outcome:
      result.status === "error"
        ? { status: "error", error: result.error, outputs, reason, durationMs }
        : { status: "interrupted", outputs, reason, durationMs },
    commit: () => ports.store.setHead(execution.plan.cell, head),
  };
}

const OUTDATED: JobResult = {
  status: "left",
  error: systemError("RunOutdated", "A file that it had read has changed since. Run the cell again."),
  durationMs: 0,
};

/** Why a prompt cell runs when the user wants another answer than the stored one. */
const ASKS_ANEW: ReadonlySet<Reason["kind"]> = new Set(["forced", "refreshed"]);

async function stillHolds(
  execution: Execution,
  observed: readonly Observation[],
  ports: EnginePorts,
): Promise<boolean> {
  const evidence = observed.filter((seen) => isEvidence(seen, execution));
  const now = ports.now();
  const held = await Promise.all(evidence.map((seen) => ports.check(seen, execution.environ, now)));
  return held.every(({ holds }) => holds);
}

function perform(
  execution: Execution,
  runner: Runner,
  ports: EnginePorts,
  on: (event: JobEvent) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  const job = toJob(execution, ports);
  const { prompts, clock, now } = ports;
  const spec = execution.prepared.prompt;
  // Who only looks for a run that goes on asks no model.
  if (spec === undefined || prompts === undefined || execution.onlyJoin) return runner.run(job, on, signal);
  const anew = ASKS_ANEW.has(execution.reason.kind);
  return runPrompt({ spec, job, anew, prompts, runner, clock, now }, on, signal);
}

/** What the run was seen to draw from, and what the text of it all says beyond that. */
async function sampleOf(
  { prepared, inputs }: Execution,
  result: JobResult & { status: "ok" },
  ports: EnginePorts,
): Promise<readonly string[]> {
  const imports = [...inputs.slots.values()].flatMap((slot) => (slot.kind === "import" ? [slot.statement] : []));
  const reached = inputs.reached.map(({ source }) => source);
  const found = new Set([...result.sample, ...samplesIn(whatRuns(prepared.analysis), reached, imports)]);
  if (ports.moduleText !== undefined && !found.has("clock")) {
    for (const seen of result.observed) {
      if (seen.kind !== "file" || !seen.path.endsWith(".py") || /^(\/|[A-Za-z]:)/.test(seen.path)) continue;
      const text = await ports.moduleText(seen.path);
      if (text !== undefined && readsClock(text)) found.add("clock");
    }
  }
  return [...found].sort();
}

/** The cell's text without functions and classes that it only defines: they do nothing yet. */
function whatRuns(analysis: CellAnalysis | undefined): string {
  if (analysis === undefined) return "";
  return analysis.definitions.reduce(
    (code, { name, normalized }) => (analysis.reads.includes(name) ? code : code.replace(normalized, () => "")),
    analysis.normalized,
  );
}

/** How a cell ends in which we have a bug: it must not look as if it were still running. */
export function broken(thrown: unknown, reason: Reason): Outcome & { status: "error" } {
  const error = systemError("StrataError", detailOf(thrown));
  return { status: "error", error, outputs: [{ type: "error", error }], reason, durationMs: 0 };
}

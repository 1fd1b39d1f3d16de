/**
 * Runs cells whose results are stored once more, with the inputs they had, and says what comes out differently. The
 * stored result stays as it is; what was found out is kept with it.
 */
import type { CellId } from "../notebook/model.ts";
import type { Reason } from "../plan/model.ts";
import type { Planned } from "../plan/plan.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import type { Runner } from "../run/model.ts";
import type { CellRecord } from "../store/model.ts";
import { createCollector } from "./collect.ts";
import { differences } from "./compare.ts";
import { toJob } from "./job.ts";
import type { EnginePorts } from "./ports.ts";
import type { PreparedNotebook } from "./prepare.ts";

export interface VerifyRequest {
  readonly cells: readonly CellId[];
  /** Also results that are one sample of many, which differ by nature. */
  readonly samples: boolean;
}

export type Verdict =
  | { readonly kind: "same"; readonly durationMs: number }
  | { readonly kind: "differs"; readonly differs: readonly string[]; readonly durationMs: number }
  /** One sample of many: not run. */
  | { readonly kind: "sample"; readonly of: readonly string[] }
  /** There is no fresh result to hold anything against. */
  | { readonly kind: "skipped"; readonly reason: Reason }
  | { readonly kind: "interrupted" };

export interface Verifying {
  readonly prepared: PreparedNotebook;
  readonly ports: EnginePorts;
  /** A plan in which these cells run whatever is stored. */
  readonly plan: (force: ReadonlySet<CellId>) => Promise<Planned>;
  readonly runner: Runner;
}

/** One after another: a cell that measures, or fills the memory, is not disturbed by others. */
export async function verifyCells(
  request: VerifyRequest,
  verifying: Verifying,
  on: (cell: CellId, verdict: Verdict) => void,
  signal: AbortSignal,
): Promise<void> {
  const before = await verifying.plan(new Set());
  for (const id of request.cells) {
    const plan = before.cells.find((cell) => cell.cell === id);
    const prepared = verifying.prepared.cells.find((entry) => entry.cell.id === id);
    if (plan === undefined || prepared === undefined || plan.action === "none") continue;
    if (plan.action !== "reuse") on(id, { kind: "skipped", reason: plan.reason });
    else if (prepared.prompt !== undefined) on(id, { kind: "sample", of: ["model"] });
    else if (plan.record.sample.length > 0 && !request.samples) on(id, { kind: "sample", of: plan.record.sample });
    else if (signal.aborted) on(id, { kind: "interrupted" });
    else on(id, await verifyCell(prepared, plan.record, verifying, signal));
  }
}

async function verifyCell(
  prepared: PreparedCell,
  record: CellRecord,
  { ports, plan: makePlan, prepared: notebook, runner }: Verifying,
  signal: AbortSignal,
): Promise<Verdict> {
  const { id } = prepared.cell;
  const planned = await makePlan(new Set([id]));
  const plan = planned.cells.find((cell) => cell.cell === id);
  const inputs = planned.inputs.get(id);
  if (plan?.action !== "run" || inputs === undefined || plan.key !== record.key) {
    return { kind: "skipped", reason: plan?.reason ?? { kind: "never-run" } };
  }
  const collector = createCollector();
  const job = toJob(
    {
      prepared,
      plan,
      inputs,
      own: planned.own.get(id) ?? {},
      ambient: planned.ambient.get(id) ?? {},
      environ: ports.environment.environ(notebook.environ(id)),
      timeout: notebook.timeout(id),
    },
    ports,
  );
  const result = await runner.run(
    job,
    (event) => {
      collector.take(event);
      if (event.type === "input") event.reply(undefined);
    },
    signal,
  );
  if (result.status === "interrupted" || result.status === "left" || signal.aborted) return { kind: "interrupted" };
  const differs =
    result.status === "error"
      ? [`how it ended (${result.error.name})`]
      : differences(record, { ...result, outputs: collector.outputs() });
  await ports.store.add({ ...record, verified: { at: ports.now(), differs } });
  const { durationMs } = result;
  return differs.length === 0 ? { kind: "same", durationMs } : { kind: "differs", differs, durationMs };
}

/** One cell, from its plan to its committed record. */

import type { CellAnalysis } from "../analysis/model.ts";
import { isSecretName } from "../notebook/secrets.ts";
import type { CellError, Output } from "../outputs/model.ts";
import type { Inputs } from "../plan/inputs.ts";
import type { CellPlan, Reason } from "../plan/model.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import { readsClock, samplesIn } from "../plan/samples.ts";
import type { CellJob, JobEvent, JobResult, Runner } from "../run/model.ts";
import type { Binding, CellHead, CellRecord, DefinitionSource, Observation } from "../store/model.ts";
import { createCollector } from "./collect.ts";
import type { Outcome } from "./model.ts";
import type { EnginePorts } from "./ports.ts";
import { runPrompt } from "./prompt-cell.ts";

export interface Execution {
  readonly notebook: string;
  readonly prepared: PreparedCell;
  readonly plan: CellPlan & { action: "run" };
  readonly reason: Reason;
  readonly inputs: Inputs;
  readonly own: Readonly<Record<string, DefinitionSource>>;
  readonly ambient: Readonly<Record<string, string>>;
  readonly environ: Readonly<Record<string, string>>;
  readonly timeout: number | undefined;
}

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
    result = await perform(execution, runner, ports, take, signal);
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
  if (spec === undefined || prompts === undefined) return runner.run(job, on, signal);
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

/** A failure of our own making, where no child was to blame. */
export function engineError(name: string, message: string): CellError {
  return { name, message, traceback: `${name}: ${message}`, frames: [] };
}

export function headOf(record: CellRecord): CellHead {
  return {
    version: 1,
    key: record.key,
    components: record.components,
    status: "ok",
    outputs: record.outputs,
    durationMs: record.durationMs,
    finishedAt: record.finishedAt,
  };
}

export function toJob(
  execution: Omit<Execution, "plan" | "notebook" | "reason"> & { readonly plan: { readonly key: string } },
  ports: EnginePorts,
): CellJob {
  const { prepared, plan, inputs, own, ambient, environ, timeout } = execution;
  const paths: Binding[] = Object.entries(prepared.paths).map(([name, path]) => ({ kind: "path", name, path }));
  const job: CellJob = {
    cell: prepared.cell.id,
    name: prepared.cell.file,
    file: prepared.file,
    source: prepared.analysis?.python ?? prepared.cell.source,
    ...(prepared.analysis?.python === undefined ? {} : { shown: prepared.cell.source }),
    ...(prepared.analysis === undefined || prepared.analysis.futures.length === 0
      ? {}
      : { futures: prepared.analysis.futures }),
    folder: ports.folder,
    bindings: [...inputs.bindings, ...paths],
    definitions: inputs.definitions,
    ownDefinitions: own,
    ownImports: ownImports(prepared, inputs),
    ambient,
    ...(inputs.patches.length > 0 ? { patches: inputs.patches } : {}),
    environ,
    seed: plan.key,
  };
  return timeout === undefined ? job : { ...job, timeout };
}

function toRecord(
  execution: Execution,
  result: JobResult & { status: "ok" },
  outputs: readonly Output[],
  durationMs: number,
  finishedAt: string,
): CellRecord {
  const { plan, own, inputs } = execution;
  return {
    version: 1,
    key: plan.key,
    notebook: execution.notebook,
    cell: plan.cell,
    components: plan.components,
    observed: result.observed.filter((seen) => isEvidence(seen, execution)),
    values: result.values,
    unstorable: result.unstorable,
    changed: result.changed,
    deleted: result.deleted,
    ambient: result.ambient,
    definitions: referredDefinitions(result, own, inputs),
    sample: result.sample,
    outputs,
    durationMs,
    finishedAt,
  };
}

/**
 * Not even the hash of a secret is written down. And Python looks up lines of a cell's file for a warning or a traceback:
 * what the cell's text means is in its key, so a comment in it is no change.
 */
function isEvidence(seen: Observation, { prepared, inputs }: Execution): boolean {
  if (seen.kind === "environ") return !isSecretName(seen.name);
  // On a branch, or before the first save, that file is not there.
  if (seen.kind !== "file" && seen.kind !== "missing" && seen.kind !== "asked") return true;
  const isText = (file: string): boolean => file.endsWith(`/${seen.path}`);
  return seen.path !== `cells/${prepared.cell.file}` && !inputs.reached.some((source) => isText(source.file));
}

/** The sources that the values' pickles refer to, with those that they need in turn. */
function referredDefinitions(
  result: JobResult & { status: "ok" },
  own: Readonly<Record<string, DefinitionSource>>,
  { definitions: given, slots }: Inputs,
): Record<string, DefinitionSource> {
  const digestOf = new Map<string, string>();
  /** What a definition takes as it executes may refer to others: a base class whose state holds its subclasses. */
  const referring = new Map<string, readonly string[]>();
  for (const slot of slots.values()) if (slot.kind === "value") referring.set(slot.digest, slot.value.definitions);
  for (const value of result.values) {
    referring.set(value.digest, value.definitions);
    for (const { name } of value.variables) digestOf.set(name, value.digest);
  }
  const known: Record<string, DefinitionSource> = { ...given };
  for (const source of Object.values(own)) known[source.hash] = withDigests(source, digestOf);

  const referred: Record<string, DefinitionSource> = {};
  const queue = result.values.flatMap((value) => value.definitions);
  for (let hash = queue.pop(); hash !== undefined; hash = queue.pop()) {
    const source = known[hash];
    if (source === undefined || referred[hash] !== undefined) continue;
    referred[hash] = source;
    for (const binding of source.early) {
      if (binding.kind === "definition") queue.push(binding.hash);
      // Of a value that came with a definition from above nobody here knows more than that it had what it needs.
      else if (binding.kind === "value") queue.push(...(referring.get(binding.digest) ?? Object.keys(given)));
    }
  }
  return referred;
}

/** Early values of the defining cell have a digest only now. */
function withDigests(source: DefinitionSource, digestOf: ReadonlyMap<string, string>): DefinitionSource {
  if (!source.early.some((binding) => binding.kind === "value" && binding.digest === "")) return source;
  const early = source.early.map((binding): Binding => {
    if (binding.kind !== "value" || binding.digest !== "") return binding;
    return { ...binding, digest: digestOf.get(binding.name) ?? "" };
  });
  return { ...source, early };
}

/** Names bound by import statements that whoever needs them repeats. */
function ownImports(prepared: PreparedCell, inputs: Inputs): readonly string[] {
  const imports = prepared.analysis?.imports.map((item) => item.name) ?? [];
  return imports.filter((name) => !inputs.importedValues.includes(name));
}

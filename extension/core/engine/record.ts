/** What a run came to, as it is kept: the record of a cell that succeeded, with all that its values refer to. */
import { isSecretName } from "../notebook/secrets.ts";
import type { Output } from "../outputs/model.ts";
import type { Inputs } from "../plan/inputs.ts";
import type { JobResult } from "../run/model.ts";
import type { Binding, CellHead, CellRecord, DefinitionSource, Observation } from "../store/model.ts";
import type { Execution } from "./job.ts";

export function toRecord(
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
export function isEvidence(seen: Observation, { prepared, inputs }: Execution): boolean {
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

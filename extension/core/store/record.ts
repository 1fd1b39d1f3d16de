/**
 * Records as they come out of storage: parsed once at the edge, so that nothing behind it meets a wrong one.
 * A record that does not parse reads as absent, which is always safe. Written by hand rather than with a schema
 * library: it runs on every cold lookup, and a plan makes hundreds of those.
 */

import { isCount, isDigest, isFields, isListOf, isOptional, isString } from "../json/fields.ts";
import { type Digest, TABLE_MIME } from "../outputs/model.ts";
import type { CellHead, CellRecord, Observation, RecipeKey } from "./model.ts";
import { observationId } from "./observation.ts";
import { isComponents, isError, isOutput, wrongPart } from "./shapes.ts";

/** How many results one key keeps. They differ in what their runs observed; more than this is a file that keeps changing. */
export const RECORDS_PER_KEY = 8;

/** The record, or undefined when anything in it is not what `CellRecord` says. */
export function parseRecord(value: unknown, key?: RecipeKey): CellRecord | undefined {
  if (!isFields(value) || value.version !== 1 || !isDigest(value.key)) return undefined;
  if (key !== undefined && value.key !== key) return undefined;
  const sound =
    isString(value.notebook) &&
    isString(value.cell) &&
    isComponents(value.components) &&
    wrongPart(value) === undefined &&
    isOptional(value.session, isString) &&
    isOptional(value.verified, (seen) => isFields(seen) && isString(seen.at) && isListOf(seen.differs, isString)) &&
    isListOf(value.outputs, isOutput) &&
    isCount(value.durationMs) &&
    isString(value.finishedAt);
  return sound ? (value as unknown as CellRecord) : undefined;
}

export function parseHead(value: unknown): CellHead | undefined {
  if (!isFields(value) || value.version !== 1 || !isDigest(value.key)) return undefined;
  const sound =
    isComponents(value.components) &&
    (value.status === "ok" || value.status === "error" || value.status === "interrupted") &&
    isListOf(value.outputs, isOutput) &&
    (value.error === undefined || isError(value.error)) &&
    isCount(value.durationMs) &&
    isString(value.finishedAt);
  return sound ? (value as unknown as CellHead) : undefined;
}

/**
 * The list with one more record in front. A record with the same observations takes the place of the older one:
 * it could never be reached behind it. The list never grows beyond `RECORDS_PER_KEY`.
 */
export function withRecord(records: readonly CellRecord[], added: CellRecord): readonly CellRecord[] {
  const seen = observedKey(added.observed);
  const others = records.filter((record) => observedKey(record.observed) !== seen);
  return [added, ...others].slice(0, RECORDS_PER_KEY);
}

/** Every digest in the content store that a record cannot do without, each once. */
export function contentOf(
  record: Pick<CellRecord, "values" | "ambient" | "definitions" | "outputs">,
): readonly Digest[] {
  const digests = new Set<Digest>();
  for (const value of record.values) digests.add(value.digest);
  for (const digest of Object.values(record.ambient)) digests.add(digest);
  for (const definition of Object.values(record.definitions)) {
    for (const binding of definition.early) if (binding.kind === "value") digests.add(binding.digest);
  }
  for (const output of record.outputs) {
    if (output.type === "stream" && output.log !== undefined) digests.add(output.log);
    if (output.type !== "display") continue;
    for (const item of output.data) {
      if ("digest" in item) digests.add(item.digest);
      else if (item.mime === TABLE_MIME) {
        const rows = tableDigest(item.text);
        if (rows !== undefined) digests.add(rows);
      }
    }
  }
  return [...digests];
}

/** The rows of a table live in a file of their own, named inside the payload. */
function tableDigest(text: string): Digest | undefined {
  try {
    const payload: unknown = JSON.parse(text);
    return isFields(payload) && isDigest(payload.digest) ? payload.digest : undefined;
  } catch {
    // Not a table payload of ours: it needs nothing from the content store.
    return undefined;
  }
}

/** Times are left out: the same bytes written again are the same observation. */
function observedKey(observed: readonly Observation[]): string {
  return JSON.stringify(observed.map(observationId).sort());
}

/** Finding a record that still holds: the one place where a plan asks about the world. */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { CellHead, CellRecord, Observation, RecipeKey } from "../store/model.ts";
import { contentOf } from "../store/record.ts";
import { ambientDigest, isOutsideObservation, type Surroundings, unsettledFor } from "./ambient.ts";
import { type CachePolicy, looksOutside, type Moment, outlived } from "./caching.ts";
import type { Reason } from "./model.ts";
import type { ModuleTraits } from "./module-traits.ts";

export type Check =
  | { readonly holds: true }
  /** `now` is a short phrase for a person: "missing", "changed", "not set". */
  | { readonly holds: false; readonly now: string };

/** Answers that are already in memory come back at once, so that planning again after a keystroke never waits. */
export type Soon<T> = T | Promise<T>;

export interface PlanPorts {
  readonly hash: (text: string) => string;
  records(key: RecipeKey): Soon<readonly CellRecord[]>;
  /** Are there results under the key that somebody else made, and that are therefore not among the records? */
  foreign?(key: RecipeKey): Soon<boolean>;
  /** Does the notebook's folder have a module or package of this name? */
  local?(module: string): boolean;
  /** What the text of the notebook's own modules, and of those that they import, says about who loads or calls them. */
  traits?(modules: readonly string[]): ModuleTraits;
  head(cell: CellId): Soon<CellHead | undefined>;
  present(digest: Digest): Soon<boolean>;
  readonly moment: () => Moment;
  /** `finishedAt` is when the run ended that made the observation. */
  holds(observation: Observation, cell: CellId, finishedAt: string): Soon<Check>;
}

export type Found =
  | { readonly kind: "hit"; readonly record: CellRecord }
  | { readonly kind: "miss"; readonly because: Reason | undefined }
  /** A record may hold, depending on a cell above that has yet to run. */
  | { readonly kind: "unsettled"; readonly cell: CellId; readonly name: string };

export async function findRecord(
  key: RecipeKey,
  cell: CellId,
  surroundings: Surroundings,
  ports: PlanPorts,
  policy?: CachePolicy,
): Promise<Found> {
  let because: Reason | undefined;
  const asked = ports.records(key);
  for (const record of asked instanceof Promise ? await asked : asked) {
    const why = policy === undefined ? undefined : outlived(record, policy, ports.moment());
    if (why !== undefined) {
      because ??= why;
      continue;
    }
    const verdict = await judge(record, cell, surroundings, ports, looksOutside(policy));
    if (verdict === undefined) return { kind: "hit", record };
    if ("because" in verdict) because ??= verdict.because;
    else return { kind: "unsettled", cell: verdict.cell, name: verdict.name };
  }
  if (because === undefined) {
    const foreign = ports.foreign?.(key) ?? false;
    if (foreign instanceof Promise ? await foreign : foreign) because = { kind: "foreign" };
  }
  return { kind: "miss", because };
}

/**
 * A test, to be made again and again, of whether a record is what `findRecord` finds, and found without waiting. As long
 * as the surroundings are the same.
 */
export function stillFound(
  record: CellRecord,
  cell: CellId,
  surroundings: Surroundings,
): (ports: PlanPorts) => boolean {
  const content = contentOf(record);
  const outside = record.observed.filter(({ kind }) => kind !== "ambient");
  const settled = record.observed.every((observation) => {
    if (observation.kind !== "ambient") {
      return surroundings.writer === undefined || !isOutsideObservation(observation);
    }
    const { component, digest } = observation;
    return unsettledFor(component, surroundings) === undefined && ambientDigest(component, surroundings) === digest;
  });
  return (ports) => {
    const records = settled ? ports.records(record.key) : undefined;
    if (records === undefined || records instanceof Promise || records[0] !== record) return false;
    if (!content.every((digest) => ports.present(digest) === true)) return false;
    return outside.every((observation) => {
      const check = ports.holds(observation, cell, record.finishedAt);
      return !(check instanceof Promise) && check.holds;
    });
  };
}

/** Undefined when everything the record depends on is as it was. */
async function judge(
  record: CellRecord,
  cell: CellId,
  surroundings: Surroundings,
  ports: PlanPorts,
  outside: boolean,
): Promise<{ because: Reason } | { cell: CellId; name: string } | undefined> {
  for (const digest of contentOf(record)) {
    const present = ports.present(digest);
    if (!(typeof present === "boolean" ? present : await present)) return { because: { kind: "damaged", digest } };
  }
  for (const observation of record.observed) {
    if (observation.kind === "ambient") {
      const unsettled = unsettledFor(observation.component, surroundings);
      if (unsettled !== undefined) return { cell: unsettled, name: observation.component };
      const now = ambientDigest(observation.component, surroundings);
      if (now !== observation.digest) {
        return { because: { kind: "observation-changed", observation, now: now ?? "not set" } };
      }
      continue;
    }
    if (!outside) continue;
    if (isOutsideObservation(observation) && surroundings.writer !== undefined) {
      return { cell: surroundings.writer, name: "files" };
    }
    const asked = ports.holds(observation, cell, record.finishedAt);
    const check = asked instanceof Promise ? await asked : asked;
    if (!check.holds) return { because: { kind: "observation-changed", observation, now: check.now } };
  }
  return undefined;
}

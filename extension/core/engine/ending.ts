/** When statuses have to be derived again although nothing happens: a result kept by `@cache ttl=…` grows too old. */
import type { CachePolicy } from "../plan/caching.ts";
import type { CellRecord } from "../store/model.ts";
import type { CellStatus } from "./model.ts";

/** A timer waits no longer; it is set anew then. */
const LONGEST_MS = 2 ** 31 - 1;
const LAST_DATE_MS = 8.64e15;

export function endingOf(
  { finishedAt }: Pick<CellRecord, "finishedAt">,
  policy: CachePolicy | undefined,
): Pick<CellStatus, "staleAt"> {
  if (policy?.policy !== "ttl") return {};
  const end = Math.min(LAST_DATE_MS, Date.parse(finishedAt) + policy.seconds * 1000);
  return Number.isNaN(end) ? {} : { staleAt: new Date(end).toISOString() };
}

/** Milliseconds until the first one; undefined when there is none. */
export function nextEnding(statuses: readonly Pick<CellStatus, "staleAt">[], now: number): number | undefined {
  const ends = statuses.flatMap(({ staleAt }) => (staleAt === undefined ? [] : [Date.parse(staleAt)]));
  // The result is too old at that moment, and a moment must pass even when it was a while ago.
  return ends.length === 0 ? undefined : Math.min(LONGEST_MS, Math.max(10, Math.min(...ends) - now));
}

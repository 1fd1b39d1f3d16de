/** `# @cache`: which stored results a cell may use, apart from what their keys say. It changes no key. */
import type { Annotations } from "../notebook/annotations-model.ts";
import type { CellRecord } from "../store/model.ts";
import type { Reason } from "./model.ts";

export type CachePolicy = NonNullable<Annotations["cache"]>;

export interface Moment {
  /** ISO-8601. */
  readonly now: string;
  /** The session of this host: results of others do not count where the policy says so. */
  readonly session: string;
}

/** Why the policy does not let the record count, whatever it depends on. */
export function outlived(record: CellRecord, policy: CachePolicy | undefined, moment: Moment): Reason | undefined {
  switch (policy?.policy) {
    case "session":
      return record.session === moment.session ? undefined : { kind: "other-session", at: record.finishedAt };
    case "ttl": {
      const age = Date.parse(moment.now) - Date.parse(record.finishedAt);
      // A clock that was set back makes a result no younger than it could be.
      return age >= 0 && age < policy.seconds * 1000
        ? undefined
        : { kind: "expired", ageMs: age, ttlMs: policy.seconds * 1000 };
    }
    case "off":
      return { kind: "never-kept" };
    case "forever":
    case "fingerprint":
    case "snapshot":
    case undefined:
      return undefined;
    default:
      return policy satisfies never;
  }
}

/** `forever`: what a run read from outside is not looked at again. What cells above leave to it still counts. */
export function looksOutside(policy: CachePolicy | undefined): boolean {
  return policy?.policy !== "forever";
}

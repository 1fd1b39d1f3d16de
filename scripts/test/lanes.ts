/**
 * Runs the groups two at a time where there are two processors: one lane takes them from the front of the list, the other from its
 * back, where the slow ones are that mostly wait for a browser. What the machine lacks is seen to meanwhile, one thing after the other;
 * a group waits for its own needs only. Groups that build dist/ anew run after the others, alone.
 */
import { availableParallelism } from "node:os";
import { type Need, provision } from "../provision/needs.ts";
import type { Group } from "./groups.ts";

export interface LaneOptions<Result> {
  readonly groups: readonly Group[];
  /** `missing` says what the group needs and the machine cannot have. `together` is true while another group may be running. */
  readonly run: (group: Group, missing: readonly string[], together: boolean) => Promise<Result>;
}

export async function runInLanes<Result>({ groups, run }: LaneOptions<Result>): Promise<void> {
  const needs = seeToNeeds(groups.flatMap((group) => group.needs));
  const missing = async (group: Group) =>
    (await Promise.all(group.needs.map((need) => needs.get(need)))).flatMap((line) => line ?? []);
  const waiting = groups.filter(({ alone }) => !alone);
  const together = waiting.length > 1 && availableParallelism() > 1;
  const lane = async (take: () => Group | undefined) => {
    for (let group = take(); group !== undefined; group = take()) await run(group, await missing(group), together);
  };
  await Promise.all([lane(() => waiting.shift()), ...(together ? [lane(() => waiting.pop())] : [])]);
  for (const group of groups.filter(({ alone }) => alone)) await run(group, await missing(group), false);
}

/** One after the other, as Debian's package manager serves only one at a time. */
function seeToNeeds(all: readonly Need[]): ReadonlyMap<Need, Promise<string | undefined>> {
  const needs = new Map<Need, Promise<string | undefined>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const need of new Set(all)) {
    const seen = before.then(async () => (await provision([need])).get(need));
    needs.set(need, seen);
    before = seen;
  }
  return needs;
}

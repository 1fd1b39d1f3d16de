/**
 * Many short looks at a disk, one after the other: waiting for each costs several times what it takes, and doing all of
 * them at once keeps everything else waiting. So it is done in slices of a few milliseconds.
 */
import { setImmediate as others } from "node:timers/promises";

const SLICE_MS = 8;

export async function inSlices<T, R>(items: readonly T[], look: (item: T) => R): Promise<R[]> {
  const found: R[] = [];
  let began = performance.now();
  for (const item of items) {
    if (performance.now() - began > SLICE_MS) {
      await others();
      began = performance.now();
    }
    found.push(look(item));
  }
  return found;
}

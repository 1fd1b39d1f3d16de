/** One line of the table: our figure, theirs, what was wanted, and whether it was reached. */

export interface Row {
  readonly what: string;
  /** What is compared with; empty where the target is a figure by itself. */
  readonly against: string;
  readonly unit: "ms" | "s" | "MB";
  readonly ours: number;
  readonly theirs?: number;
  /** `times`: ours over theirs; `most`: our figure alone. */
  readonly target: { readonly times: number } | { readonly most: number };
}

/** How far from the target: 1 is just reached, below is better. */
export function share(row: Row): number {
  if ("most" in row.target) return row.ours / row.target.most;
  return row.theirs === undefined ? Number.NaN : row.ours / row.theirs / row.target.times;
}

export const isMet = (row: Row): boolean => share(row) <= 1;

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError("No figures to take the median of.");
  return (low + high) / 2;
}

/** Milliseconds that something takes. */
export async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

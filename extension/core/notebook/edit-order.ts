/**
 * New `order` numbers for a changed sequence of cells, changing as few of the existing ones as possible.
 * The cells of a longest increasing subsequence keep theirs; the others get short numbers between their neighbours.
 */

export interface Placed {
  /** Absent for a new cell. */
  readonly order?: number;
  /** Where the cell stands in the file; breaks ties between equal orders, as reading does. */
  readonly position: number;
}

export interface Ordered {
  readonly order: number;
  readonly fate: "kept" | "renumbered" | "moved" | "new";
}

/** One answer per cell of the wanted sequence; the orders never decrease, and are equal only between kept neighbours. */
export function assignOrders(wanted: readonly Placed[]): readonly Ordered[] {
  const anchors = longestIncreasing(wanted);
  const orders: (number | undefined)[] = wanted.map((cell, at) => (anchors.has(at) ? cell.order : undefined));
  let at = 0;
  while (at < wanted.length) {
    if (orders[at] !== undefined) at++;
    else at = fillGap(orders, at);
  }
  return wanted.map((cell, index) => {
    const order = orders[index] ?? 0;
    if (cell.order === undefined) return { order, fate: "new" };
    if (!anchors.has(index)) return { order, fate: "moved" };
    return { order, fate: order === cell.order ? "kept" : "renumbered" };
  });
}

/** Fill the run without orders that starts at `from`, taking in the next anchors while there is no room before them. */
function fillGap(orders: (number | undefined)[], from: number): number {
  const low = from === 0 ? undefined : orders[from - 1];
  let end = from;
  for (;;) {
    while (end < orders.length && orders[end] === undefined) end++;
    const values = between(low, orders[end], end - from);
    if (values !== undefined) {
      for (const [index, value] of values.entries()) orders[from + index] = value;
      return end;
    }
    // One more cell at first, then a quarter more: a crowded stretch is not spread out cell by cell.
    const take = Math.max(1, Math.floor((end - from) / 4));
    for (let taken = 0; taken < take && end < orders.length; end++) {
      if (orders[end] !== undefined) taken++;
      orders[end] = undefined;
    }
  }
}

/** `count` increasing numbers strictly between the bounds, with as few decimals as will do; undefined without room. */
function between(low: number | undefined, high: number | undefined, count: number): number[] | undefined {
  const steps = Array.from({ length: count }, (_, index) => index + 1);
  if (low === undefined) return high === undefined ? steps.map((step) => step - 1) : below(high, steps);
  if (high === undefined) return above(low, steps);
  for (let decimals = 0; decimals <= 12; decimals++) {
    const values = steps.map((step) => Number((low + ((high - low) * step) / (count + 1)).toFixed(decimals)));
    if (isIncreasing([low, ...values, high])) return values;
  }
  return undefined;
}

function above(low: number, steps: readonly number[]): number[] {
  const values = steps.map((step) => Math.floor(low) + step);
  // Beyond 2^53 whole numbers run out; there the next representable numbers are as good as any.
  return isIncreasing([low, ...values]) ? values : steps.map((step) => low + Math.abs(low) * 2 ** -51 * step);
}

function below(high: number, steps: readonly number[]): number[] | undefined {
  const values = steps.map((step) => Math.ceil(high) - steps.length + step - 1);
  return isIncreasing([...values, high]) ? values : undefined;
}

function isIncreasing(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}

/** Indices of a longest subsequence of the cells with an order that is increasing by (order, position). */
function longestIncreasing(cells: readonly Placed[]): ReadonlySet<number> {
  const tails: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [index, cell] of cells.entries()) {
    if (cell.order === undefined) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(cells[tails[middle] ?? 0], cell)) low = middle + 1;
      else high = middle;
    }
    before[index] = tails[low - 1];
    tails[low] = index;
  }
  const found = new Set<number>();
  for (let at = tails.at(-1); at !== undefined; at = before[at]) found.add(at);
  return found;
}

function isBefore(a: Placed | undefined, b: Placed): boolean {
  const [first, second] = [a?.order ?? 0, b.order ?? 0];
  return first < second || (first === second && (a?.position ?? 0) < b.position);
}

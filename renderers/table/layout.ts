/**
 * The arithmetic of the grid's viewport. Browsers cannot lay out an element of 22 million pixels, so tall tables have a
 * shorter scroll area: a wheel step or a key moves by real pixels, a drag of the scrollbar moves by proportion. Pure.
 */

/** Chromium's limit is 2^25 layout units at 64 to a pixel, and screens of two or three device pixels divide it again. */
export const MAX_SCROLL_HEIGHT = 8_000_000;

export interface Rows {
  readonly count: number;
  readonly height: number;
  /** Pixels of rows that are visible. */
  readonly viewport: number;
}

/** Height of the scrolled area: the true one while the browser can have it. */
export function scrollHeight(rows: Rows): number {
  return Math.min(rows.count * rows.height, MAX_SCROLL_HEIGHT);
}

/** Largest true offset. */
export function maxTop(rows: Rows): number {
  return Math.max(0, rows.count * rows.height - rows.viewport);
}

/** Where the scrollbar stands for a true offset. */
export function toScroll(rows: Rows, top: number): number {
  const max = maxTop(rows);
  const scrollMax = Math.max(0, scrollHeight(rows) - rows.viewport);
  return max === 0 ? 0 : max === scrollMax ? top : Math.round((top / max) * scrollMax);
}

/** The true offset after the scrollbar moved from `before`, where the true offset was `top`, to `now`. */
export function afterScroll(rows: Rows, top: number, before: number, now: number): number {
  const max = maxTop(rows);
  const scrollMax = Math.max(0, scrollHeight(rows) - rows.viewport);
  if (max === scrollMax) return clamp(now, 0, max);
  const delta = now - before;
  if (Math.abs(delta) <= Math.max(rows.viewport * 3, 600)) return clamp(top + delta, 0, max);
  return clamp(scrollMax === 0 ? 0 : (now / scrollMax) * max, 0, max);
}

/** First and one past the last row that show, even by a pixel. */
export function visibleRows(rows: Rows, top: number): { readonly from: number; readonly to: number } {
  const from = Math.min(Math.max(0, Math.floor(top / rows.height)), Math.max(0, rows.count - 1));
  return { from, to: Math.min(rows.count, Math.ceil((top + rows.viewport) / rows.height)) };
}

/** Left edge of each column and, last, the total width. */
export function columnOffsets(widths: readonly number[]): Float64Array {
  const offsets = new Float64Array(widths.length + 1);
  for (let index = 0; index < widths.length; index++) offsets[index + 1] = (offsets[index] ?? 0) + (widths[index] ?? 0);
  return offsets;
}

/** First and one past the last column between `left` and `left + width`. */
export function visibleColumns(
  offsets: Float64Array,
  left: number,
  width: number,
): { readonly from: number; readonly to: number } {
  const count = offsets.length - 1;
  if (count <= 0 || width <= 0) return { from: 0, to: 0 };
  const from = Math.min(columnAt(offsets, left), count - 1);
  let to = from;
  while (to < count && (offsets[to] ?? 0) < left + width) to++;
  return { from, to };
}

/** Index of the column that holds pixel `x`. */
export function columnAt(offsets: Float64Array, x: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The nearest offset at which the span `start` … `end` is inside a view of that size. */
export function reveal(offset: number, size: number, start: number, end: number): number {
  if (start < offset) return start;
  if (end > offset + size) return Math.max(Math.min(start, end - size), 0);
  return offset;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Rows a page: enough for several screens, little enough that a page of a wide table stays around a megabyte. */
export function pageRows(columns: number): number {
  return clamp(Math.floor(150_000 / Math.max(1, columns)), 50, 1000);
}

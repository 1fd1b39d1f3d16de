/**
 * The columns of one table: how each is styled, how wide it is, and the words for its values.
 * Styles and first widths come from the rows that have arrived; a width that the user set is never touched.
 */
import type { TableColumn, TablePayload } from "../../extension/core/outputs/model.ts";
import type { Page } from "./arrow.ts";
import { type ColumnStyle, type ColumnType, full, NEW_STYLE, short, type Value, widen } from "./format.ts";
import { clamp } from "./layout.ts";

const MIN_WIDTH = 40;
const FIRST_MAX = 260;
const FIT_MAX = 900;
/** Space beside the text: padding and the column's line. */
const PADDING = 18;
/** Rows looked at for the first width. */
const SAMPLE = 60;
/** Letters differ in width, so the text with the most of them is not always the widest. */
const MEASURED = 8;
/** Values of a page looked at for the style of their columns. */
const LEARN_CELLS = 50_000;

export interface Columns {
  readonly list: readonly TableColumn[];
  readonly widths: readonly number[];
  /** Takes a new page into account; true when a width or a style changed. */
  learn(page: Page): boolean;
  text(column: number, value: Value): string;
  exact(column: number, value: Value): string;
  /** Numbers stand right, everything else left. */
  isRight(column: number): boolean;
  resize(column: number, width: number): void;
  /** Widest of the header and the texts given. */
  fit(column: number, texts: Iterable<string>): void;
  /** Widths the user set, by column. */
  readonly chosen: ReadonlyMap<number, number>;
}

export function createColumns(
  payload: TablePayload,
  measure: (text: string, bold: boolean) => number,
  chosen: ReadonlyMap<number, number>,
): Columns {
  const list = payload.columns;
  const types: ColumnType[] = list.map((column) => ({ dtype: column.dtype, source: payload.source }));
  const styles: ColumnStyle[] = list.map(() => NEW_STYLE);
  const right: boolean[] = list.map((column) =>
    /^(u?int|float|complex|decimal|timedelta|duration)/i.test(column.dtype),
  );
  const set = new Map(chosen);
  const widths = list.map((_, column) => set.get(column) ?? headerWidth(column));
  let learned = false;

  function headerWidth(column: number): number {
    const { name, dtype } = list[column] as TableColumn;
    return clamp(Math.ceil(Math.max(measure(name, true), measure(dtype, false) * 0.9)) + PADDING, MIN_WIDTH, FIRST_MAX);
  }

  /** Measuring every text would take long on a thousand columns; a few of the longest stand for the rest. */
  function textWidth(column: number, texts: Iterable<string>): number {
    const longest = [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, MEASURED);
    const bold = list[column]?.index ?? false;
    return Math.ceil(Math.max(0, ...longest.map((text) => measure(text, bold)))) + PADDING;
  }

  return {
    list,
    widths,
    chosen: set,
    learn(page) {
      let changed = false;
      const before = styles.map((style) => style);
      // A wide table's page is looked at in steps: exact decimals are worth less than a smooth scroll.
      const stride = Math.max(1, Math.ceil((page.rows * list.length) / LEARN_CELLS));
      for (let column = 0; column < list.length; column++) {
        let style = styles[column] ?? NEW_STYLE;
        let number = right[column] ?? false;
        for (let row = page.from; row < page.from + page.rows; row += stride) {
          const value = page.value(row, column);
          if (typeof value === "number" || typeof value === "bigint") number = true;
          else if (typeof value === "object" && value !== null && "kind" in value && value.kind === "decimal")
            number = true;
          // Only these kinds have a style; the first value of another kind says that the column has none.
          else if (value !== null && !(typeof value === "object" && "kind" in value)) break;
          if (typeof value === "bigint") break;
          style = widen(style, value);
        }
        right[column] = number;
        if (style !== before[column]) changed = true;
        styles[column] = style;
        const type = types[column] as ColumnType;
        if (set.has(column) || (learned && style === before[column])) continue;
        const sample: string[] = [];
        for (let row = page.from; row < Math.min(page.from + page.rows, page.from + SAMPLE); row++)
          sample.push(short(page.value(row, column), style, type));
        const width = clamp(textWidth(column, sample), MIN_WIDTH, FIRST_MAX);
        if (width > (widths[column] ?? 0)) {
          widths[column] = width;
          changed = true;
        }
      }
      learned = true;
      return changed;
    },
    text: (column, value) => short(value, styles[column] ?? NEW_STYLE, types[column] as ColumnType),
    exact: (column, value) => full(value, types[column] as ColumnType),
    isRight: (column) => right[column] ?? false,
    resize(column, width) {
      const clamped = clamp(Math.round(width), MIN_WIDTH, 2000);
      set.set(column, clamped);
      widths[column] = clamped;
    },
    fit(column, texts) {
      const width = clamp(Math.max(textWidth(column, texts), headerWidth(column)), MIN_WIDTH, FIT_MAX);
      set.set(column, width);
      widths[column] = width;
    },
  };
}

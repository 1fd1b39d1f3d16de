/**
 * How a table's values read: short in the grid, as pandas prints them, and exact for hover and copy.
 * A column has one style, widened by each value seen and never narrowed, so that decimal points line up
 * and a column does not change its mind while scrolling back. Pure: no DOM, no Arrow. Moments and spans are in times.ts.
 */
import { dayText, durationText, hasClock, neededFraction, timestampText, timeText, type UnitDigits } from "./times.ts";

export type Value =
  | null
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | { readonly kind: "timestamp"; readonly value: bigint; readonly digits: UnitDigits; readonly timezone?: string }
  | { readonly kind: "date"; readonly days: number }
  | { readonly kind: "time"; readonly value: bigint; readonly digits: UnitDigits }
  | { readonly kind: "duration"; readonly value: bigint; readonly digits: UnitDigits }
  | { readonly kind: "decimal"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "struct"; readonly entries: readonly (readonly [string, Value])[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Value, Value])[] };

/** What decides the words for missing values and booleans: the column's own type, and the library the table is from. */
export interface ColumnType {
  readonly dtype: string;
  readonly source: string;
}

export interface ColumnStyle {
  /** Decimals that the values seen need, at most 6. */
  readonly decimals: number;
  /** Characters before the point, sign included. */
  readonly whole: number;
  /** A magnitude above 10^6, or a non-zero one below 10^-6. */
  readonly large: boolean;
  readonly small: boolean;
  /** Some timestamp is not at midnight; some duration is not a number of whole days. */
  readonly clock: boolean;
  readonly fraction: UnitDigits;
}

export const NEW_STYLE: ColumnStyle = { decimals: 1, whole: 1, large: false, small: false, clock: false, fraction: 0 };

/** pandas' `display.precision`, and the width beyond which it turns to exponents. */
const PRECISION = 6;
const FIXED_WIDTH = PRECISION + 6;

/** The style that also fits `value`; the same object when nothing changes. */
export function widen(style: ColumnStyle, value: Value): ColumnStyle {
  if (typeof value === "number") return widenFloat(style, value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return style;
  if (value.kind !== "timestamp" && value.kind !== "duration") return style;
  const timezone = value.kind === "timestamp" ? value.timezone : undefined;
  const clock = style.clock || hasClock(value.value, value.digits, timezone);
  const fraction = Math.max(neededFraction(value.value, value.digits), style.fraction) as UnitDigits;
  return clock === style.clock && fraction === style.fraction ? style : { ...style, clock, fraction };
}

function widenFloat(style: ColumnStyle, value: number): ColumnStyle {
  if (!Number.isFinite(value)) return style;
  const magnitude = Math.abs(value);
  const large = style.large || magnitude > 1e6;
  const small = style.small || (magnitude > 0 && magnitude < 10 ** -PRECISION);
  let decimals = style.decimals;
  let whole = style.whole;
  if (magnitude >= 1e21) {
    whole = Math.max(whole, 22);
  } else {
    const text = value.toFixed(PRECISION);
    const point = text.indexOf(".");
    whole = Math.max(whole, point);
    if (decimals < PRECISION) {
      let end = text.length;
      while (end > point + 2 && text.charCodeAt(end - 1) === 48) end--;
      decimals = Math.max(decimals, end - point - 1);
    }
  }
  return large === style.large && small === style.small && decimals === style.decimals && whole === style.whole
    ? style
    : { ...style, large, small, decimals, whole };
}

/** What the grid shows. */
export function short(value: Value, style: ColumnStyle, type: ColumnType): string {
  if (typeof value === "number") return floatText(value, style, type);
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    if (value.kind === "timestamp")
      return timestampText(value.value, value.digits, value.timezone, style.clock, style.fraction);
    if (value.kind === "duration") return durationText(value.value, value.digits, style.clock, style.fraction);
  }
  return clip(full(value, type), 300);
}

/** The exact value: for hover and for the clipboard. */
export function full(value: Value, type: ColumnType): string {
  if (value === null) return missingText(type);
  switch (typeof value) {
    case "number":
      return exactFloat(value, type);
    case "bigint":
      return value.toString();
    case "boolean":
      return booleanText(value, type);
    case "string":
      return value;
    default:
      break;
  }
  if (value instanceof Uint8Array) return bytesText(value);
  switch (value.kind) {
    case "timestamp":
      return timestampText(value.value, value.digits, value.timezone, true, neededFraction(value.value, value.digits));
    case "duration":
      return durationText(value.value, value.digits, true, neededFraction(value.value, value.digits));
    default:
      return nested(value, type);
  }
}

/** Missing in the table's own sense: shown dimmed, so that the text "NaN" and no value are told apart. */
export function isMissing(value: Value): boolean {
  return value === null || (typeof value === "number" && Number.isNaN(value));
}

/** The library's own word for a missing value of this type. */
export function missingText({ dtype, source }: ColumnType): string {
  if (!source.startsWith("pandas") && !source.startsWith("numpy")) return "null";
  if (/^(datetime64|timedelta64|period|<M8|<m8)/i.test(dtype)) return "NaT";
  if (/^(U?Int\d+|Float\d+|boolean|string(\[|$))|\[pyarrow\]$/.test(dtype)) return "<NA>";
  if (/^(float|str$|category|complex|interval)/.test(dtype)) return "NaN";
  return "None";
}

function booleanText(value: boolean, { source }: ColumnType): string {
  const text = value ? "true" : "false";
  return source.startsWith("polars") || source.startsWith("pyarrow") ? text : value ? "True" : "False";
}

function floatText(value: number, style: ColumnStyle, type: ColumnType): string {
  if (Number.isNaN(value)) return type.source.startsWith("numpy") ? "nan" : "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (usesExponent(style)) return exponent(value.toExponential(PRECISION));
  return value.toFixed(style.decimals);
}

function usesExponent(style: ColumnStyle): boolean {
  return style.small || (style.large && style.whole + 1 + style.decimals > FIXED_WIDTH);
}

/** The shortest text that reads back as the same number, written as Python writes it. */
function exactFloat(value: number, type: ColumnType): string {
  if (!Number.isFinite(value)) return floatText(value, NEW_STYLE, type);
  const magnitude = Math.abs(value);
  const single = /float(32|16)/i.test(type.dtype) || type.dtype === "float";
  let text = single ? shortestSingle(value) : String(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const digits = single ? Math.max(0, significantDigits(text) - 1) : undefined;
    text = exponent(value.toExponential(digits));
  } else if (!/[.e]/.test(text)) text += ".0";
  return Object.is(value, -0) ? "-0.0" : text;
}

function shortestSingle(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

function significantDigits(text: string): number {
  const mantissa = (text.split("e")[0] ?? "").replace(/[-.]/g, "");
  return mantissa.replace(/^0+/, "").replace(/0+$/, "").length || 1;
}

/** JavaScript writes 1e+5 where Python writes 1e+05. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

/** Line ends and tabs would break a row of the grid; they are written as Python's repr writes them. */
function escapeText(text: string): string {
  const clipped = clip(text, 300);
  return /[\n\r\t]/.test(clipped)
    ? clipped.replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")
    : clipped;
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes.length > 4096 ? bytes.subarray(0, 4096) : bytes) {
    if (byte === 39 || byte === 92) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `b'${text}${bytes.length > 4096 ? `… (${bytes.length} bytes)` : ""}'`;
}

function nested(
  value: Exclude<Value, null | number | bigint | boolean | string | Uint8Array>,
  type: ColumnType,
): string {
  switch (value.kind) {
    case "date":
      return dayText(value.days);
    case "time":
      return timeText(value.value, value.digits);
    case "decimal":
      return value.text;
    case "list":
      return `[${value.items.map((item) => repr(item, type)).join(", ")}]`;
    case "struct":
      return `{${value.entries.map(([name, item]) => `${quote(name)}: ${repr(item, type)}`).join(", ")}}`;
    case "map":
      return `{${value.entries.map(([key, item]) => `${repr(key, type)}: ${repr(item, type)}`).join(", ")}}`;
    case "timestamp":
    case "duration":
      return full(value, type);
    default: {
      const never: never = value;
      return String(never);
    }
  }
}

/** Inside a list or struct, text is quoted and a missing item is the language's own. */
function repr(value: Value, type: ColumnType): string {
  if (value === null) return type.source.startsWith("polars") || type.source.startsWith("pyarrow") ? "null" : "None";
  return typeof value === "string" ? quote(value) : full(value, { dtype: "", source: type.source });
}

function quote(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return escaped.includes("'") && !escaped.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

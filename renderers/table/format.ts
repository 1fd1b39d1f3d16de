/**
 * How a table's values read: short in the grid, as pandas prints them, and exact for hover and copy.
 * A column has one style, widened by each value seen and never narrowed, so that decimal points line up
 * and a column does not change its mind while scrolling back. Pure: no DOM, no Arrow.
 */

/** Power of ten of the unit below a second: 0, 3, 6 or 9. */
export type UnitDigits = 0 | 3 | 6 | 9;

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
  const { seconds, rest } = split(value.value, value.digits);
  const local = value.kind === "timestamp" ? seconds + BigInt(offsetMinutes(seconds, value.timezone) * 60) : seconds;
  const clock = style.clock || rest !== 0n || local % 86400n !== 0n;
  const needed = fractionDigits(rest, value.digits);
  const fraction = Math.max(needed, style.fraction) as UnitDigits;
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
      return timestampText(
        value.value,
        value.digits,
        value.timezone,
        true,
        fractionDigits(split(value.value, value.digits).rest, value.digits),
      );
    case "duration":
      return durationText(
        value.value,
        value.digits,
        true,
        fractionDigits(split(value.value, value.digits).rest, value.digits),
      );
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

export function usesExponent(style: ColumnStyle): boolean {
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

function split(value: bigint, digits: UnitDigits): { seconds: bigint; rest: bigint } {
  const scale = 10n ** BigInt(digits);
  const rest = ((value % scale) + scale) % scale;
  return { seconds: (value - rest) / scale, rest };
}

/** How many decimals, in threes, the part below a second needs. */
function fractionDigits(rest: bigint, digits: UnitDigits): UnitDigits {
  if (rest === 0n) return 0;
  for (const fewer of [3, 6] as const) if (fewer < digits && rest % 10n ** BigInt(digits - fewer) === 0n) return fewer;
  return digits;
}

function fractionText(rest: bigint, digits: UnitDigits, shown: UnitDigits): string {
  if (shown === 0) return "";
  return `.${rest.toString().padStart(digits, "0").padEnd(9, "0").slice(0, shown)}`;
}

function timestampText(
  value: bigint,
  digits: UnitDigits,
  timezone: string | undefined,
  clock: boolean,
  fraction: UnitDigits,
): string {
  const { seconds, rest } = split(value, digits);
  const offset = offsetMinutes(seconds, timezone);
  const local = seconds + BigInt(offset * 60);
  const second = ((local % 86400n) + 86400n) % 86400n;
  const day = dayText(Number((local - second) / 86400n));
  if (!clock && timezone === undefined) return day;
  const time = `${day} ${clockText(Number(second))}${fractionText(rest, digits, digits === 0 ? 0 : fraction)}`;
  if (timezone === undefined) return time;
  const sign = offset < 0 ? "-" : "+";
  const minutes = Math.abs(offset);
  return `${time}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function durationText(value: bigint, digits: UnitDigits, clock: boolean, fraction: UnitDigits): string {
  const { seconds, rest } = split(value, digits);
  const second = ((seconds % 86400n) + 86400n) % 86400n;
  const days = (seconds - second) / 86400n;
  if (!clock) return `${days} days`;
  // pandas writes a negative span as negative days and a positive clock.
  return `${days} days ${days < 0n ? "+" : ""}${clockText(Number(second))}${fractionText(rest, digits, digits === 0 ? 0 : fraction)}`;
}

/** Civil date of a day count from 1970-01-01, in the proleptic Gregorian calendar, for years that Date does not reach too. */
function dayText(days: number): string {
  const date = new Date(days * 86400000);
  if (Number.isNaN(date.getTime())) return `day ${days}`;
  const year = date.getUTCFullYear();
  const text = year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
  return `${text}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

function clockText(second: number): string {
  return `${pad(Math.floor(second / 3600))}:${pad(Math.floor(second / 60) % 60)}:${pad(second % 60)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

const zones = new Map<string, Intl.DateTimeFormat | undefined>();

/** Minutes east of UTC at that moment; 0 for a zone the browser does not know. Formatters are slow to make, so they are kept. */
function offsetMinutes(seconds: bigint, timezone: string | undefined): number {
  if (timezone === undefined || timezone === "UTC") return 0;
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(timezone);
  if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  if (!zones.has(timezone)) zones.set(timezone, zoneFormat(timezone));
  const format = zones.get(timezone);
  if (!format) return 0;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return 0;
  const part = format.formatToParts(date).find((each) => each.type === "timeZoneName")?.value ?? "";
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(part);
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
}

function zoneFormat(timezone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
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
    case "time": {
      const { seconds, rest } = split(value.value, value.digits);
      return clockText(Number(seconds)) + fractionText(rest, value.digits, fractionDigits(rest, value.digits));
    }
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

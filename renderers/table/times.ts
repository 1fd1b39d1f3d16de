/**
 * Moments, times of day and spans as pandas writes them, from whole counts of a unit, so that no nanosecond is lost.
 * Zones are the browser's own.
 */

/** Power of ten of the unit below a second: 0, 3, 6 or 9. */
export type UnitDigits = 0 | 3 | 6 | 9;

/** Whether it is at another time of its day than midnight; for a span, whether it is not a number of whole days. */
export function hasClock(value: bigint, digits: UnitDigits, timezone: string | undefined): boolean {
  const { seconds, rest } = split(value, digits);
  return rest !== 0n || (seconds + BigInt(offsetMinutes(seconds, timezone) * 60)) % 86400n !== 0n;
}

/** How many decimals, in threes, the part below a second needs. */
export function neededFraction(value: bigint, digits: UnitDigits): UnitDigits {
  return fractionDigits(split(value, digits).rest, digits);
}

export function timestampText(
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

export function durationText(value: bigint, digits: UnitDigits, clock: boolean, fraction: UnitDigits): string {
  const { seconds, rest } = split(value, digits);
  const second = ((seconds % 86400n) + 86400n) % 86400n;
  const days = (seconds - second) / 86400n;
  if (!clock) return `${days} days`;
  // pandas writes a negative span as negative days and a positive clock.
  return `${days} days ${days < 0n ? "+" : ""}${clockText(Number(second))}${fractionText(rest, digits, digits === 0 ? 0 : fraction)}`;
}

/** A time of day. */
export function timeText(value: bigint, digits: UnitDigits): string {
  const { seconds, rest } = split(value, digits);
  return clockText(Number(seconds)) + fractionText(rest, digits, fractionDigits(rest, digits));
}

/** Civil date of a day count from 1970-01-01, in the proleptic Gregorian calendar, for years that Date does not reach too. */
export function dayText(days: number): string {
  const date = new Date(days * 86400000);
  if (Number.isNaN(date.getTime())) return `day ${days}`;
  const year = date.getUTCFullYear();
  const text = year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
  return `${text}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

function split(value: bigint, digits: UnitDigits): { seconds: bigint; rest: bigint } {
  const scale = 10n ** BigInt(digits);
  const rest = ((value % scale) + scale) % scale;
  return { seconds: (value - rest) / scale, rest };
}

function fractionDigits(rest: bigint, digits: UnitDigits): UnitDigits {
  if (rest === 0n) return 0;
  for (const fewer of [3, 6] as const) if (fewer < digits && rest % 10n ** BigInt(digits - fewer) === 0n) return fewer;
  return digits;
}

function fractionText(rest: bigint, digits: UnitDigits, shown: UnitDigits): string {
  if (shown === 0) return "";
  return `.${rest.toString().padStart(digits, "0").padEnd(9, "0").slice(0, shown)}`;
}

function clockText(second: number): string {
  return `${pad(Math.floor(second / 3600))}:${pad(Math.floor(second / 60) % 60)}:${pad(second % 60)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/**
 * A memo, and no state that anything could see: a formatter depends on its zone alone. Making one takes
 * far longer than using it, and nothing lives as long as a column that all of its values are written through.
 */
const zones = new Map<string, Intl.DateTimeFormat | undefined>();

/** Minutes east of UTC at that moment; 0 for a zone the browser does not know. */
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

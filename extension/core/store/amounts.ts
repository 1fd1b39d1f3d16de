/** Sizes and ages as people write them: "10 GB", "512MiB", "30d". */

/** Of a store; 10 GB. */
export const DEFAULT_LIMIT = 10e9;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const SPANS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 7 * 86_400e3 };

/** Bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  return scaled(text, UNITS);
}

/** Milliseconds; undefined when it is no age. A number needs its unit. */
export function parseAge(text: string): number | undefined {
  return scaled(text, SPANS);
}

function scaled(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}

/** "0 B", "12 kB", "3.4 GB": three digits at most. */
export function formatSize(bytes: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  let [value, at] = [bytes, 0];
  while (value >= 999.5 && at < names.length - 1) {
    value /= 1000;
    at++;
  }
  return `${at === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${names[at]}`;
}

/** "1 result", "2,345 results". */
export function counted(count: number, noun: string): string {
  const digits = String(count).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits} ${noun}${count === 1 ? "" : "s"}`;
}

/** Reads JSON without losing digits, and says how each value looks and where it stands. Pure. */

/** A number that a JavaScript number cannot hold, as it was written. */
class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | { readonly [key: string]: Json };

/** Throws as JSON.parse does. */
export function parseJson(text: string): Json {
  // Keeping the source of numbers makes parsing several times slower; few texts have a number that needs it.
  if (!/\d[\d.]{15}/.test(text)) return JSON.parse(text) as Json;
  type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;
  const reviver: Reviver = (_key, value, context) => {
    if (typeof value !== "number" || context?.source === undefined) return value;
    return /^-?\d+$/.test(context.source) && !Number.isSafeInteger(value) ? new ExactNumber(context.source) : value;
  };
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as Json;
}

export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object";

export function kindOf(value: Json): Kind {
  if (value === null) return "null";
  if (value instanceof ExactNumber) return "number";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

export function entriesOf(value: Json): readonly (readonly [string | number, Json])[] {
  if (Array.isArray(value)) return value.map((item: Json, at) => [at, item] as const);
  return kindOf(value) === "object" ? Object.entries(value as { [key: string]: Json }) : [];
}

/** One line: the value itself, or how much is in it. */
export function summary(value: Json): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === "string") return JSON.stringify(value.length > 1000 ? `${value.slice(0, 1000)}…` : value);
  const kind = kindOf(value);
  const count = kind === "array" || kind === "object" ? entriesOf(value).length : 0;
  if (kind === "array")
    return count === 0 ? "[]" : `[…] ${count.toLocaleString("en-US")} ${count === 1 ? "item" : "items"}`;
  if (kind === "object")
    return count === 0 ? "{}" : `{…} ${count.toLocaleString("en-US")} ${count === 1 ? "key" : "keys"}`;
  return String(value);
}

/** As text for the clipboard: a string without quotes, everything else as indented JSON with its exact digits. */
export function valueText(value: Json): string {
  return typeof value === "string" ? value : write(value, "");
}

function write(value: Json, indent: string): string {
  if (value instanceof ExactNumber) return value.text;
  const entries = entriesOf(value);
  if (entries.length === 0) return JSON.stringify(value);
  const inner = `${indent}  `;
  const array = Array.isArray(value);
  const lines = entries.map(
    ([key, item]) => inner + (array ? "" : `${JSON.stringify(String(key))}: `) + write(item, inner),
  );
  return `${array ? "[" : "{"}\n${lines.join(",\n")}\n${indent}${array ? "]" : "}"}`;
}

/** The way to a value as Python would write it after the name of the variable: `["users"][0]`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((step) => `[${typeof step === "number" ? step : JSON.stringify(step)}]`).join("");
}

/**
 * Typed reading of TOML tables: each function takes what it can, reports what it cannot, and never throws.
 * A value of the wrong type is reported on its line and treated as absent; the text keeps it.
 */
import type { Problem } from "./model.ts";
import { kindName, type TomlTable, type TomlValue } from "./toml.ts";

export const TOML_FILE = "notebook.toml";

export interface Reader {
  readonly problems: Problem[];
  /** Named in messages, e.g. `[[cells]] "a1"`. */
  readonly where: string;
  readonly cell?: string;
}

export function report(
  reader: Reader,
  code: string,
  line: number | undefined,
  message: string,
  severity: Problem["severity"] = "error",
): void {
  reader.problems.push({
    code,
    severity,
    file: TOML_FILE,
    ...(line === undefined ? {} : { line }),
    message,
    ...(reader.cell === undefined ? {} : { cell: reader.cell }),
  });
}

function wrongType(reader: Reader, key: string, value: TomlValue, expected: string): undefined {
  const message = `${reader.where}: \`${key}\` must be ${expected}, but it is ${kindName(value)}. It is ignored until you correct it in notebook.toml.`;
  report(reader, "wrong-type", value.line, message);
  return undefined;
}

export function readString(reader: Reader, table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  if (value === undefined) return undefined;
  return value.kind === "string" ? value.value : wrongType(reader, key, value, "a string");
}

/** A TOML datetime or a string, as ISO-8601 text. */
export function readDate(reader: Reader, table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  if (value === undefined) return undefined;
  if (value.kind === "date") return value.text.replace(/^(\d{4}-\d{2}-\d{2})[ t]/, "$1T").replace(/z$/, "Z");
  return value.kind === "string" ? value.value : wrongType(reader, key, value, "a date or a string");
}

/** A number of seconds above zero. */
export function readTimeout(reader: Reader, table: TomlTable): number | undefined {
  const value = table.entries.get("timeout");
  if (value === undefined) return undefined;
  if (value.kind !== "number") return wrongType(reader, "timeout", value, "a number of seconds");
  if (value.value > 0 && Number.isFinite(value.value)) return value.value;
  report(
    reader,
    "timeout-invalid",
    value.line,
    `${reader.where}: \`timeout\` must be above 0 seconds. No limit applies until you correct it, or remove the key.`,
  );
  return undefined;
}

export function readTable(reader: Reader, table: TomlTable, key: string): TomlTable | undefined {
  const value = table.entries.get(key);
  if (value === undefined) return undefined;
  return value.kind === "table" ? value : wrongType(reader, key, value, "a table");
}

export function readArray(reader: Reader, table: TomlTable, key: string): readonly TomlValue[] {
  const value = table.entries.get(key);
  if (value === undefined) return [];
  return value.kind === "array" ? value.items : (wrongType(reader, key, value, "an array of tables") ?? []);
}

/** A table of strings. Numbers and booleans are taken as they would be typed in a shell. */
export function readStrings(
  reader: Reader,
  table: TomlTable | undefined,
  where: string,
): Readonly<Record<string, string>> {
  const strings: [string, string][] = [];
  for (const [key, value] of table?.entries ?? []) {
    if (value.kind === "string") strings.push([key, value.value]);
    else if (value.kind === "number") strings.push([key, value.node.number]);
    else if (value.kind === "boolean") strings.push([key, String(value.value)]);
    else wrongType({ ...reader, where }, key, value, "a string");
  }
  return Object.fromEntries(strings);
}

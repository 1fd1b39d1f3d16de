/** `updated_at` of notebook.toml: bumped in the form it was written in, and otherwise ignored when texts are compared. */
import { applySplices } from "./splice.ts";
import { readToml, type TomlDocument } from "./toml.ts";

interface Stamp {
  readonly start: number;
  readonly end: number;
  /** As written, without quotes. */
  readonly text: string;
  readonly quote: string;
}

/** `toml` with `updated_at` at `now` (milliseconds since 1970); unchanged when it has no such key or no date in it. */
export function bumpUpdatedAt(toml: string, now: number): string {
  const stamp = findStamp(readToml(toml), toml);
  if (stamp === undefined) return toml;
  const text = stampLike(stamp.text, now);
  if (text === undefined) return toml;
  return applySplices(toml, [{ start: stamp.start, end: stamp.end, text: stamp.quote + text + stamp.quote }]);
}

/** The text with the value of `updated_at` blanked: two texts that agree in it differ in nothing that matters. */
export function withoutUpdatedAt(toml: string, document: TomlDocument = readToml(toml)): string {
  const stamp = findStamp(document, toml);
  return stamp === undefined ? toml : `${toml.slice(0, stamp.start)}\u0000${toml.slice(stamp.end)}`;
}

function findStamp(document: TomlDocument, toml: string): Stamp | undefined {
  const value = document.kind === "ok" ? document.root.entries.get("updated_at") : undefined;
  if (value?.kind === "date")
    return { start: value.node.range[0], end: value.node.range[1], text: value.text, quote: "" };
  if (value?.kind !== "string" || value.node.multiline) return undefined;
  const [start, end] = value.node.range;
  return { start, end, text: value.value, quote: toml.charAt(start) };
}

const STAMP = /^\d{4}-\d{2}-\d{2}(?:([Tt ])\d{2}:\d{2}(?::\d{2}(?:\.(\d+))?)?([Zz]|[+-]\d{2}:\d{2})?)?$/;

/** The moment `now` with the separator, the number of decimals and the offset of `old`; without an offset, in UTC. */
function stampLike(old: string, now: number): string | undefined {
  const match = STAMP.exec(old);
  if (match === null) return old === "" ? new Date(now).toISOString() : undefined;
  const [, separator, fraction = "", offset = ""] = match;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(offset) ?? [];
  const shift = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -60_000 : 60_000);
  const iso = new Date(now + shift).toISOString();
  if (separator === undefined) return iso.slice(0, 10);
  const decimals =
    fraction === "" ? "" : `.${iso.slice(20, 23).padEnd(fraction.length, "0").slice(0, fraction.length)}`;
  return `${iso.slice(0, 10)}${separator}${iso.slice(11, 19)}${decimals}${offset}`;
}

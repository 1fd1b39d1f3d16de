/**
 * A result held against another run of the same cell with the same inputs: what is different, in words. Values are
 * compared by their bytes. Of what is shown, parts that no two processes share (addresses, ids made at random) are left
 * out; standard error is not compared at all, since progress, warnings and timings go there.
 */
import type { Output } from "../outputs/model.ts";
import type { CellRecord } from "../store/model.ts";

export type Compared = Pick<CellRecord, "values" | "ambient" | "observed" | "deleted" | "outputs">;

export function differences(stored: Compared, again: Compared): readonly string[] {
  const found = [
    ...differing(valuesOf(stored), valuesOf(again)),
    ...differing(new Map(Object.entries(stored.ambient)), new Map(Object.entries(again.ambient))).map(
      (component) => `the setting ${component}`,
    ),
    ...differing(writtenOf(stored), writtenOf(again)).map((path) => `the file ${path}`),
  ];
  if (printed(stored.outputs) !== printed(again.outputs)) found.push("what it printed");
  if (shown(stored.outputs) !== shown(again.outputs)) found.push("what it showed");
  return found;
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).sort();
}

function valuesOf({ values, deleted }: Compared): ReadonlyMap<string, string> {
  const digests = new Map(deleted.map((name) => [name, "deleted"]));
  for (const { digest, variables } of values) for (const { name } of variables) digests.set(name, digest);
  return digests;
}

function writtenOf({ observed }: Compared): ReadonlyMap<string, string> {
  return new Map(observed.flatMap((seen) => (seen.kind === "written" ? [[seen.path, seen.digest] as const] : [])));
}

function printed(outputs: readonly Output[]): string {
  return withoutChance(
    outputs.map((output) => (output.type === "stream" && output.name === "stdout" ? output.text : "")).join(""),
  );
}

function shown(outputs: readonly Output[]): string {
  const displays = outputs.map((output) => {
    if (output.type !== "display") return [];
    return output.data.map((item) => {
      if ("text" in item) return [item.mime, withoutChance(isMarkup(item.mime) ? withoutIds(item.text) : item.text)];
      // Markup too long for the record has ids in it like any other, and its bytes are not here to be looked at.
      return isMarkup(item.mime) ? [item.mime] : [item.mime, item.digest];
    });
  });
  return JSON.stringify(displays.filter((display) => display.length > 0));
}

function isMarkup(mime: string): boolean {
  return /html|svg|javascript|json/.test(mime);
}

/** Addresses, and ids as the uuid module writes them. */
function withoutChance(text: string): string {
  return text
    .replace(/\b0x[0-9a-f]{6,16}\b/gi, "0x…")
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "…");
}

/**
 * Ids that libraries draw for elements of a page: those of pandas' styles, and hexadecimal words with letters and
 * digits in them, as numbers have none. And the date that matplotlib writes into a picture.
 */
function withoutIds(text: string): string {
  const ids = /\bT_[0-9a-f]{5}|[A-Za-z_]*?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{5,}\b/g;
  return text.replace(ids, "…").replace(/<dc:date>[^<]*/g, "<dc:date>");
}

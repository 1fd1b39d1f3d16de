/**
 * Whether a folder's entries are as a cell saw them. Which names there are and what each is changes the folder's own time,
 * so that is remembered by the folder's state, as long as the time was not young when it was looked at, and no entry is a
 * link, which leads elsewhere. What is asked about the files themselves is looked at every time.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import type { Digest } from "../../core/outputs/model.ts";
import type { Check } from "../../core/plan/lookup.ts";
import type { Observation } from "../../core/store/model.ts";
import { absenceOf, lookUp, permissionsOf, stateOf } from "./look.ts";

type Seen = Pick<Observation & { kind: "directory" }, "digest" | "detail">;
/** The coarsest file time in use (FAT). */
const RACY_MS = 2000;
const REMEMBERED = 50_000;
/** Looking at more files than this leaves others their turn in between. */
const AT_ONCE = 2000;

interface Known {
  readonly state: string;
  readonly digest: Digest;
  readonly count: number;
}

export function createFolders(): (path: string, seen: Seen) => Check | Promise<Check> {
  const known = new Map<string, Known>();

  function check(path: string, { digest, detail }: Seen): Check | Promise<Check> {
    const info = lookUp(path);
    if (typeof info === "string") return { holds: false, now: info };
    try {
      if (detail === "states") {
        return statesOf(path, (lines) => verdict(digest, directoryDigest(lines), lines.length));
      }
      const place = `${detail ?? ""}:${path}`;
      const before = known.get(place);
      if (before?.state === stateOf(info)) return verdict(digest, before.digest, before.count);
      // Bytes: a name that is not UTF-8 has no faithful string here.
      const { lines, links } =
        detail === "kinds" ? kindsOf(path) : { lines: readdirSync(path, "buffer"), links: false };
      const now = directoryDigest(lines);
      if (!links && Number(info.mtimeNs / 1_000_000n) < Date.now() - RACY_MS) {
        if (known.size >= REMEMBERED) known.clear();
        known.set(place, { state: stateOf(info), digest: now, count: lines.length });
      }
      return verdict(digest, now, lines.length);
    } catch (error) {
      return { holds: false, now: absenceOf(error) };
    }
  }

  return check;
}

/** SHA-256 of the lines, sorted and joined by line feeds; of a mere listing they are the names as bytes. */
export function directoryDigest(lines: readonly Uint8Array[]): Digest {
  // Bytes, not JavaScript's UTF-16 units: Python sorts by code point, which is the order of UTF-8.
  const sorted = [...lines].sort(Buffer.compare);
  const hash = createHash("sha256");
  for (const [at, line] of sorted.entries()) {
    if (at > 0) hash.update("\n");
    hash.update(line);
  }
  return hash.digest("hex");
}

function verdict(seen: Digest, now: Digest, count: number): Check {
  return seen === now ? { holds: true } : { holds: false, now: `${count} entries` };
}

function kindsOf(folder: string): { readonly lines: readonly Buffer[]; readonly links: boolean } {
  let links = false;
  const lines = entriesOf(folder).map(({ name, path, entry }) => {
    const linked = entry.isSymbolicLink();
    links ||= linked;
    const info = linked || !(entry.isFile() || entry.isDirectory()) ? lookUp(path) : entry;
    return Buffer.concat([name, Buffer.from(`\0${linked ? "l" : ""}${kindOf(info)}`)]);
  });
  return { lines, links };
}

/** `use` is called with the lines at once when they are few. */
function statesOf(folder: string, use: (lines: readonly Buffer[]) => Check): Check | Promise<Check> {
  const entries = entriesOf(folder);
  const lineOf = ({ name, path, entry }: Entry): Buffer => {
    const info = lookUp(path);
    const kind = kindOf(info);
    const isFile = typeof info === "object" && kind === "f";
    const state = isFile ? ` ${info.size} ${info.mtimeNs} ${permissionsOf(info)}` : "";
    return Buffer.concat([name, Buffer.from(`\0${entry.isSymbolicLink() ? "l" : ""}${kind}${state}`)]);
  };
  if (entries.length <= AT_ONCE) return use(entries.map(lineOf));
  return (async () => {
    const lines: Buffer[] = [];
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      if (at > 0) await new Promise<void>((wake) => setImmediate(wake));
      for (const entry of entries.slice(at, at + AT_ONCE)) lines.push(lineOf(entry));
    }
    return use(lines);
  })();
}

interface Entry {
  readonly name: Buffer;
  readonly path: Buffer;
  readonly entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean };
}

function entriesOf(folder: string): readonly Entry[] {
  const place = Buffer.from(join(folder, sep));
  return readdirSync(folder, { withFileTypes: true, encoding: "buffer" }).map((entry) => ({
    name: entry.name,
    path: Buffer.concat([place, entry.name]),
    entry,
  }));
}

function kindOf(info: Pick<BigIntStats, "isFile" | "isDirectory"> | "missing" | "unreadable"): string {
  if (typeof info === "string") return "-";
  return info.isFile() ? "f" : info.isDirectory() ? "d" : "o";
}

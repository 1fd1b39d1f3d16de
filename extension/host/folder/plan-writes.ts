/**
 * What a save has to do, decided purely: three versions of each file are compared (what was last known of the disk, what
 * is there now, what is wanted), only differences are written, and nothing that someone else changed is overwritten.
 */
import { type Bundle, bytesOf, type Digests } from "../../core/notebook/bundle.ts";
import { listCellFiles } from "../../core/notebook/parse.ts";
import { TOML_FILE } from "../../core/notebook/reader.ts";
import { decodeUtf8, encodeUtf8 } from "../../core/notebook/text.ts";
import { bumpUpdatedAt } from "../../core/notebook/updated-at.ts";
import { digestOf, type OnDisk } from "./read.ts";

export interface PlannedWrite {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type WritePlan =
  | {
      readonly kind: "plan";
      /** New cell files first, notebook.toml last: a crash in between leaves at most files that nothing mentions. */
      readonly writes: readonly PlannedWrite[];
      /** Files of deleted or renamed cells, unchanged since they were read. To be removed after the writes. */
      readonly deletes: readonly string[];
      /** Files of deleted cells that stay, as someone changed them meanwhile or an entry still names them. */
      readonly kept: readonly string[];
      /** Files that changed on disk and that the user did not touch: the disk's version stays. */
      readonly newer: readonly string[];
      /** What the disk is known to hold afterwards: `base` of the next save. */
      readonly base: Digests;
    }
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly message: string };

export interface WriteRequest {
  readonly onDisk: OnDisk;
  readonly wanted: Bundle;
  /** What the disk was last known to hold; that which `wanted` was read from unless something was saved since. */
  readonly base?: Digests;
  /** Milliseconds since 1970, for `updated_at` when the structure changes. */
  readonly now: number;
  /** Write what is in conflict too. */
  readonly overwrite?: boolean;
}

/** The paths, relative to the folder, whose contents a plan needs to know. */
export function pathsToCompare(wanted: Bundle, base: Digests = wanted.digests): readonly string[] {
  return [...new Set([TOML_FILE, ...Object.keys(wanted.cells).map((file) => `cells/${file}`), ...Object.keys(base)])];
}

export function planWrites({ onDisk, wanted, base = wanted.digests, now, overwrite = false }: WriteRequest): WritePlan {
  const toml = bytesOf(wanted.toml);
  const tomlText = "text" in wanted.toml ? wanted.toml.text : undefined;
  const wantedFiles = Object.entries(wanted.cells).map(([file, content]) => ({
    path: `cells/${file}`,
    bytes: bytesOf(content),
  }));
  const tomlChange = compare(TOML_FILE, toml, onDisk, base);
  const writes: PlannedWrite[] = [];
  const newer: string[] = [];
  const conflicts: string[] = [];
  const after = new Map<string, string>();
  for (const { path, bytes } of [...wantedFiles, { path: TOML_FILE, bytes: toml }]) {
    const known = base[path];
    const compared = compare(path, bytes, onDisk, base);
    const change = compared === "conflict" && overwrite ? "write" : compared;
    if (bytes !== undefined && (change === "same" || change === "write")) after.set(path, digestOf(path, bytes));
    else if (known !== undefined) after.set(path, known);
    if (change === "conflict") conflicts.push(path);
    // A file that is simply gone comes back, unless the whole structure has moved on without it.
    const restores =
      change === "newer" && onDisk.get(path) === undefined && path !== TOML_FILE && tomlChange !== "newer";
    if (change === "newer" && !restores) newer.push(path);
    if (bytes !== undefined && (change === "write" || restores)) {
      const isToml = path === TOML_FILE && tomlText !== undefined;
      writes.push({ path, bytes: isToml ? encodeUtf8(bumpUpdatedAt(tomlText, now)) : bytes });
    }
  }
  if (conflicts.length > 0) return conflict(conflicts);

  const wantedPaths = new Set(wantedFiles.map(({ path }) => path));
  const tomlAfter = tomlChange === "newer" ? textOf(onDisk.get(TOML_FILE)) : (tomlText ?? "");
  const mentioned = new Set(listCellFiles(tomlAfter).mentioned.map((file) => `cells/${file}`));
  const deletes: string[] = [];
  const kept: string[] = [];
  for (const [path, known] of Object.entries(base)) {
    const there = onDisk.get(path);
    if (path === TOML_FILE || wantedPaths.has(path) || there === undefined) continue;
    if (!mentioned.has(path) && digestOf(path, there) === known) deletes.push(path);
    else kept.push(path);
  }
  return { kind: "plan", writes, deletes, kept, newer, base: Object.fromEntries(after) };
}

type Change = "same" | "write" | "newer" | "conflict" | "nothing";

function compare(path: string, wanted: Uint8Array | undefined, onDisk: OnDisk, base: Digests): Change {
  if (wanted === undefined) return "nothing";
  const there = onDisk.get(path);
  const known = Object.hasOwn(base, path) ? base[path] : undefined;
  const [want, have] = [digestOf(path, wanted), there === undefined ? undefined : digestOf(path, there)];
  if (want === have) return "same";
  if (want === known) return "newer";
  return have === known ? "write" : "conflict";
}

function conflict(files: readonly string[]): WritePlan {
  const [first = "", ...rest] = files;
  const names = rest.length === 0 ? first : `${files.slice(0, -1).join(", ")} and ${files.at(-1)}`;
  const message = `Not saved: ${names} changed on disk since the notebook was read, and you changed ${rest.length === 0 ? "it" : "them"} too. Compare the versions, then reload the notebook or overwrite the files.`;
  return { kind: "conflict", files, message };
}

function textOf(bytes: Uint8Array | undefined): string {
  return (bytes === undefined ? undefined : decodeUtf8(bytes)) ?? "";
}

/** A notebook folder on disk → its bundle. Reads source and structure only: nothing runs, nothing is written. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Bundle, contentOf, type FileContent } from "../../core/notebook/bundle.ts";
import { listCellFiles } from "../../core/notebook/parse.ts";
import { TOML_FILE } from "../../core/notebook/reader.ts";
import { decodeUtf8 } from "../../core/notebook/text.ts";
import { withoutUpdatedAt } from "../../core/notebook/updated-at.ts";
import { type FolderProblem, problemFor, systemCode } from "./problem.ts";

export interface FolderStat {
  /** The newest of its files, in milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Bytes in all its files. */
  readonly size: number;
}

export type FolderRead =
  | { readonly kind: "folder"; readonly bundle: Bundle; readonly stat: FolderStat }
  | { readonly kind: "problem"; readonly problem: FolderProblem };

/** Read notebook.toml and every cell's file; a missing cell file is content, not a problem. */
export async function readFolder(folder: string): Promise<FolderRead> {
  const before = await statFolder(folder);
  if (before.kind === "problem") return before;
  let read = await readOnce(folder);
  let seen = before.stat;
  // Another program may be saving just now; what was read in the middle of that fits together on the next try.
  for (let attempt = 0; attempt < 3; attempt++) {
    const after = await statFolder(folder);
    if (after.kind === "problem" || read.kind === "problem" || isSame(seen, after.stat)) break;
    seen = after.stat;
    read = await readOnce(folder);
  }
  return read.kind === "problem" ? read : { ...read, stat: seen };
}

/** What an editor asks of a file, of the folder as a whole: its notebook.toml and the cells that it shows. */
export async function statFolder(
  folder: string,
): Promise<
  { readonly kind: "stat"; readonly stat: FolderStat } | { readonly kind: "problem"; readonly problem: FolderProblem }
> {
  const toml = await readToml(folder);
  if (toml.kind === "problem") return toml;
  const { shown } = listCellFiles(decodeUtf8(toml.bytes) ?? "");
  const stats = await Promise.all(
    [TOML_FILE, ...shown.map((file) => `cells/${file}`)].map((path) => statOf(join(folder, path))),
  );
  const found = stats.filter((each) => each !== undefined);
  return {
    kind: "stat",
    stat: {
      mtimeMs: Math.max(0, ...found.map(({ mtimeMs }) => mtimeMs)),
      ctimeMs: Math.max(0, ...found.map(({ birthtimeMs }) => birthtimeMs)),
      size: found.reduce((sum, { size }) => sum + size, 0),
    },
  };
}

/** Bytes by path relative to the folder; undefined where there is no file. */
export type OnDisk = ReadonlyMap<string, Uint8Array | undefined>;

export async function readFiles(
  folder: string,
  paths: readonly string[],
): Promise<
  { readonly kind: "files"; readonly files: OnDisk } | { readonly kind: "problem"; readonly problem: FolderProblem }
> {
  const files = new Map<string, Uint8Array | undefined>();
  for (const path of paths) {
    try {
      files.set(path, await readFile(join(folder, path)));
    } catch (error) {
      const code = systemCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR")
        return { kind: "problem", problem: problemFor("file-unreadable", path, error) };
      files.set(path, undefined);
    }
  }
  return { kind: "files", files };
}

/** SHA-256, hexadecimal. For notebook.toml `updated_at` does not count, as a bump of it is no change to a notebook. */
export function digestOf(path: string, bytes: Uint8Array): string {
  const text = path === TOML_FILE ? decodeUtf8(bytes) : undefined;
  return createHash("sha256")
    .update(text === undefined ? bytes : withoutUpdatedAt(text))
    .digest("hex");
}

async function readOnce(
  folder: string,
): Promise<
  { readonly kind: "folder"; readonly bundle: Bundle } | { readonly kind: "problem"; readonly problem: FolderProblem }
> {
  const toml = await readToml(folder);
  if (toml.kind === "problem") return toml;
  const { shown } = listCellFiles(decodeUtf8(toml.bytes) ?? "");
  const read = await readFiles(
    folder,
    shown.map((file) => `cells/${file}`),
  );
  if (read.kind === "problem") return read;
  const digests: [string, string][] = [[TOML_FILE, digestOf(TOML_FILE, toml.bytes)]];
  const cells: [string, FileContent][] = [];
  for (const file of shown) {
    const path = `cells/${file}`;
    const bytes = read.files.get(path);
    cells.push([file, bytes === undefined ? { missing: true } : contentOf(bytes)]);
    if (bytes !== undefined) digests.push([path, digestOf(path, bytes)]);
  }
  const others = (await listFiles(join(folder, "cells"))).filter((file) => !shown.includes(file));
  const bundle = {
    toml: contentOf(toml.bytes),
    cells: Object.fromEntries(cells),
    others,
    digests: Object.fromEntries(digests),
  };
  return { kind: "folder", bundle };
}

async function readToml(
  folder: string,
): Promise<
  { readonly kind: "toml"; readonly bytes: Uint8Array } | { readonly kind: "problem"; readonly problem: FolderProblem }
> {
  try {
    return { kind: "toml", bytes: await readFile(join(folder, TOML_FILE)) };
  } catch (error) {
    const code = systemCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR")
      return { kind: "problem", problem: problemFor("file-unreadable", join(folder, TOML_FILE), error) };
    const exists = (await statOf(folder))?.isDirectory() === true;
    const message = exists
      ? `${folder} is no notebook: it has no notebook.toml. Open the folder that has one, or make a notebook with "Strata: New Notebook…".`
      : `${folder} is not there, or is no folder. Check the path; a notebook is a folder with a notebook.toml.`;
    return { kind: "problem", problem: { code: exists ? "not-a-notebook" : "folder-missing", path: folder, message } };
  }
}

/** Every file below a folder, relative to it with forward slashes; none when it is not there. */
async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .filter((file) => !file.includes("__pycache__/"))
      .sort();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    // A list of names that are taken, for choosing others: without it, existing files are still never overwritten.
    return [];
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function isSame(a: FolderStat, b: FolderStat): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size;
}

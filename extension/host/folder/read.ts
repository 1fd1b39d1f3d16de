/** A notebook folder on disk → its bundle. Reads source and structure only: nothing runs, nothing is written. */
import { createHash } from "node:crypto";
import { readFileSync, type Stats, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Bundle, bundleFiles, contentOf, type FileContent } from "../../core/notebook/bundle.ts";
import { listCellFiles, type ParsedNotebook, parseNotebook } from "../../core/notebook/parse.ts";
import { TOML_FILE } from "../../core/notebook/reader.ts";
import { decodeUtf8 } from "../../core/notebook/text.ts";
import { readToml, type TomlDocument } from "../../core/notebook/toml.ts";
import { withoutUpdatedAt } from "../../core/notebook/updated-at.ts";
import { systemCode } from "../../core/thrown.ts";
import { type FolderProblem, problemFor } from "./problem.ts";
import { inSlices } from "./slices.ts";

export interface FolderStat {
  /** The newest of its files, in milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Bytes in all its files. */
  readonly size: number;
}

export type FolderRead = { readonly kind: "folder"; readonly bundle: Bundle; readonly stat: FolderStat } | Problem;

interface Problem {
  readonly kind: "problem";
  readonly problem: FolderProblem;
}

/** Read notebook.toml and every cell's file; a missing cell file is content, not a problem. */
export async function readFolder(folder: string): Promise<FolderRead> {
  return (await readWhole(folder)).read;
}

/** The same, and the notebook in it, for which notebook.toml need not be understood a second time. */
export async function readNotebook(
  folder: string,
): Promise<(ParsedNotebook & { readonly kind: "notebook" }) | Problem> {
  const { read, document } = await readWhole(folder);
  if (read.kind === "problem") return read;
  return { kind: "notebook", ...parseNotebook({ ...bundleFiles(read.bundle), document }) };
}

async function readWhole(
  folder: string,
): Promise<{ readonly read: FolderRead; readonly document?: TomlDocument | undefined }> {
  let toml = await loadToml(folder);
  if (toml.kind === "problem") return { read: toml };
  let seen = await statShown(folder, toml);
  let read = await readOnce(folder, toml);
  // Another program may be saving just now; what was read in the middle of that fits together on the next try.
  for (let attempt = 0; attempt < 3; attempt++) {
    const again = await loadToml(folder, toml);
    if (again.kind === "problem" || read.kind === "problem") break;
    const after = await statShown(folder, again);
    if (again === toml && isSame(seen, after)) break;
    toml = again;
    seen = after;
    read = await readOnce(folder, toml);
  }
  return read.kind === "problem" ? { read } : { read: { ...read, stat: seen }, document: toml.document };
}

/** What an editor asks of a file, of the folder as a whole: its notebook.toml and the cells that it shows. */
export async function statFolder(
  folder: string,
): Promise<{ readonly kind: "stat"; readonly stat: FolderStat } | Problem> {
  const toml = await loadToml(folder);
  return toml.kind === "problem" ? toml : { kind: "stat", stat: await statShown(folder, toml) };
}

async function statShown(folder: string, { shown }: Toml): Promise<FolderStat> {
  const stats = await inSlices([TOML_FILE, ...shown.map((file) => `cells/${file}`)], (path) =>
    statOf(join(folder, path)),
  );
  let [mtimeMs, ctimeMs, size] = [0, 0, 0];
  for (const found of stats) {
    if (found === undefined) continue;
    mtimeMs = Math.max(mtimeMs, found.mtimeMs);
    ctimeMs = Math.max(ctimeMs, found.birthtimeMs);
    size += found.size;
  }
  return { mtimeMs, ctimeMs, size };
}

/** Bytes by path relative to the folder; undefined where there is no file. */
export type OnDisk = ReadonlyMap<string, Uint8Array | undefined>;

export async function readFiles(
  folder: string,
  paths: readonly string[],
): Promise<{ readonly kind: "files"; readonly files: OnDisk } | Problem> {
  const files = new Map<string, Uint8Array | undefined>();
  const read = await inSlices(paths, (path): FolderProblem | undefined => {
    try {
      files.set(path, readFileSync(join(folder, path)));
    } catch (error) {
      const code = systemCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") return problemFor("file-unreadable", path, error);
      files.set(path, undefined);
    }
    return undefined;
  });
  const problem = read.find((found) => found !== undefined);
  return problem === undefined ? { kind: "files", files } : { kind: "problem", problem };
}

/** SHA-256, hexadecimal. For notebook.toml `updated_at` does not count, as a bump of it is no change to a notebook. */
export function digestOf(path: string, bytes: Uint8Array): string {
  const text = path === TOML_FILE ? decodeUtf8(bytes) : undefined;
  return sha256(text === undefined ? bytes : withoutUpdatedAt(text));
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function readOnce(
  folder: string,
  toml: Toml,
): Promise<{ readonly kind: "folder"; readonly bundle: Bundle } | Problem> {
  const { shown, text, document } = toml;
  const read = await readFiles(
    folder,
    shown.map((file) => `cells/${file}`),
  );
  if (read.kind === "problem") return read;
  const compared = text === undefined ? toml.bytes : withoutUpdatedAt(text, document);
  const digests: [string, string][] = [[TOML_FILE, sha256(compared)]];
  const cells: [string, FileContent][] = [];
  for (const file of shown) {
    const path = `cells/${file}`;
    const bytes = read.files.get(path);
    cells.push([file, bytes === undefined ? { missing: true } : contentOf(bytes)]);
    if (bytes !== undefined) digests.push([path, digestOf(path, bytes)]);
  }
  const known = new Set(shown);
  const others = (await listFiles(join(folder, "cells"))).filter((file) => !known.has(file));
  const bundle = {
    toml: contentOf(toml.bytes),
    cells: Object.fromEntries(cells),
    others,
    digests: Object.fromEntries(digests),
  };
  return { kind: "folder", bundle };
}

interface Toml {
  readonly kind: "toml";
  readonly bytes: Uint8Array;
  /** Undefined when it is not UTF-8. */
  readonly text: string | undefined;
  readonly document: TomlDocument | undefined;
  /** Files of the cells that it shows, relative to `cells/`. */
  readonly shown: readonly string[];
}

/** `before` itself when it is still so: to understand a long one takes longer than to read everything else. */
async function loadToml(folder: string, before?: Toml): Promise<Toml | Problem> {
  try {
    const bytes = await readFile(join(folder, TOML_FILE));
    if (before !== undefined && bytes.equals(before.bytes)) return before;
    const text = decodeUtf8(bytes);
    const document = text === undefined ? undefined : readToml(text);
    return { kind: "toml", bytes, text, document, shown: listCellFiles(text ?? "", document).shown };
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code !== "ENOENT" && code !== "ENOTDIR")
      return { kind: "problem", problem: problemFor("file-unreadable", join(folder, TOML_FILE), error) };
    const exists = statOf(folder)?.isDirectory() === true;
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

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function isSame(a: FolderStat, b: FolderStat): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size;
}

/**
 * What the virtual file system knows of each folder: the state that VS Code was last told of, and the state that was
 * last read or written. A save may go ahead when the two are one; when they differ, VS Code has asked its user already.
 */
import type { Bundle, Digests } from "../../core/notebook/bundle.ts";
import type { FolderStat } from "../../host/folder/read.ts";
import { readFolder, statFolder } from "../../host/folder/read.ts";

export interface FileState {
  /** Milliseconds; grows with every change, also with one that puts an older file back. */
  readonly mtime: number;
  readonly ctime: number;
  readonly size: number;
}

export type Looked =
  | { readonly kind: "state"; readonly state: FileState }
  | { readonly kind: "gone"; readonly message: string };

export type Saved =
  | { readonly kind: "saved" /** The disk has something that the document does not show. */; readonly reload: boolean }
  | { readonly kind: "failed"; readonly message: string };

export interface FolderFiles {
  /** The state now, which VS Code is told. */
  look(folder: string): Promise<Looked>;
  read(folder: string): Promise<{ kind: "bundle"; bundle: Bundle } | { kind: "failed"; message: string }>;
  write(folder: string, bundle: Bundle, now: number): Promise<Saved>;
}

interface Known {
  readonly raw: FolderStat;
  readonly state: FileState;
  /** What the disk held when it was last read or written, and the raw state it had then. */
  base?: { readonly digests: Digests; readonly raw: FolderStat };
}

export function createFolderFiles(): FolderFiles {
  const known = new Map<string, Known>();

  const take = (folder: string, raw: FolderStat): Known => {
    const before = known.get(folder);
    if (before && same(before.raw, raw)) return before;
    const next: Known = {
      raw,
      state: {
        mtime: Math.max(Math.ceil(raw.mtimeMs), before === undefined ? 0 : before.state.mtime + 1),
        ctime: Math.floor(raw.ctimeMs),
        size: raw.size,
      },
      ...(before?.base === undefined ? {} : { base: before.base }),
    };
    known.set(folder, next);
    return next;
  };

  return {
    async look(folder) {
      const found = await statFolder(folder);
      if (found.kind === "problem") return { kind: "gone", message: found.problem.message };
      return { kind: "state", state: take(folder, found.stat).state };
    },
    async read(folder) {
      const found = await readFolder(folder);
      if (found.kind === "problem") return { kind: "failed", message: found.problem.message };
      take(folder, found.stat).base = { digests: found.bundle.digests, raw: found.stat };
      return { kind: "bundle", bundle: found.bundle };
    },
    async write(folder, bundle, now) {
      const told = known.get(folder);
      // VS Code looks just before it writes. If the folder was not then as it was last read or written here, then either
      // its user chose to overwrite, or this is a restored backup whose folder is as the backup knew it.
      const base = told?.base && same(told.base.raw, told.raw) ? told.base.digests : undefined;
      // Loaded by the first save: what it needs takes a quarter of the time that this extension takes to load.
      const { writeFolder } = await import("../../host/folder/write.ts");
      const written = await writeFolder(folder, bundle, base === undefined ? { overwrite: true, now } : { base, now });
      if (written.kind === "conflict") return { kind: "failed", message: written.message };
      if (written.kind === "problem") return { kind: "failed", message: written.problem.message };
      const found = await statFolder(folder);
      if (found.kind === "problem") return { kind: "failed", message: found.problem.message };
      take(folder, found.stat).base = { digests: written.base, raw: found.stat };
      return { kind: "saved", reload: written.newer.length > 0 };
    },
  };
}

function same(a: FolderStat, b: FolderStat): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size;
}

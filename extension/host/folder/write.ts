/** A bundle → its folder on disk: each file atomically, only those whose bytes change, never over someone else's edit. */
import { mkdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Bundle, Digests } from "../../core/notebook/bundle.ts";
import { systemCode } from "../../core/thrown.ts";
import { pathsToCompare, planWrites } from "./plan-writes.ts";
import { type FolderProblem, problemFor } from "./problem.ts";
import { readFiles } from "./read.ts";

export interface WriteOptions {
  /** What the disk was last known to hold: the `base` that the previous write returned. */
  readonly base?: Digests;
  /** Write what is in conflict too: only once the user has said so. */
  readonly overwrite?: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type FolderWritten =
  | {
      readonly kind: "written";
      /** Paths relative to the folder. */
      readonly written: readonly string[];
      readonly deleted: readonly string[];
      readonly kept: readonly string[];
      readonly newer: readonly string[];
      readonly base: Digests;
    }
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly message: string }
  | { readonly kind: "problem"; readonly problem: FolderProblem };

/** Links are followed: the file a link leads to is replaced, and keeps its mode. A failed write can be repeated. */
export async function writeFolder(
  folder: string,
  wanted: Bundle,
  { base = wanted.digests, overwrite, now }: WriteOptions,
): Promise<FolderWritten> {
  const read = await readFiles(folder, pathsToCompare(wanted, base));
  if (read.kind === "problem") return read;
  const plan = planWrites({ onDisk: read.files, wanted, base, now, overwrite: overwrite === true });
  if (plan.kind === "conflict") return plan;
  for (const { path, bytes } of plan.writes) {
    try {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFileAtomic(join(folder, path), Buffer.from(bytes));
    } catch (error) {
      return { kind: "problem", problem: problemFor("file-unwritable", path, error) };
    }
  }
  for (const path of plan.deletes) {
    try {
      await unlink(join(folder, path));
    } catch (error) {
      if (systemCode(error) !== "ENOENT")
        return { kind: "problem", problem: problemFor("file-unwritable", path, error) };
    }
  }
  const { deletes: deleted, kept, newer } = plan;
  return { kind: "written", written: plan.writes.map(({ path }) => path), deleted, kept, newer, base: plan.base };
}

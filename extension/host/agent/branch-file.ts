/** Where a branch is kept: `.strata/branch/branch.json` in the notebook's folder, so that every shell sees the same one. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { BranchCell } from "../../core/agent/branch.ts";

export interface BranchState {
  readonly base: readonly BranchCell[];
  readonly branch: readonly BranchCell[];
}

const VERSION = 1;
const LANGUAGES: readonly unknown[] = ["python", "markdown", "prompt", "sql"];

function branchPath(folder: string): string {
  return join(folder, ".strata", "branch", "branch.json");
}

/** Undefined when there is none. One that cannot be read is as good as none: it was never the user's own work. */
export async function readBranch(folder: string): Promise<BranchState | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(branchPath(folder), "utf8"));
  } catch {
    return undefined;
  }
  const { version, base, branch } = (value ?? {}) as Record<string, unknown>;
  if (version !== VERSION || !isCells(base) || !isCells(branch)) return undefined;
  return { base, branch };
}

export async function writeBranch(folder: string, state: BranchState): Promise<void> {
  await mkdir(join(folder, ".strata", "branch"), { recursive: true });
  await writeFileAtomic(branchPath(folder), JSON.stringify({ version: VERSION, ...state }, undefined, 1));
}

export async function removeBranch(folder: string): Promise<void> {
  await rm(branchPath(folder), { force: true });
}

function isCells(value: unknown): value is readonly BranchCell[] {
  return Array.isArray(value) && value.every(isCell);
}

function isCell(value: unknown): value is BranchCell {
  const { id, file, language, source } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === "string" && typeof file === "string" && typeof source === "string" && LANGUAGES.includes(language)
  );
}

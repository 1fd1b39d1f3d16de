/** An example notebook in a folder of its own, and the Python processes that run it. */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../scripts/root.ts";

/** A folder whose last run-time state and environment are not the example's own. */
export async function copyExample(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `strata-${name}-`));
  await cp(join(root, "examples", name), folder, {
    recursive: true,
    filter: (path) => ![".venv", ".strata", "__pycache__"].includes(basename(path)),
  });
  return folder;
}

/** Processes that run our Python side, in this folder. */
export function pythonsOf(folder: string): string[] {
  const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes("strata_harness") && line.includes(folder));
}

/** The Python processes that run a notebook. */
import { execFileSync } from "node:child_process";

/** Processes that run our Python side, in this folder. */
export function pythonsOf(folder: string): string[] {
  const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes("strata_harness") && line.includes(folder));
}

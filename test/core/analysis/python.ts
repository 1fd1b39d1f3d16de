/** Runs a script of this folder in a Python at hand; the first of the names that can. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Samples several times as large, for a change of the analysis itself: STRATA_TEST_THOROUGH=1. */
export const THOROUGH = process.env.STRATA_TEST_THOROUGH === "1";

export interface Ran<T> {
  readonly python: string;
  /** The JSON objects it printed, one a line. */
  readonly records: readonly T[];
}

export function runPython<T>(
  script: string,
  args: readonly string[],
  input = "",
  names: readonly string[] = ["python3", "python"],
): Ran<T> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const failures: string[] = [];
  for (const python of names) {
    const ran = spawnSync(python, [path, ...args], { encoding: "utf8", input, maxBuffer: 1 << 28 });
    if (ran.status === 0) {
      const lines = ran.stdout.split("\n").filter((line) => line !== "");
      return { python, records: lines.map((line) => JSON.parse(line) as T) };
    }
    failures.push(`${python}: ${ran.error?.message ?? ran.stderr}`);
  }
  throw new Error(`No Python could run ${script}. ${failures.join("\n")}`);
}

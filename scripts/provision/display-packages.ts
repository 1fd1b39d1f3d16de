/**
 * An environment with the libraries whose values the harness shows (numpy, pandas, polars, pyarrow, matplotlib), for the display tests:
 * .cache/display-python. The tests find it through `STRATA_TEST_DISPLAY_PYTHON`, which the test runner sets.
 */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../process/children.ts";
import { root } from "../root.ts";
import { findUv } from "./uv.ts";

const packages = ["numpy==2.2.6", "pandas==2.2.3", "polars==1.31.0", "pyarrow==20.0.0", "matplotlib==3.10.3"];
const home = join(root, ".cache/display-python");

export const displayPython = join(home, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

export async function provisionDisplayPackages(): Promise<string> {
  const wanted = packages.join(" ");
  const marker = join(home, "ready");
  if (existsSync(marker) && (await readFile(marker, "utf8")) === wanted) return displayPython;
  const uv = await findUv();
  console.log(`Installing ${wanted} into .cache/display-python …`);
  await rm(home, { recursive: true, force: true });
  for (const args of [
    ["venv", "--quiet", home],
    ["pip", "install", "--quiet", "--python", displayPython, ...packages],
  ]) {
    const { ok, text } = await run(uv, args);
    if (!ok) throw new Error(`uv ${args.join(" ")} failed:\n${text}`);
  }
  await writeFile(marker, wanted);
  return displayPython;
}

/**
 * The interpreters the display tests run in: without any package, with everything that is shown specially, and with
 * pandas but no pyarrow (where our own Arrow writer has to do for everything), made by uv under .cache on first use.
 */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../scripts/process/children.ts";
import { provisionDisplayPackages } from "../../scripts/provision/display-packages.ts";
import { findPython } from "../../scripts/provision/python.ts";
import { findUv } from "../../scripts/provision/uv.ts";
import { root } from "../../scripts/root.ts";

const pandasOnly = ["pandas==3.0.0", "numpy==2.4.1", "ipython==9.9.0", "jinja2==3.1.6"];

/** Standard library only. */
export const plainPython: () => Promise<string> = findPython;

/** numpy, pandas, polars, pyarrow and matplotlib. */
export async function sciencePython(): Promise<string> {
  return process.env.STRATA_TEST_DISPLAY_PYTHON ?? (await provisionDisplayPackages());
}

/** A newer pandas without pyarrow, and IPython. */
export async function pandasOnlyPython(): Promise<string> {
  const home = join(root, ".cache/display-pandas-only");
  const python = join(home, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const marker = join(home, "ready");
  const wanted = pandasOnly.join(" ");
  if (existsSync(marker) && (await readFile(marker, "utf8")) === wanted) return python;
  await rm(home, { recursive: true, force: true });
  const uv = await findUv();
  for (const args of [
    ["venv", "--quiet", "--python", ">=3.11", home],
    ["pip", "install", "--quiet", "--python", python, ...pandasOnly],
  ]) {
    const { ok, text } = await run(uv, args);
    if (!ok) throw new Error(`uv ${args.join(" ")} failed:\n${text}`);
  }
  await writeFile(marker, wanted);
  return python;
}

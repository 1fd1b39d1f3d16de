/** Virtual environments for tests that drive real Python, made once under .cache/test-python and reused. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
const cache = resolve(import.meta.dirname, "../../.cache/test-python");
const SCIENCE = ["numpy", "pandas", "polars", "pyarrow", "matplotlib"];

/** A Python with the standard library only. */
export function testPython(): Promise<string> {
  return environment("plain", []);
}

/** A Python with numpy, pandas, polars, pyarrow and matplotlib. */
export function sciencePython(): Promise<string> {
  return environment("science", SCIENCE);
}

async function environment(name: string, packages: readonly string[]): Promise<string> {
  const asked = process.env.STRATA_TEST_PYTHON ?? "python3";
  const id = createHash("sha256")
    .update(JSON.stringify([asked, packages]))
    .digest("hex")
    .slice(0, 8);
  const folder = join(cache, `${name}-${id}`);
  const python = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  if (await exists(join(folder, "ready"))) return python;
  // Several test processes may come here at once: one makes it, the others wait for the marker.
  const lock = `${folder}.lock`;
  await mkdir(cache, { recursive: true });
  const mine = await mkdir(lock).then(
    () => true,
    () => false,
  );
  if (!mine) {
    while (await exists(lock)) await new Promise((wake) => setTimeout(wake, 200));
    return environment(name, packages);
  }
  try {
    // Made between the look and the lock.
    if (await exists(join(folder, "ready"))) return python;
    await rm(folder, { recursive: true, force: true });
    await exec("uv", ["venv", "--quiet", "--python", asked, folder]);
    if (packages.length > 0) await exec("uv", ["pip", "install", "--quiet", "--python", python, ...packages]);
    await writeFile(join(folder, "making"), "");
    await rename(join(folder, "making"), join(folder, "ready"));
    return python;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

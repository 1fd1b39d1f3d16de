/** The environment of the measurements: libraries for the cells, and the programs that we compare ourselves with. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runTool } from "../../extension/host/environment/tool.ts";
import { findUv } from "../../extension/host/environment/uv.ts";
import { root } from "../../scripts/root.ts";

const PACKAGES = ["numpy", "pandas", "scikit-learn", "matplotlib", "ipykernel", "nbclient", "papermill", "marimo"];

/** Made once under .cache/bench-python; the path of its interpreter. */
export async function benchPython(asked: string): Promise<string> {
  const id = createHash("sha256")
    .update(JSON.stringify([asked, PACKAGES]))
    .digest("hex")
    .slice(0, 8);
  const folder = join(root, ".cache", "bench-python", id);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "ready"))) return python;
  rmSync(folder, { recursive: true, force: true });
  const { signal } = new AbortController();
  const onProgress = (line: string) => console.error(line);
  const found = await findUv({ folder: root, env: process.env, storage: join(root, ".cache"), signal, onProgress });
  if ("problem" in found) throw new Error(found.problem.message);
  for (const args of [
    ["venv", "--quiet", "--python", asked, folder],
    ["pip", "install", "--quiet", "--python", python, ...PACKAGES],
  ]) {
    const ended = await runTool(found.uv, args, { cwd: root, env: defined(process.env), signal, onLine: onProgress });
    if (ended.kind !== "exited" || ended.code !== 0) throw new Error(`uv ${args.join(" ")} did not succeed`);
  }
  writeFileSync(join(folder, "ready"), "");
  return python;
}

/** Of Python and of every package that the table names. */
export function versions(python: string): string {
  const script = `import importlib.metadata as m, sys; print(", ".join(["Python " + sys.version.split()[0]] + [f"{n} {m.version(n)}" for n in ${JSON.stringify(PACKAGES)}]))`;
  return execFileSync(python, ["-c", script], { encoding: "utf8" }).trim();
}

export const rival = (name: string): string => resolve(import.meta.dirname, "..", "rivals", name);

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

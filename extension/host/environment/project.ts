/** Adds packages to a notebook's project and removes them, by `uv add` and `uv remove`: pyproject.toml, uv.lock, .venv. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { uvEnvironment } from "./prepare.ts";
import { isFailed } from "./problem.ts";
import { runTool } from "./tool.ts";
import { findUv } from "./uv.ts";

export interface ProjectChange {
  /** Absolute folder of the notebook. */
  readonly folder: string;
  readonly what: "add" | "remove";
  /** As uv takes them; none begins with a dash. */
  readonly packages: readonly string[];
  readonly storage: string;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A message when it could not be done; pyproject.toml is then as it was, which uv sees to. */
export async function changeProject(change: ProjectChange): Promise<string | undefined> {
  const { folder, what, packages, storage, onProgress, signal } = change;
  if (!existsSync(join(folder, "pyproject.toml"))) {
    return `${folder} has no pyproject.toml, so there is no project to ${what === "add" ? "add packages to" : "remove packages from"}. Make one first.`;
  }
  const env = process.env;
  const found = await findUv({ storage, env, folder, onProgress, signal });
  if (isFailed(found)) return found.problem.message;
  const names = what === "add" ? packages : packages.map((name) => name.replace(/[[<>=!~].*$/, ""));
  const ended = await runTool(found.uv, [what, "--color", "never", "--", ...names], {
    cwd: folder,
    env: uvEnvironment(folder, env),
    signal,
    onLine: onProgress,
  });
  if (ended.kind === "cancelled") return "Cancelled.";
  if (ended.kind === "exited" && ended.code === 0) return undefined;
  const said = ended.kind === "failed" ? `${ended.message}\n${ended.stderr}` : ended.stderr;
  return `uv ${what} ${names.join(" ")} did not succeed, and the notebook's packages are as they were. uv says:\n${said.trim()}`;
}

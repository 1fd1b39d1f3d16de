/** Opens the notebook that a command names, or says on stderr why it cannot be. */

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenNotebook, openNotebook } from "../host/engine/open.ts";

export interface SharedOptions {
  readonly python?: string;
  readonly store?: string;
  readonly sync: boolean;
}

export async function openForCommand(
  path: string,
  options: SharedOptions,
  onProgress: (text: string) => void,
): Promise<OpenNotebook | undefined> {
  const folder = folderOf(path);
  if (folder === undefined) {
    complain(`There is no notebook at ${path}: it has no notebook.toml. Name a folder that has one.`);
    return undefined;
  }
  const opened = await openNotebook({
    folder,
    ...(options.store === undefined ? {} : { store: resolve(options.store) }),
    ...(options.python === undefined ? {} : { python: options.python }),
    sync: options.sync,
    resources: resources(),
    storage: join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "strata"),
    onProgress,
    onProblem: complain,
  });
  if ("failed" in opened) {
    for (const problem of opened.failed) complain(problem);
    return undefined;
  }
  return opened;
}

export function complain(message: string): void {
  process.stderr.write(`strata: ${message}\n`);
}

function folderOf(path: string): string | undefined {
  const absolute = resolve(path);
  const folder = basename(absolute) === "notebook.toml" ? dirname(absolute) : absolute;
  const file = join(folder, "notebook.toml");
  return existsSync(file) && statSync(file).isFile() ? folder : undefined;
}

/** Beside the bundle when packed; in the source tree otherwise. */
function resources(): { harness: string; wasm: string } {
  const here = typeof __dirname === "string" ? __dirname : dirname(fileURLToPath(import.meta.url));
  return resourcesIn(here);
}

function resourcesIn(here: string): { harness: string; wasm: string } {
  if (existsSync(join(here, "python-harness"))) return { harness: join(here, "python-harness"), wasm: here };
  const root = resolve(here, "..", "..");
  return { harness: join(root, "python-harness"), wasm: root };
}

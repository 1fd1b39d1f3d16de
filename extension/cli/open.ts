/** Opens the notebook that a command names, or says on stderr why it cannot be. */

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { bundleFiles } from "../core/notebook/bundle.ts";
import { parseNotebook } from "../core/notebook/parse.ts";
import { readFolder } from "../host/folder/read.ts";
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
  const read = await readFolder(folder);
  if (read.kind === "problem") {
    complain(read.problem.message);
    return undefined;
  }
  const { notebook, problems } = parseNotebook(bundleFiles(read.bundle));
  for (const problem of problems) {
    complain(`${problem.file}${problem.line === undefined ? "" : `:${problem.line}`}: ${problem.message}`);
  }
  if (notebook === undefined) return undefined;
  return openNotebook(notebook, {
    folder,
    ...(options.store === undefined ? {} : { store: resolve(options.store) }),
    ...(options.python === undefined ? {} : { python: options.python }),
    ...resources(),
    sync: options.sync,
    storage: join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "strata"),
    onProgress,
    onProblem: complain,
  });
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

/** The harness and the parser's files: beside the bundle when packed, in the source tree otherwise. */
function resources(): { readonly harness: string; readonly wasm?: string } {
  const here = import.meta.dirname ?? __dirname;
  const beside = join(here, "python-harness");
  if (existsSync(beside)) return { harness: beside, wasm: here };
  return { harness: resolve(here, "..", "..", "python-harness") };
}

/** Opens the notebook that a command names, or says on stderr why it cannot be. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseAnnotations } from "../core/notebook/annotations.ts";
import type { Notebook } from "../core/notebook/model.ts";
import { TOML_FILE } from "../core/notebook/reader.ts";
import { type OpenNotebook, type OpenOptions, openNotebook } from "../host/engine/open.ts";
import type { AiOptions } from "../host/engine/prompts.ts";
import { readNotebook } from "../host/folder/read.ts";
import { stateFolder } from "../host/store/keys.ts";
import { whyUnusable } from "../host/store/usable.ts";

export interface SharedOptions {
  readonly python?: string;
  readonly store?: string;
  readonly sync: boolean;
  readonly format: "human" | "json";
}

export async function openForCommand(
  path: string,
  options: SharedOptions & { readonly runs: boolean; readonly fork?: boolean; readonly ai?: AiOptions },
  onProgress: (text: string) => void,
): Promise<OpenNotebook | undefined> {
  const found = await openOptions(path, options, onProgress);
  return found === undefined ? undefined : openNotebook(found.notebook, found.options);
}

/** The notebook and how it is opened; undefined when it cannot be, which was said. */
export async function openOptions(
  path: string,
  options: SharedOptions & { readonly runs: boolean; readonly fork?: boolean; readonly ai?: AiOptions },
  onProgress: (text: string) => void,
): Promise<{ readonly notebook: Notebook; readonly options: OpenOptions } | undefined> {
  const folder = folderOf(path);
  const absent = absence(path, folder);
  if (absent !== undefined) {
    complain(absent);
    return undefined;
  }
  const read = await readNotebook(folder);
  if (read.kind === "problem") {
    complain(read.problem.message);
    return undefined;
  }
  const { notebook, problems } = read;
  for (const problem of problems) {
    complain(`${problem.file}${problem.line === undefined ? "" : `:${problem.line}`}: ${problem.message}`);
  }
  if (notebook === undefined) return undefined;
  for (const cell of notebook.cells) {
    for (const { line, message } of parseAnnotations(cell.source, cell.language).problems) {
      complain(`cells/${cell.file}:${line ?? 1}: ${message}`);
    }
  }
  const store = options.store === undefined ? join(folder, ".strata", "store") : resolve(options.store);
  const why = options.runs ? whyUnusable(store) : undefined;
  if (why !== undefined) {
    complain(
      `Results cannot be stored in ${store} (${why}), and cells pass their values on through the store. Make the folder writable, or name another one with --store.`,
    );
    return undefined;
  }
  const storage = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "strata");
  const python = options.python === undefined ? {} : { python: interpreterPath(options.python) };
  // What a closed window left running is joined, not run again beside it.
  const keeping = { folder: join(stateFolder(process.env), "runs"), afterMs: undefined };
  // A run that is compared with another has to be one.
  const runs = options.fork === false ? { fork: false } : { keeping };
  const open = { folder, store, ...python, ...resources(), sync: options.sync, storage, ...runs, ai: options.ai ?? {} };
  return { notebook, options: { ...open, onProgress, onProblem: complain } };
}

export function complain(message: string): void {
  process.stderr.write(`strata: ${message}\n`);
}

export function folderOf(path: string): string {
  const absolute = resolve(path);
  return basename(absolute) === TOML_FILE ? dirname(absolute) : absolute;
}

/** Why there is no notebook in the folder, with notebooks that are near. */
function absence(path: string, folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return `There is no folder ${path}. Name the folder of a notebook, or its notebook.toml.`;
  if (!found.isDirectory()) {
    return `${path} is no notebook. Name the folder of a notebook, or its notebook.toml.`;
  }
  if (existsSync(join(folder, TOML_FILE))) return undefined;
  const near = notebooksIn(folder);
  const hint =
    near.length === 0
      ? "Name a folder that has one."
      : `There are notebooks in it: ${near.map((name) => join(path, name)).join(", ")}.`;
  return `There is no notebook at ${path}: it has no notebook.toml. ${hint}`;
}

function notebooksIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, TOML_FILE)))
      .map((entry) => entry.name)
      .sort()
      .slice(0, 5);
  } catch {
    // A folder that cannot be listed has no hint to give.
    return [];
  }
}

/** Paths on a command line start where the user is; a bare name may also be a command on PATH. */
function interpreterPath(python: string): string {
  const isPath = /[\\/]/.test(python) || existsSync(join(python, "pyvenv.cfg"));
  return isPath && !python.startsWith("~") ? resolve(python) : python;
}

/** The harness and the parser's files: beside the bundle when packed, in the source tree otherwise. */
function resources(): { readonly harness: string; readonly wasm?: string } {
  const here = import.meta.dirname ?? __dirname;
  const beside = join(here, "python-harness");
  if (existsSync(beside)) return { harness: beside, wasm: here };
  return { harness: resolve(here, "..", "..", "python-harness") };
}

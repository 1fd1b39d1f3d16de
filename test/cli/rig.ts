/**
 * The real `strata` command in a process of its own, from source, and notebook folders for it. No shell, no mocks:
 * what a test sees is what a caller sees.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { checkLines, type Line } from "./schema.ts";

const MAIN = resolve(import.meta.dirname, "../../extension/cli/main.ts");
/** Types are stripped by a Node that says so; the command itself is what is under test. */
/** Whoever runs the tests may have no home, or one that is not for tests. */
export const STATE = join(tmpdir(), "strata-test-state");
const NODE_ARGS = ["--disable-warning=ExperimentalWarning", MAIN];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StrataOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The command's argument vector, for tests that start it by other means. */
export function commandLine(...args: readonly string[]): readonly string[] {
  return [process.execPath, ...NODE_ARGS, ...args];
}

export function startStrata(args: readonly string[], options: StrataOptions = {}): Running {
  const child = spawn(process.execPath, [...NODE_ARGS, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...environment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  const ended = new Promise<Ended>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => done({ code, signal, ...text }));
  });
  return { child, ended };
}

export function strata(args: readonly string[], options: StrataOptions = {}): Promise<Ended> {
  return startStrata(args, options).ended;
}

export interface JsonRun extends Ended {
  readonly lines: readonly Line[];
}

/** `strata run … --format json`, with every line checked against docs/cli.md. */
export async function runJson(args: readonly string[], options: StrataOptions = {}): Promise<JsonRun> {
  const ended = await strata(["run", ...args, "--format", "json"], options);
  return { ...ended, lines: checkLines(ended.stdout) };
}

/** Without what would colour the output or change what a cell is given; a key of the store for all tests. */
function environment(): Record<string, string> {
  const drop = /^(FORCE_COLOR|NO_COLOR|NODE_OPTIONS|PYTHON.*|VIRTUAL_ENV|STRATA_STORE_KEY.*|.*_API_KEY)$/;
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !drop.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), XDG_STATE_HOME: STATE };
}

export interface Folder {
  readonly path: string;
  write(file: string, content: string | Uint8Array): Promise<void>;
  read(file: string): Promise<string>;
  remove(): Promise<void>;
}

/** A new folder with these files; cells and notebook.toml are files like any other. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "strata-cli-"));
  const folder: Folder = {
    path,
    async write(file, content) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), content);
    },
    read: (file) => readFile(join(path, file), "utf8"),
    remove: () => rm(path, { recursive: true, force: true }),
  };
  for (const [file, content] of Object.entries(files)) await folder.write(file, content);
  return folder;
}

/** The files of a notebook whose cells are in this order; an id that ends in ".md" is a Markdown cell. */
export function notebookFiles(
  cells: Readonly<Record<string, string>>,
  top: readonly string[] = [],
): Record<string, string> {
  const entries = Object.keys(cells).map((id, order) => {
    const file = id.endsWith(".md") ? id : `${id}.py`;
    const language = id.endsWith(".md") ? "markdown" : "python";
    return `[[cells]]\nid = "${id}"\nfile = "${file}"\nlanguage = "${language}"\norder = ${order}\n`;
  });
  const toml = ['notebook_id = "test"', 'name = "Test"', ...top, "", ...entries].join("\n");
  const sources = Object.entries(cells).map(([id, source]) => [
    `cells/${id.endsWith(".md") ? id : `${id}.py`}`,
    source,
  ]);
  return { "notebook.toml": toml, ...Object.fromEntries(sources) };
}

/** Digests of every file below a folder but what runs may write: `.strata/` and `.venv/`. */
export async function checksums(folder: string): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (path === ".strata" || path === ".venv") continue;
      if (entry.isDirectory()) {
        sums[`${path}/`] = "folder";
        await walk(path);
      } else
        sums[path] = createHash("sha256")
          .update(await readFile(join(folder, path)))
          .digest("hex");
    }
  };
  await walk("");
  return sums;
}

/** Ids of the cells that executed, in notebook order as given. */
export function executed(run: JsonRun): readonly string[] {
  return run.lines.flatMap((line) =>
    line.type === "cell" &&
    (line.language === "python" || line.language === "prompt") &&
    !line.cache_hit &&
    line.status === "ok" &&
    line.duration_ms > 0
      ? [line.id]
      : [],
  );
}

export function cellOf(run: JsonRun, id: string): Line & { type: "cell" } {
  const found = run.lines.find((line) => line.type === "cell" && line.id === id);
  assert.ok(found?.type === "cell", `no line for the cell ${id}:\n${run.stdout}\n${run.stderr}`);
  return found;
}

export function summaryOf(run: JsonRun): Line & { type: "summary" } {
  const last = run.lines.at(-1);
  assert.ok(last?.type === "summary", `the last line is no summary:\n${run.stdout}\n${run.stderr}`);
  return last;
}

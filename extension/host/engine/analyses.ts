/**
 * What the cells of a large notebook were found to say, kept from one opening to the next, so that texts that have not
 * changed are not parsed again. It lies in the user's own state folder, never in a notebook's, because what an analysis
 * says decides what runs; it counts only for the very program that wrote it, and only whole.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import writeFileAtomic from "write-file-atomic";
import type { CellAnalysis } from "../../core/analysis/model.ts";

export interface Analyses {
  recall(source: string): CellAnalysis | undefined;
  /** Keeps what is given for the next opening, if that saves something; never throws. */
  keep(analysed: readonly (readonly [source: string, analysis: CellAnalysis])[]): Promise<void>;
}

export interface AnalysesOptions {
  /** Absolute path of the notebook's folder. */
  readonly notebook: string;
  /** Absolute folder of the user's, where the files are. */
  readonly folder: string;
  /** The program that analyses, by `programState`; undefined: nothing is kept. */
  readonly program: string | undefined;
}

/** Fewer are parsed in less time than it takes to read what they say. */
const LEAST = 50;
/** Files of notebooks that nobody has changed for so long go. */
const OLD_MS = 90 * 24 * 3600_000;

export async function openAnalyses({ notebook, folder, program }: AnalysesOptions): Promise<Analyses> {
  const file = join(folder, `${digestOf(notebook)}.json`);
  const known = program === undefined ? new Map<string, CellAnalysis>() : await read(file, program);
  return {
    recall: (source) => (known.size === 0 ? undefined : known.get(digestOf(source))),
    async keep(analysed) {
      if (program === undefined || analysed.length < LEAST) return;
      const cells = new Map(analysed.map(([source, analysis]) => [digestOf(source), analysis]));
      const added = [...cells.keys()].filter((digest) => !known.has(digest)).length;
      if (added < LEAST) return;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFileAtomic(file, withDigest(JSON.stringify({ program, cells: [...cells] })), { mode: 0o600 });
        await removeOld(folder);
      } catch {
        // Where nothing can be kept, the cells are parsed again.
      }
    },
  };
}

/** Changes with every change of the program: the state of its files, which lie in these folders. */
export function programState(folders: readonly string[]): string | undefined {
  try {
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const states = files
      .filter((path) => /\.(ts|cjs|wasm)$/.test(path))
      .map((path) => {
        const { ino, size, mtimeNs } = statSync(path, { bigint: true });
        return `${path} ${ino} ${size} ${mtimeNs}`;
      });
    return states.length === 0 ? undefined : digestOf(states.sort().join("\n"));
  } catch {
    return undefined;
  }
}

/** The folders of the analyser where it runs from its sources, and not from a bundle. */
export function analyserSources(): readonly string[] {
  const require = createRequire(import.meta.url);
  const own = ["../../core/analysis", "../../core/magics", "../../core/python", "../parser"];
  const packages = ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-python/package.json"];
  return [
    ...own.map((path) => fileURLToPath(new URL(path, import.meta.url))),
    ...packages.map((path) => dirname(require.resolve(path))),
  ];
}

async function read(file: string, program: string): Promise<Map<string, CellAnalysis>> {
  try {
    const text = await readFile(file, "utf8");
    const content = text.slice(text.indexOf("\n") + 1);
    if (text !== withDigest(content)) return new Map();
    const kept = JSON.parse(content) as { program: string; cells: [string, CellAnalysis][] };
    return new Map(kept.program === program ? kept.cells : []);
  } catch {
    // Absent, or not to be read: as good as never kept.
    return new Map();
  }
}

/** Only a file that is whole says what was written. */
function withDigest(content: string): string {
  return `${digestOf(content)}\n${content}`;
}

async function removeOld(folder: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (now - (await stat(path)).mtimeMs > OLD_MS) await rm(path, { force: true });
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The one table of what is copied into dist/ as it is: parsers in WebAssembly and the Python side. */
import { cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { root } from "../root.ts";

const copies: readonly (readonly [from: string, to: string])[] = [
  ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/web-tree-sitter.wasm"],
  ["node_modules/tree-sitter-python/tree-sitter-python.wasm", "dist/tree-sitter-python.wasm"],
  ["python-harness", "dist/python-harness"],
];

const leftovers = new Set(["__pycache__", ".ruff_cache", ".mypy_cache", "README.md"]);

/** Returns the files made, as paths from the project's folder. */
export function copyFiles(): readonly string[] {
  return copies.flatMap(([from, to]) => {
    const source = join(root, from);
    if (!existsSync(source)) throw new Error(`${from} is missing. Run "npm ci" and try again.`);
    mkdirSync(dirname(join(root, to)), { recursive: true });
    const made: string[] = [];
    cpSync(source, join(root, to), {
      recursive: true,
      filter: (path) => {
        if (leftovers.has(basename(path))) return false;
        if (statSync(path).isFile()) made.push(join(to, relative(source, path)));
        return true;
      },
    });
    return made;
  });
}

/** The one table of what is copied into dist/ as it is: parsers in WebAssembly and the Python side. */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { root } from "../root.ts";

const copies: readonly (readonly [from: string, to: string])[] = [
  ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/web-tree-sitter.wasm"],
  ["node_modules/tree-sitter-python/tree-sitter-python.wasm", "dist/tree-sitter-python.wasm"],
  ["python-harness", "dist/python-harness"],
];

const leftovers = new Set(["__pycache__", ".ruff_cache", ".mypy_cache", "README.md"]);

export function copyFiles(): void {
  for (const [from, to] of copies) {
    const source = join(root, from);
    if (!existsSync(source)) throw new Error(`${from} is missing. Run "npm ci" and try again.`);
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(source, join(root, to), { recursive: true, filter: (path) => !leftovers.has(basename(path)) });
  }
}

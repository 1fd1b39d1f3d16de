/**
 * Loads web-tree-sitter with the Python grammar and hands its trees to the core as plain objects.
 * One cursor walk makes the objects; after that no call crosses into WebAssembly.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { NO_CHILDREN, type PythonParser, type SyntaxNode, type SyntaxTree } from "../../core/analysis/syntax.ts";

export interface ParserOptions {
  /** Folder that holds `web-tree-sitter.wasm` and `tree-sitter-python.wasm`: the bundle's own. Default: the installed packages. */
  readonly wasmDir?: string;
}

export async function loadPythonParser(options: ParserOptions = {}): Promise<PythonParser> {
  const files = locate(options.wasmDir);
  await Parser.init({ locateFile: () => files.runtime });
  const language = await Language.load(new Uint8Array(await readFile(files.grammar)));
  const parser = new Parser();
  parser.setLanguage(language);
  const kinds = nodeKinds(language);
  return {
    parse(source) {
      const tree = parser.parse(source);
      if (tree === null) throw new Error("The Python parser returned no tree.");
      const cursor = tree.walk();
      try {
        return toPlainTree(cursor, source, kinds, tree.rootNode.hasError);
      } finally {
        cursor.delete();
        tree.delete();
      }
    },
  };
}

function locate(wasmDir: string | undefined): { runtime: string; grammar: string } {
  if (wasmDir !== undefined) {
    return { runtime: join(wasmDir, "web-tree-sitter.wasm"), grammar: join(wasmDir, "tree-sitter-python.wasm") };
  }
  const require = createRequire(import.meta.url);
  return {
    runtime: require.resolve("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: join(dirname(require.resolve("tree-sitter-python/package.json")), "tree-sitter-python.wasm"),
  };
}

interface NodeKinds {
  readonly names: readonly string[];
  /** By node type id: 0 may have children, 1 never has, 2 is left out, 3 is a string. */
  readonly shape: Uint8Array;
}

const LEAVES = new Set([
  "identifier",
  "integer",
  "float",
  "true",
  "false",
  "none",
  "ellipsis",
  "string_start",
  "string_content",
  "string_end",
  "type_conversion",
  "pass_statement",
  "break_statement",
  "continue_statement",
  "wildcard_import",
  // Anonymous, with the two words as children: one token to everybody else.
  "not in",
  "is not",
]);
const LEFT_OUT = new Set(["comment", "line_continuation"]);

function nodeKinds(language: Language): NodeKinds {
  const names: string[] = [];
  const shape = new Uint8Array(language.nodeTypeCount + 1);
  for (let id = 0; id < language.nodeTypeCount; id++) {
    const name = language.types[id] ?? "ERROR";
    names.push(name);
    if (LEFT_OUT.has(name)) shape[id] = 2;
    else if (name === "string" && language.nodeTypeIsNamed(id)) shape[id] = 3;
    else if (LEAVES.has(name) || !language.nodeTypeIsNamed(id)) shape[id] = 1;
  }
  return { names, shape };
}

interface MutableNode {
  type: string;
  start: number;
  end: number;
  children: SyntaxNode[] | readonly SyntaxNode[];
  missing?: true;
}

/** The id tree-sitter gives to nodes that hold what could not be parsed. */
const ERROR_TYPE_ID = 65535;

function toPlainTree(cursor: TreeCursor, source: string, kinds: NodeKinds, hasError: boolean): SyntaxTree {
  const read = (): MutableNode | undefined => {
    const id = cursor.nodeTypeId;
    const shape = id === ERROR_TYPE_ID ? 0 : kinds.shape[id];
    if (shape === 2) return undefined;
    const node: MutableNode = {
      type: id === ERROR_TYPE_ID ? "ERROR" : (kinds.names[id] ?? "ERROR"),
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: NO_CHILDREN,
    };
    if (hasError && cursor.nodeIsMissing) node.missing = true;
    return node;
  };
  const mayDescend = (node: MutableNode): boolean => {
    const id = cursor.nodeTypeId;
    const shape = id === ERROR_TYPE_ID ? 0 : kinds.shape[id];
    return shape === 0 || (shape === 3 && hasInterpolation(source, node.start));
  };

  const root = read() as MutableNode;
  let depth = 1;
  if (cursor.gotoFirstChild()) {
    const parents: SyntaxNode[][] = [];
    let siblings: SyntaxNode[] = [];
    root.children = siblings;
    for (;;) {
      const node = read();
      if (node !== undefined) {
        siblings.push(node);
        if (mayDescend(node) && cursor.gotoFirstChild()) {
          parents.push(siblings);
          siblings = [];
          node.children = siblings;
          if (parents.length + 2 > depth) depth = parents.length + 2;
          continue;
        }
      }
      let atEnd = false;
      while (!cursor.gotoNextSibling()) {
        cursor.gotoParent();
        const above = parents.pop();
        if (above === undefined) {
          atEnd = true;
          break;
        }
        siblings = above;
      }
      if (atEnd) break;
    }
  }
  return { root, hasError, depth };
}

/** Whether the prefix of the string literal that starts here makes it an f-string or a t-string. */
function hasInterpolation(source: string, start: number): boolean {
  for (let at = start; at < start + 3; at++) {
    const char = source[at];
    if (char === "f" || char === "F" || char === "t" || char === "T") return true;
    if (char === '"' || char === "'") return false;
  }
  return false;
}

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
  /** By node type id. */
  readonly shape: Uint8Array;
}

const MAY_HAVE_CHILDREN = 0;
const LEAF = 1;
/** An anonymous node: a keyword or a sign. */
const TOKEN = 2;
const STRING = 3;
const LEFT_OUT = 4;

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
const EXTRAS = new Set(["comment", "line_continuation"]);

function nodeKinds(language: Language): NodeKinds {
  const names: string[] = [];
  const shape = new Uint8Array(language.nodeTypeCount + 1);
  for (let id = 0; id < language.nodeTypeCount; id++) {
    const name = language.types[id] ?? "ERROR";
    names.push(name);
    if (EXTRAS.has(name)) shape[id] = LEFT_OUT;
    else if (name === "string" && language.nodeTypeIsNamed(id)) shape[id] = STRING;
    else if (LEAVES.has(name)) shape[id] = LEAF;
    else if (!language.nodeTypeIsNamed(id)) shape[id] = TOKEN;
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
  // Every property of the cursor is a call into WebAssembly: each is read once, and only where it is needed.
  let descend = false;
  const read = (): MutableNode | undefined => {
    const id = cursor.nodeTypeId;
    const shape = id === ERROR_TYPE_ID ? MAY_HAVE_CHILDREN : kinds.shape[id];
    descend = false;
    if (shape === LEFT_OUT) return undefined;
    const type = id === ERROR_TYPE_ID ? "ERROR" : (kinds.names[id] ?? "ERROR");
    const start = cursor.startIndex;
    // A token's type is its text.
    const end = shape === TOKEN && !hasError ? start + type.length : cursor.endIndex;
    descend = shape === MAY_HAVE_CHILDREN || (shape === STRING && hasInterpolation(source, start));
    const node: MutableNode = { type, start, end, children: NO_CHILDREN };
    if (hasError && cursor.nodeIsMissing) node.missing = true;
    return node;
  };

  const root = read() as MutableNode;
  let depth = 1;
  if (!cursor.gotoFirstChild()) return { root, hasError, depth };
  const parents: SyntaxNode[][] = [];
  let siblings: SyntaxNode[] = [];
  root.children = siblings;
  for (;;) {
    const node = read();
    if (node !== undefined) {
      siblings.push(node);
      if (descend && cursor.gotoFirstChild()) {
        parents.push(siblings);
        siblings = [];
        node.children = siblings;
        if (parents.length + 2 > depth) depth = parents.length + 2;
        continue;
      }
    }
    while (!cursor.gotoNextSibling()) {
      const above = parents.pop();
      if (above === undefined) return { root, hasError, depth };
      cursor.gotoParent();
      siblings = above;
    }
  }
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

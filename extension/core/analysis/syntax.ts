/**
 * The port between the analysis and a Python parser: a concrete syntax tree as plain objects.
 * Node types are those of tree-sitter-python. Anonymous tokens are children too, their `type` is their text.
 * Comments and line continuations are left out, and a string without interpolations is one leaf.
 */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets into the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
  /** The parser made this token up to go on. */
  readonly missing?: true;
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** Some node is `ERROR` or `missing`. */
  readonly hasError: boolean;
  /** Levels of nesting; recursion over the tree needs as many frames. */
  readonly depth: number;
}

export interface PythonParser {
  parse(source: string): SyntaxTree;
}

/** What the children of a leaf are. */
export const NO_CHILDREN: readonly SyntaxNode[] = [];

/** The first child of the type, if any. */
export function childOfType(node: SyntaxNode, type: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.type === type) return child;
  return undefined;
}

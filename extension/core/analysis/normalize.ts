/**
 * The text of a tree without its layout: tokens joined by one blank, a statement a line, a tab for each level of
 * nesting. Two programs with equal normalised text do the same. Literals are kept as written; an f-string with
 * everything inside, since `f"{x = }"` shows its own spelling.
 */
import type { SyntaxNode } from "./syntax.ts";

export interface Insertion {
  readonly start: number;
  readonly text: string;
}

/** `insertions` are lines that are not part of the tree (magics), put before the next top-level statement. */
export function normalizeModule(text: string, root: SyntaxNode, insertions: readonly Insertion[] = []): string {
  const lines: string[] = [];
  let inserted = 0;
  for (const statement of root.children) {
    for (; inserted < insertions.length; inserted++) {
      const next = insertions[inserted] as Insertion;
      if (next.start > statement.start) break;
      lines.push(next.text);
    }
    if (statement.type !== ";") emit(text, statement, 0, lines);
  }
  for (const rest of insertions.slice(inserted)) lines.push(rest.text);
  if (silencesLast(root)) lines.push(";");
  return lines.join("\n");
}

export function normalizeNode(text: string, node: SyntaxNode): string {
  const lines: string[] = [];
  emit(text, node, 0, lines);
  return lines.join("\n");
}

/** `df;` shows nothing where `df` would. */
function silencesLast(root: SyntaxNode): boolean {
  const last = root.children.at(-1);
  const statement = root.children.at(-2);
  if (last?.type !== ";" || statement?.type !== "expression_statement") return false;
  const kind = statement.children[0]?.type;
  return kind !== "assignment" && kind !== "augmented_assignment";
}

function emit(text: string, statement: SyntaxNode, depth: number, lines: string[]): void {
  let tokens: string[] = [];
  const flush = (): void => {
    if (tokens.length > 0) lines.push("\t".repeat(depth) + tokens.join(" "));
    tokens = [];
  };
  const collect = (node: SyntaxNode): void => {
    if (node.type === "string" || node.children.length === 0) {
      if (node.type === "not in" || node.type === "is not") tokens.push(node.type);
      else if (node.end > node.start) tokens.push(text.slice(node.start, node.end));
    } else if (node.type === "block") {
      flush();
      for (const child of node.children) if (child.type !== ";") emit(text, child, depth + 1, lines);
    } else {
      for (const child of node.children) collect(child);
      if (node.type === "decorator") flush();
    }
  };
  collect(statement);
  flush();
}

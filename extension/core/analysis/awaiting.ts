/** Does a cell wait at its top level? A script cannot, so whoever writes one has to know. */
import type { SyntaxNode } from "./syntax.ts";

export interface Awaiting {
  readonly awaits: boolean;
  /** `name: type = value` or `from x import *` at the top level: they mean nothing else inside a function, or are errors there. */
  readonly topLevelOnly: boolean;
}

const NEITHER: Awaiting = { awaits: false, topLevelOnly: false };

export function findAwait(text: string, root: SyntaxNode): Awaiting {
  if (!/\b(await|async)\b/.test(text)) return NEITHER;
  let awaits = false;
  let topLevelOnly = false;
  const visit = (node: SyntaxNode): void => {
    switch (node.type) {
      case "function_definition":
      case "lambda":
        return;
      case "await":
        awaits = true;
        break;
      case "for_statement":
      case "with_statement":
      case "for_in_clause":
        awaits ||= node.children[0]?.type === "async";
        break;
      case "wildcard_import":
        topLevelOnly = true;
        break;
      case "assignment":
        topLevelOnly ||= node.children[0]?.type === "identifier" && node.children[1]?.type === ":";
        break;
    }
    for (const child of node.children) visit(child);
  };
  visit(root);
  return { awaits, topLevelOnly };
}

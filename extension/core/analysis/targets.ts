/** Visits what stands left of `=`, after `for`, `as`, `del` and `case`. */
import { noteAmbient } from "./calls.ts";
import { chainRoot, dottedParts, visitChain, visitExpression } from "./expressions.ts";
import type { SyntaxNode } from "./syntax.ts";
import { bindLocal, bindName, mutateName, readName, resolveDotted, unbindName, type Walk } from "./walk.ts";

/** `local`: names belong to the comprehension that the walk is in. */
export function bindTarget(walk: Walk, node: SyntaxNode, local = false): void {
  switch (node.type) {
    case "identifier":
      if (local) bindLocal(walk, node);
      else bindName(walk, node);
      return;
    case "attribute":
    case "subscript":
      storeInto(walk, node);
      return;
    case "call":
      // Not a target in any valid program; its names are still read.
      visitExpression(walk, node, true);
      return;
    default:
      for (const child of node.children) bindTarget(walk, child, local);
  }
}

export function unbindTarget(walk: Walk, node: SyntaxNode): void {
  switch (node.type) {
    case "identifier":
      readName(walk, node, true);
      unbindName(walk, node);
      return;
    case "attribute":
    case "subscript":
      storeInto(walk, node);
      return;
    default:
      for (const child of node.children) unbindTarget(walk, child);
  }
}

/** `a.b = …`, `a[i] = …`: a change to `a`. */
export function storeInto(walk: Walk, node: SyntaxNode): void {
  visitChain(walk, node);
  const root = chainRoot(walk, node);
  if (root !== undefined) mutateName(walk, root);
  let base: SyntaxNode | undefined = node;
  while (base?.type === "subscript") base = base.children[0];
  const parts = base === undefined ? undefined : dottedParts(walk, base);
  const dotted = parts === undefined ? undefined : resolveDotted(walk, parts);
  if (dotted !== undefined) noteAmbient(walk, dotted);
}

/** A `case` pattern: single names capture, dotted names and class names are read. */
export function visitPattern(walk: Walk, node: SyntaxNode): void {
  switch (node.type) {
    case "dotted_name": {
      const first = node.children[0];
      if (first === undefined) return;
      if (node.children.length === 1) bindName(walk, first);
      else readName(walk, first, false);
      return;
    }
    case "class_pattern": {
      const name = node.children[0]?.children[0];
      if (name !== undefined) readName(walk, name, false);
      for (const child of node.children.slice(1)) visitPattern(walk, child);
      return;
    }
    case "keyword_pattern":
      // The first identifier is the attribute's name.
      for (const child of node.children.slice(1)) visitPattern(walk, child);
      return;
    case "identifier":
      bindName(walk, node);
      return;
    case "string":
    case "concatenated_string":
      visitExpression(walk, node, false);
      return;
    default:
      for (const child of node.children) visitPattern(walk, child);
  }
}

/** Whether the pattern matches anything: `_`, `name`, or such a one `as name`, or in parentheses. */
export function isIrrefutable(node: SyntaxNode): boolean {
  switch (node.type) {
    case "_":
      return true;
    case "dotted_name":
      return node.children.length === 1;
    case "case_pattern":
    case "as_pattern":
      return node.children[0] !== undefined && isIrrefutable(node.children[0]);
    case "union_pattern": {
      const last = node.children.at(-1);
      return last !== undefined && isIrrefutable(last);
    }
    default:
      return false;
  }
}

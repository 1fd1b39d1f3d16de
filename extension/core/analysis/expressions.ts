/** Visits expressions. `keeps` says whether what is done with the value could change it or keep hold of it. */
import { noteEnvironment, visitCall } from "./calls.ts";
import { visitLambda, visitQuotedTypes } from "./definitions.ts";
import { ACCESSORS, PURE_BUILTINS, PURE_METHODS } from "./pure-names.ts";
import { createScope } from "./scope.ts";
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindTarget } from "./targets.ts";
import { bindName, nameOf, readName, type Walk, within } from "./walk.ts";

export function visitExpression(walk: Walk, node: SyntaxNode, keeps: boolean): void {
  switch (node.type) {
    case "identifier":
      if (nameOf(walk, node) === MAIN) walk.dynamic.push({ offset: node.start, what: MAIN });
      readName(walk, node, keeps);
      return;
    case "attribute":
    case "subscript": {
      const seen = walk.log.length;
      if (node.type === "attribute") {
        noteEnvironment(walk, node);
        visitChild(walk, node, 0, false);
      } else {
        noteModules(walk, node);
        visitChildren(walk, node, false);
      }
      if (keeps) notePart(walk, node, seen);
      return;
    }
    case "comparison_operator":
    case "not_operator":
    case "unary_operator":
    case "slice":
    case "string":
    case "interpolation":
    case "format_specifier":
    case "format_expression":
    case "generic_type":
    case "union_type":
    case "constrained_type":
    case "type_parameter":
      visitChildren(walk, node, false);
      return;
    case "type":
      if (walk.types === 0) visitQuotedTypes(walk, node);
      walk.types++;
      visitChildren(walk, node, false);
      walk.types--;
      return;
    case "member_type":
      visitChild(walk, node, 0, false);
      return;
    case "binary_operator":
      visitBinary(walk, node);
      return;
    case "conditional_expression":
      visitChild(walk, node, 2, false);
      visitChild(walk, node, 0, keeps);
      visitChild(walk, node, 4, keeps);
      return;
    case "named_expression": {
      visitChild(walk, node, 2, true);
      const name = node.children[0];
      if (name !== undefined) bindName(walk, name);
      return;
    }
    case "keyword_argument":
      visitChild(walk, node, 2, keeps);
      return;
    case "call":
      visitCall(walk, node, keeps, false);
      return;
    case "await":
    case "yield":
      visitChildren(walk, node, true);
      return;
    case "lambda":
      visitLambda(walk, node);
      return;
    case "list_comprehension":
    case "set_comprehension":
    case "dictionary_comprehension":
    case "generator_expression":
      visitComprehension(walk, node, keeps);
      return;
    case "as_pattern": {
      visitChild(walk, node, 0, true);
      const target = childOfType(node, "as_pattern_target");
      if (target !== undefined) bindTarget(walk, target);
      return;
    }
    default:
      visitChildren(walk, node, keeps);
  }
}

/** The module of all cells: whoever has it may ask it for any name. */
const MAIN = "__main__";

/** `sys.modules["__main__"]`, `sys.modules[__name__]`. */
function noteModules(walk: Walk, node: SyntaxNode): void {
  const [object, , index] = node.children;
  if (object?.type !== "attribute" || index === undefined) return;
  if (dottedParts(walk, object)?.join(".") !== "sys.modules") return;
  const asked = walk.text.slice(index.start, index.end);
  if (asked === "__name__" || asked.slice(1, -1) === MAIN) walk.dynamic.push({ offset: node.start, what: MAIN });
}

function visitChildren(walk: Walk, node: SyntaxNode, keeps: boolean): void {
  for (const child of node.children) visitExpression(walk, child, keeps);
}

function visitChild(walk: Walk, node: SyntaxNode, index: number, keeps: boolean): void {
  const child = node.children[index];
  if (child !== undefined) visitExpression(walk, child, keeps);
}

/** A part of the name's object, `a.b[i]`, goes on under another name. */
function notePart(walk: Walk, node: SyntaxNode, seen: number): void {
  const root = chainRoot(walk, node);
  if (root === undefined) return;
  for (const read of walk.log.slice(seen)) if (read.offset === root.start) read.keepsPart = true;
}

/** `a + b + c + …` leans to the left as deep as it is long, so it is unrolled. */
function visitBinary(walk: Walk, node: SyntaxNode): void {
  const right: SyntaxNode[] = [];
  let at: SyntaxNode | undefined = node;
  while (at?.type === "binary_operator") {
    const operand: SyntaxNode | undefined = at.children[2];
    if (operand !== undefined) right.push(operand);
    at = at.children[0];
  }
  if (at !== undefined) visitExpression(walk, at, false);
  for (let index = right.length - 1; index >= 0; index--) visitExpression(walk, right[index] as SyntaxNode, false);
}

/** Visits what a store or an unknown call goes through, `a.b[i].c`: the name at its root may change. */
export function visitChain(walk: Walk, node: SyntaxNode): void {
  switch (node.type) {
    case "attribute":
      noteEnvironment(walk, node);
      if (node.children[0] !== undefined) visitChain(walk, node.children[0]);
      return;
    case "subscript":
      noteModules(walk, node);
      if (node.children[0] !== undefined) visitChain(walk, node.children[0]);
      for (let index = 2; index < node.children.length; index++) visitChild(walk, node, index, false);
      return;
    case "parenthesized_expression":
      if (node.children[1] !== undefined) visitChain(walk, node.children[1]);
      return;
    case "call": {
      const accessed = accessedObject(walk, node);
      if (accessed === undefined) visitExpression(walk, node, true);
      else {
        visitChain(walk, accessed);
        visitChild(walk, node, 1, false);
      }
      return;
    }
    default:
      visitExpression(walk, node, true);
  }
}

/** The name a chain starts from, when a change to the end of the chain is a change to that name's object. */
export function chainRoot(walk: Walk, node: SyntaxNode): SyntaxNode | undefined {
  let at: SyntaxNode | undefined = node;
  for (;;) {
    switch (at?.type) {
      case "identifier":
        return at;
      case "attribute":
      case "subscript":
        at = at.children[0];
        break;
      case "parenthesized_expression":
        at = at.children[1];
        break;
      case "call": {
        const called: SyntaxNode | undefined = at.children[0];
        if (called?.type !== "attribute") return undefined;
        if (PURE_METHODS.has(methodName(walk, called)) && accessedObject(walk, at) === undefined) return undefined;
        at = called.children[0];
        break;
      }
      default:
        return undefined;
    }
  }
}

/** `x` in `x.get(…)`: the call gives a part of it. */
function accessedObject(walk: Walk, call: SyntaxNode): SyntaxNode | undefined {
  const called = call.children[0];
  return called?.type === "attribute" && ACCESSORS.has(methodName(walk, called)) ? called.children[0] : undefined;
}

export function methodName(walk: Walk, attribute: SyntaxNode): string {
  const name = attribute.children[2];
  return name === undefined ? "" : walk.text.slice(name.start, name.end);
}

/** The parts of `a.b.c`, or undefined for anything that is not only names and dots. */
export function dottedParts(walk: Walk, node: SyntaxNode): readonly string[] | undefined {
  const parts: string[] = [];
  let at: SyntaxNode | undefined = node;
  while (at?.type === "attribute") {
    parts.push(methodName(walk, at));
    at = at.children[0];
  }
  if (at?.type !== "identifier") return undefined;
  parts.push(nameOf(walk, at));
  return parts.reverse();
}

function visitComprehension(walk: Walk, node: SyntaxNode, keeps: boolean): void {
  const clauses = node.children.filter(({ type }) => type === "for_in_clause" || type === "if_clause");
  const sources: number[] = [];
  // The first iterable is evaluated outside.
  const first = clauses[0];
  const from = walk.log.length;
  if (first !== undefined) visitIterables(walk, first);
  sources.push(from, walk.log.length);
  const scope = createScope("comprehension", walk.scope);
  within(walk, scope, () => {
    clauses.forEach((clause, index) => {
      if (clause.type === "if_clause") {
        visitChild(walk, clause, 1, false);
        return;
      }
      if (index > 0) {
        const start = walk.log.length;
        visitIterables(walk, clause);
        sources.push(start, walk.log.length);
      }
      const target = clause.children[clause.children.findIndex(({ type }) => type === "for") + 1];
      if (target !== undefined) bindTarget(walk, target, true);
    });
    const body = walk.log.length;
    for (const child of node.children) {
      if (child.type !== "for_in_clause" && child.type !== "if_clause") visitExpression(walk, child, keeps);
    }
    for (let index = 0; index < sources.length; index += 2) {
      spreadChanges(walk, sources[index] as number, sources[index + 1] as number, body, scope.bound);
    }
  });
}

function visitIterables(walk: Walk, clause: SyntaxNode): void {
  const at = clause.children.findIndex(({ type }) => type === "in");
  for (let index = at + 1; index < clause.children.length; index++) visitChild(walk, clause, index, false);
}

/**
 * Elements of `rows` are `row` in the body of a loop: when the body may change `row`, it may change `rows`.
 * `from` to `to` are the reads of the iterable, `body` is where those of the body begin.
 */
export function spreadChanges(walk: Walk, from: number, to: number, body: number, targets: ReadonlySet<string>): void {
  for (let index = body; index < walk.log.length; index++) {
    const read = walk.log[index] as (typeof walk.log)[number];
    if (!read.mayMutate || !targets.has(read.name)) continue;
    for (let source = from; source < to; source++) {
      const iterated = walk.log[source] as (typeof walk.log)[number];
      if (!PURE_BUILTINS.has(iterated.name)) iterated.mayMutate = true;
    }
    return;
  }
}

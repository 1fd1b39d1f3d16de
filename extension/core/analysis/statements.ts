/** Visits statements in the order they run. Those with several ways through them are in control-flow.ts. */
import { visitCall } from "./calls.ts";
import { visitFor, visitIf, visitMatch, visitTry, visitWhile, visitWith } from "./control-flow.ts";
import { bindTypeParameters, visitAnnotations, visitClass, visitDecorated, visitFunction } from "./definitions.ts";
import { visitChain, visitExpression } from "./expressions.ts";
import { visitImport } from "./imports.ts";
import { copyState, createScope, runsInOrder, withTrail } from "./scope.ts";
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindTarget, storeInto, unbindTarget } from "./targets.ts";
import { bindName, later, mutateName, readName, type Walk, within } from "./walk.ts";

/** The statements of a cell. Where none of the ways through one goes on, the next is looked at all the same. */
export function visitTopLevel(walk: Walk, statement: SyntaxNode): void {
  const { module } = walk;
  const compound = statement.type !== "expression_statement";
  const before = compound ? copyState(module.state) : null;
  const mark = module.trail.length;
  visitStatement(walk, statement);
  if (module.state === null) module.state = withTrail(before, module.trail.slice(mark)) ?? new Map();
}

/** The statements of a block. */
export function visitStatements(walk: Walk, block: SyntaxNode): void {
  for (const statement of block.children) visitStatement(walk, statement);
}

function visitStatement(walk: Walk, node: SyntaxNode): void {
  switch (node.type) {
    case "expression_statement":
      visitExpressionStatement(walk, node);
      return;
    case "import_statement":
    case "import_from_statement":
    case "future_import_statement":
      visitImport(walk, node);
      return;
    case "function_definition":
      visitFunction(walk, node);
      return;
    case "class_definition":
      visitClass(walk, node);
      return;
    case "decorated_definition":
      visitDecorated(walk, node);
      return;
    case "if_statement":
      visitIf(walk, node);
      return;
    case "for_statement":
      visitFor(walk, node);
      return;
    case "while_statement":
      visitWhile(walk, node);
      return;
    case "try_statement":
      visitTry(walk, node);
      return;
    case "with_statement":
      visitWith(walk, node);
      return;
    case "match_statement":
      visitMatch(walk, node);
      return;
    case "delete_statement":
      for (const child of node.children) unbindTarget(walk, child);
      return;
    case "return_statement":
    case "raise_statement":
      for (const child of node.children) visitExpression(walk, child, true);
      leave(walk);
      return;
    case "break_statement":
      walk.scope.breaks.at(-1)?.push(copyState(walk.scope.state));
      leave(walk);
      return;
    case "continue_statement":
      leave(walk);
      return;
    case "global_statement":
      for (const name of names(node)) walk.scope.globals.add(walk.text.slice(name.start, name.end));
      return;
    case "nonlocal_statement":
      for (const name of names(node)) walk.scope.nonlocals.add(walk.text.slice(name.start, name.end));
      return;
    case "type_alias_statement":
      visitTypeAlias(walk, node);
      return;
    case "ERROR":
      // Best effort: whole statements may survive inside.
      for (const child of node.children) visitStatement(walk, child);
      return;
    case "block":
      visitStatements(walk, node);
      return;
    default:
      visitExpression(walk, node, false);
  }
}

function names(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter(({ type }) => type === "identifier");
}

/** What follows is not reached. Straight in the cell it is looked at all the same. */
function leave(walk: Walk): void {
  if (walk.scope !== walk.module || walk.blocks > 0) walk.scope.state = null;
}

function visitExpressionStatement(walk: Walk, node: SyntaxNode): void {
  for (const child of node.children) {
    switch (child.type) {
      case "assignment":
        visitAssignment(walk, child);
        break;
      case "augmented_assignment":
        visitAugmented(walk, child);
        break;
      case "call":
        visitCall(walk, child, false, true);
        break;
      case "await": {
        const awaited = child.children[1];
        if (awaited?.type === "call") visitCall(walk, awaited, false, true);
        else if (awaited !== undefined) visitExpression(walk, awaited, true);
        break;
      }
      default:
        visitExpression(walk, child, false);
    }
  }
}

function visitAssignment(walk: Walk, node: SyntaxNode): void {
  const targets: SyntaxNode[] = [];
  let at: SyntaxNode = node;
  for (;;) {
    const target = at.children[0];
    const type = childOfType(at, "type");
    const value = childOfType(at, "=") === undefined ? undefined : at.children.at(-1);
    if (type !== undefined && target !== undefined) {
      if (value !== undefined) visitExpression(walk, value, true);
      // Annotations of local variables are never evaluated, but a reader counts on their names.
      visitAnnotations(walk, () => visitExpression(walk, type, false));
      if (value !== undefined) targets.push(target);
      else declare(walk, target);
      break;
    }
    if (target !== undefined) targets.push(target);
    if (value?.type === "assignment") at = value;
    else {
      if (value?.type === "augmented_assignment") visitAugmented(walk, value);
      else if (value !== undefined) visitExpression(walk, value, true);
      break;
    }
  }
  for (const target of targets) bindTarget(walk, target);
}

/** `x: int` makes `x` local to a function; elsewhere it binds nothing. */
function declare(walk: Walk, target: SyntaxNode): void {
  if (target.type !== "identifier") visitExpression(walk, target, false);
  else if (!runsInOrder(walk.scope)) bindName(walk, target);
}

function visitAugmented(walk: Walk, node: SyntaxNode): void {
  const target = node.children[0];
  const value = node.children[2];
  if (target === undefined) return;
  if (target.type === "identifier") readName(walk, target, true);
  else visitChain(walk, target);
  if (value !== undefined) visitExpression(walk, value, false);
  if (target.type === "identifier") {
    mutateName(walk, target);
    bindName(walk, target);
  } else if (target.type === "attribute" || target.type === "subscript") storeInto(walk, target);
}

/** `type X[T] = …`: the right side is evaluated only when asked for. */
/** The keyword, what is on the left and what is on the right of a type alias: the keyword's type is "type" as well. */
function aliasParts(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter(({ type }) => type === "type");
}

/** The name that a type alias binds. */
export function aliasName(node: SyntaxNode): SyntaxNode | undefined {
  const named = aliasParts(node)[1]?.children[0];
  const name = named?.type === "generic_type" ? named.children[0] : named;
  return name?.type === "identifier" ? name : undefined;
}

function visitTypeAlias(walk: Walk, node: SyntaxNode): void {
  const [, left, right] = aliasParts(node);
  const named = left?.children[0];
  if (node.children[0] !== undefined && named?.type !== "identifier" && named?.type !== "generic_type") {
    // `type(x).a = 1`, which the grammar takes for an alias as well.
    readName(walk, node.children[0], false);
    for (const part of node.children) visitExpression(walk, part, true);
    return;
  }
  const name = aliasName(node);
  const parameters = named === undefined ? undefined : childOfType(named, "type_parameter");
  later(walk, () => {
    within(walk, createScope("type-parameters", walk.scope), () => {
      if (parameters !== undefined) bindTypeParameters(walk, parameters);
      if (right !== undefined) visitExpression(walk, right, false);
    });
  });
  if (name !== undefined) bindTarget(walk, name);
}

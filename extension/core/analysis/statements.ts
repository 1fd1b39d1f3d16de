/** Visits statements in the order they run, and keeps the state of names along every way through them. */
import { bindTypeParameters, visitAnnotations, visitClass, visitDecorated, visitFunction } from "./definitions.ts";
import { chainRoot, spreadChanges, visitCall, visitChain, visitExpression } from "./expressions.ts";
import { visitImport } from "./imports.ts";
import { copyState, createScope, joinStates, runsInOrder, type State, UNTOUCHED, withTrail } from "./scope.ts";
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindTarget, isIrrefutable, storeInto, unbindTarget, visitPattern } from "./targets.ts";
import { bindName, later, mutateName, readName, unbindName, type Walk, within } from "./walk.ts";

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

function visitBlock(walk: Walk, block: SyntaxNode | undefined): void {
  if (block === undefined) return;
  walk.blocks++;
  visitStatements(walk, block);
  walk.blocks--;
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

function visitIf(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const ends: (State | null)[] = [];
  let exhaustive = false;
  const arm = (condition: SyntaxNode | undefined, block: SyntaxNode | undefined): void => {
    if (condition !== undefined) visitExpression(walk, condition, false);
    const otherwise = copyState(scope.state);
    visitBlock(walk, block);
    ends.push(scope.state);
    scope.state = condition !== undefined && isAlwaysTrue(walk, condition) ? null : otherwise;
  };
  arm(node.children[1], childOfType(node, "block"));
  for (const clause of node.children) {
    if (clause.type === "elif_clause") arm(clause.children[1], childOfType(clause, "block"));
    else if (clause.type === "else_clause") {
      exhaustive = true;
      visitBlock(walk, childOfType(clause, "block"));
      ends.push(scope.state);
    }
  }
  if (!exhaustive) ends.push(scope.state);
  settle(walk, ends);
}

/** `True`, `1`, and `__name__ == "__main__"`, which holds in a notebook as in a script. */
function isAlwaysTrue(walk: Walk, node: SyntaxNode): boolean {
  return /^(True|1|__name__\s*==\s*(["'])__main__\2)$/.test(walk.text.slice(node.start, node.end));
}

function settle(walk: Walk, ends: readonly (State | null)[]): void {
  const scope = walk.scope;
  if (!runsInOrder(scope)) return;
  scope.state = joinStates(ends);
}

function visitFor(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const target = node.children[node.children.findIndex(({ type }) => type === "for") + 1];
  const iterable = node.children[node.children.findIndex(({ type }) => type === "in") + 1];
  const from = walk.log.length;
  if (iterable !== undefined) visitExpression(walk, iterable, false);
  const to = walk.log.length;
  const before = copyState(scope.state);
  const mark = scope.trail.length;
  scope.breaks.push([]);
  if (target !== undefined) bindTarget(walk, target);
  const body = walk.log.length;
  visitBlock(walk, childOfType(node, "block"));
  spreadChanges(walk, from, to, body, targetNames(walk, target));
  endLoop(walk, node, before, mark);
}

function visitWhile(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const condition = node.children[1];
  if (condition !== undefined) visitExpression(walk, condition, false);
  const endless = condition !== undefined && isAlwaysTrue(walk, condition);
  const before = copyState(scope.state);
  const mark = scope.trail.length;
  scope.breaks.push([]);
  visitBlock(walk, childOfType(node, "block"));
  if (endless) settle(walk, brokenOff(walk, mark));
  else endLoop(walk, node, before, mark);
}

/** The states at the loop's breaks, each of which may come in a later round, after what stands below it. */
function brokenOff(walk: Walk, mark: number): (State | null)[] {
  const { breaks, trail } = walk.scope;
  return (breaks.pop() ?? []).map((state) => withTrail(state, trail.slice(mark)));
}

/** After any number of rounds, each left anywhere by `continue`, anything in the body may have happened or not. */
function endLoop(walk: Walk, node: SyntaxNode, before: State | null, mark: number): void {
  const broken = brokenOff(walk, mark);
  settle(walk, [withTrail(before, walk.scope.trail.slice(mark))]);
  visitLoopElse(walk, node, broken);
}

/** `else` runs when the loop was not broken off. */
function visitLoopElse(walk: Walk, node: SyntaxNode, broken: readonly (State | null)[]): void {
  const otherwise = childOfType(node, "else_clause");
  if (otherwise !== undefined) visitBlock(walk, childOfType(otherwise, "block"));
  settle(walk, [walk.scope.state, ...broken]);
}

function targetNames(walk: Walk, target: SyntaxNode | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (node: SyntaxNode): void => {
    if (node.type === "identifier") found.add(walk.text.slice(node.start, node.end));
    else if (node.type !== "attribute" && node.type !== "subscript") node.children.forEach(collect);
  };
  if (target !== undefined) collect(target);
  return found;
}

const CATCHES_NAME_ERROR = /\b(NameError|Exception|BaseException|UnboundLocalError)\b/;

function visitTry(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const handlers = node.children.filter(({ type }) => type === "except_clause");
  const otherwise = childOfType(node, "else_clause");
  const last = childOfType(node, "finally_clause");
  const guarded = handlers.some((handler) => {
    const caught = handler.children.find(({ type }) => type !== "except" && type !== "*");
    return (
      caught?.type === ":" ||
      (caught !== undefined && CATCHES_NAME_ERROR.test(walk.text.slice(caught.start, caught.end)))
    );
  });

  const before = copyState(scope.state);
  const mark = scope.trail.length;
  if (guarded) walk.guards++;
  visitBlock(walk, childOfType(node, "block"));
  if (guarded) walk.guards--;
  // A handler may start after any of the body's statements.
  const interrupted = withTrail(before, scope.trail.slice(mark));
  if (otherwise !== undefined) visitBlock(walk, childOfType(otherwise, "block"));
  const ends: (State | null)[] = [scope.state];
  for (const handler of handlers) {
    scope.state = copyState(interrupted);
    visitHandler(walk, handler);
    ends.push(scope.state);
  }
  const normal = joinStates(ends);
  if (last === undefined) {
    settle(walk, ends);
    return;
  }
  scope.state = withTrail(before, scope.trail.slice(mark));
  const finallyMark = scope.trail.length;
  visitBlock(walk, childOfType(last, "block"));
  const after = scope.state;
  if (normal !== null && after !== null) {
    for (const [name] of scope.trail.slice(finallyMark)) normal.set(name, after.get(name) ?? UNTOUCHED);
  }
  settle(walk, [after === null ? null : normal]);
}

function visitHandler(walk: Walk, handler: SyntaxNode): void {
  const caught = childOfType(handler, "as_pattern");
  const alias = caught === undefined ? undefined : childOfType(caught, "as_pattern_target")?.children[0];
  for (const child of handler.children) {
    if (child.type === "as_pattern") {
      if (child.children[0] !== undefined) visitExpression(walk, child.children[0], false);
      if (alias !== undefined) bindTarget(walk, alias);
    } else if (child.type === "block") visitBlock(walk, child);
    else visitExpression(walk, child, false);
  }
  // Python deletes the name at the handler's end.
  if (alias?.type === "identifier" && runsInOrder(walk.scope)) unbindName(walk, alias);
}

/** Context managers that swallow exceptions: what their body binds may stay unbound. */
const SUPPRESSES = /\b(suppress|raises|assertRaises\w*|ignored)\s*\(/;

function visitWith(walk: Walk, node: SyntaxNode): void {
  const clause = childOfType(node, "with_clause");
  let swallows = false;
  for (const item of clause?.children ?? []) {
    const value = item.type === "with_item" ? item.children[0] : undefined;
    if (value === undefined) continue;
    swallows ||= SUPPRESSES.test(walk.text.slice(value.start, value.end));
    visitWithItem(walk, value);
  }
  const before = copyState(walk.scope.state);
  visitBlock(walk, childOfType(node, "block"));
  if (swallows) settle(walk, [before, walk.scope.state]);
}

function visitWithItem(walk: Walk, value: SyntaxNode): void {
  const managed = value.type === "as_pattern" ? value.children[0] : value;
  if (managed !== undefined) {
    // Entering changes a manager that lives elsewhere: a lock, a connection.
    const root = managed.type === "call" ? undefined : chainRoot(walk, managed);
    visitExpression(walk, managed, true);
    if (root !== undefined && managed.type !== "identifier") mutateName(walk, root);
  }
  const target = value.type === "as_pattern" ? childOfType(value, "as_pattern_target") : undefined;
  if (target !== undefined) bindTarget(walk, target);
}

function visitMatch(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const body = childOfType(node, "block");
  for (const child of node.children) if (child !== body) visitExpression(walk, child, true);
  const ends: (State | null)[] = [];
  for (const clause of body?.children ?? []) {
    if (clause.type !== "case_clause") continue;
    const otherwise = copyState(scope.state);
    const patterns = clause.children.filter(({ type }) => type === "case_pattern");
    for (const pattern of patterns) visitPattern(walk, pattern);
    const guard = childOfType(clause, "if_clause");
    if (guard?.children[1] !== undefined) visitExpression(walk, guard.children[1], false);
    visitBlock(walk, childOfType(clause, "block"));
    ends.push(scope.state);
    const only = patterns.length === 1 ? patterns[0] : undefined;
    scope.state = guard === undefined && only !== undefined && isIrrefutable(only) ? null : otherwise;
  }
  ends.push(scope.state);
  settle(walk, ends);
}

/** `type X[T] = …`: the right side is evaluated only when asked for. */
function visitTypeAlias(walk: Walk, node: SyntaxNode): void {
  // The keyword's type is "type" as well.
  const [, left, right] = node.children.filter(({ type }) => type === "type");
  const named = left?.children[0];
  if (node.children[0] !== undefined && named?.type !== "identifier" && named?.type !== "generic_type") {
    // `type(x).a = 1`, which the grammar takes for an alias as well.
    readName(walk, node.children[0], false);
    for (const part of node.children) visitExpression(walk, part, true);
    return;
  }
  const name = named?.type === "generic_type" ? named.children[0] : named;
  const parameters = named === undefined ? undefined : childOfType(named, "type_parameter");
  later(walk, () => {
    within(walk, createScope("type-parameters", walk.scope), () => {
      if (parameters !== undefined) bindTypeParameters(walk, parameters);
      if (right !== undefined) visitExpression(walk, right, false);
    });
  });
  if (name !== undefined) bindTarget(walk, name);
}

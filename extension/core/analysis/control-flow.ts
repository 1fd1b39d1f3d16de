/**
 * Visits the statements that execution may go through in more than one way (branches, loops, handlers, `with`),
 * and keeps the state of names along each way: where the ways meet again, so do their states.
 */
import { chainRoot, spreadChanges, visitExpression } from "./expressions.ts";
import { copyState, joinStates, runsInOrder, type State, UNTOUCHED, withTrail } from "./scope.ts";
import { visitStatements } from "./statements.ts";
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindTarget, isIrrefutable, visitPattern } from "./targets.ts";
import { mutateName, unbindName, type Walk } from "./walk.ts";

export function visitIf(walk: Walk, node: SyntaxNode): void {
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

export function visitFor(walk: Walk, node: SyntaxNode): void {
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

export function visitWhile(walk: Walk, node: SyntaxNode): void {
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

export function visitTry(walk: Walk, node: SyntaxNode): void {
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

export function visitWith(walk: Walk, node: SyntaxNode): void {
  const clause = childOfType(node, "with_clause");
  let swallows = false;
  for (const item of clause?.children ?? []) {
    const value = item.type === "with_item" ? item.children[0] : undefined;
    if (value === undefined) continue;
    swallows ||= SUPPRESSES.test(walk.text.slice(value.start, value.end));
    visitWithItem(walk, value);
  }
  const before = copyState(walk.scope.state);
  const mark = walk.scope.trail.length;
  visitBlock(walk, childOfType(node, "block"));
  // What is swallowed may be raised after any of the body's statements.
  if (swallows) settle(walk, [withTrail(before, walk.scope.trail.slice(mark)), walk.scope.state]);
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

export function visitMatch(walk: Walk, node: SyntaxNode): void {
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

function visitBlock(walk: Walk, block: SyntaxNode | undefined): void {
  if (block === undefined) return;
  walk.blocks++;
  visitStatements(walk, block);
  walk.blocks--;
}

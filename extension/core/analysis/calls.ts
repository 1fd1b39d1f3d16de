/** Visits calls: what a call by this name may change, and what it looks at besides its arguments. */
import { AMBIENT_ROOTS, ambientComponent, isImpureCall } from "./ambient.ts";
import { chainRoot, dottedParts, methodName, visitChain, visitExpression } from "./expressions.ts";
import {
  ACCESSORS,
  CHANGES_FIRST_ARGUMENT,
  DRAWING_METHODS,
  PURE_BUILTINS,
  PURE_METHODS,
  PURE_MODULES,
} from "./pure-names.ts";
import type { SyntaxNode } from "./syntax.ts";
import {
  addAmbient,
  isImmediate,
  isOwn,
  meansBuiltin,
  mutateName,
  readName,
  resolveDotted,
  type Walk,
} from "./walk.ts";

/** `statement`: the call is a statement of its own, so it is there for what it does. */
export function visitCall(walk: Walk, node: SyntaxNode, keeps: boolean, statement: boolean): void {
  const called = node.children[0];
  const given = node.children[1];
  if (called === undefined) return;
  const parts = dottedParts(walk, called);
  const dotted = parts === undefined ? undefined : resolveDotted(walk, parts);
  if (dotted !== undefined) noteCall(walk, node, dotted);
  const last = called.type === "attribute" ? methodName(walk, called) : (parts?.[0] ?? "");

  if (statement && CHANGES_FIRST_ARGUMENT.has(last)) {
    const first = given?.children[1];
    const root = first === undefined ? undefined : chainRoot(walk, first);
    if (root !== undefined) mutateName(walk, root);
  }
  for (const argument of given?.children ?? []) {
    const root = outputOf(walk, argument);
    if (root !== undefined) mutateName(walk, root);
  }
  if (called.type === "identifier") {
    const builtin = meansBuiltin(walk, last);
    readName(walk, called, !builtin);
    visitArguments(walk, given, !(builtin && PURE_BUILTINS.has(last)));
    return;
  }
  const receiver = called.type === "attribute" ? called.children[0] : undefined;
  if (receiver === undefined) {
    visitChain(walk, called);
    visitArguments(walk, given, true);
    return;
  }
  const inplace = hasInplace(walk, given);
  const pure = !inplace && (PURE_METHODS.has(last) || (DRAWING_METHODS.has(last) && !hasPositionalArgument(given)));
  if (pure) {
    // Through an accessor the part lives on: `rows.get(0)` kept somewhere is `rows` kept somewhere.
    if (keeps && ACCESSORS.has(last)) visitChain(walk, receiver);
    else visitExpression(walk, receiver, false);
    visitArguments(walk, given, false);
    return;
  }
  if (statement || inplace) {
    const root = chainRoot(walk, receiver);
    if (root !== undefined) mutateName(walk, root);
  }
  const readsOnly =
    dotted !== undefined &&
    isModuleName(walk, parts?.[0] ?? "") &&
    PURE_MODULES.has(dotted.split(".", 1)[0] ?? "") &&
    !CHANGES_FIRST_ARGUMENT.has(last);
  if (readsOnly && !statement) visitExpression(walk, receiver, false);
  else visitChain(walk, receiver);
  visitArguments(walk, given, !readsOnly);
}

/** Imported here, or named as everybody names a module and not bound here. */
function isModuleName(walk: Walk, name: string): boolean {
  return walk.modules.has(name) || !isOwn(walk, name);
}

function visitArguments(walk: Walk, node: SyntaxNode | undefined, keeps: boolean): void {
  if (node !== undefined) visitExpression(walk, node, keeps);
}

/** `np.add(a, b, out=c)` writes into `c`. */
function outputOf(walk: Walk, argument: SyntaxNode): SyntaxNode | undefined {
  const [name, , value] = argument.type === "keyword_argument" ? argument.children : [];
  if (name === undefined || value === undefined || walk.text.slice(name.start, name.end) !== "out") return undefined;
  return chainRoot(walk, value);
}

function hasInplace(walk: Walk, given: SyntaxNode | undefined): boolean {
  if (given === undefined) return false;
  return given.children.some((argument) => {
    if (argument.type !== "keyword_argument" || argument.children[2]?.type !== "true") return false;
    const name = argument.children[0];
    return name !== undefined && walk.text.slice(name.start, name.end) === "inplace";
  });
}

function hasPositionalArgument(given: SyntaxNode | undefined): boolean {
  if (given === undefined) return false;
  if (given.type === "generator_expression") return true;
  return given.children.some(
    ({ type }) =>
      type !== "(" && type !== ")" && type !== "," && type !== "keyword_argument" && type !== "dictionary_splat",
  );
}

const DYNAMIC_CALLS = new Set(["exec", "eval", "globals", "locals", "vars", "get_ipython", "__import__"]);

/** They go through the names of `__main__`, unless they are given another module. */
const GO_THROUGH_MAIN = new Set(["doctest.testmod", "unittest.main"]);

/** What a call by this name means beyond its arguments. */
function noteCall(walk: Walk, node: SyntaxNode, dotted: string): void {
  if (DYNAMIC_CALLS.has(dotted) && meansBuiltin(walk, dotted)) {
    // `vars(x)` and `locals()` in a function are about that object or function only.
    const harmless =
      dotted === "vars" ? hasPositionalArgument(node.children[1]) : dotted === "locals" && !isImmediate(walk);
    if (!harmless) walk.dynamic.push({ offset: node.start, what: `${dotted}()` });
  }
  if (GO_THROUGH_MAIN.has(dotted) && !hasPositionalArgument(node.children[1])) {
    walk.dynamic.push({ offset: node.start, what: `${dotted}()` });
  }
  if (walk.candidate !== undefined && isImmediate(walk) && isImpureCall(dotted)) walk.candidate.impure = true;
  noteAmbient(walk, dotted);
}

/** A call of, or a store into, this dotted name. */
export function noteAmbient(walk: Walk, dotted: string): void {
  const dot = dotted.indexOf(".");
  if (dot < 0 || !AMBIENT_ROOTS.has(dotted.slice(0, dot))) return;
  const component = ambientComponent(dotted);
  if (component !== undefined) addAmbient(walk, component);
}

/** A definition that looks into `os.environ` as it executes is not the same everywhere. */
export function noteEnvironment(walk: Walk, node: SyntaxNode): void {
  if (walk.candidate !== undefined && isImmediate(walk) && methodName(walk, node) === "environ") {
    walk.candidate.impure = true;
  }
}

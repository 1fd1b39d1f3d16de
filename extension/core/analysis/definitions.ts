/** Visits functions, classes and lambdas: what runs now, what runs when called, and whose names are whose. */
import { visitExpression } from "./expressions.ts";
import { createScope, type Scope } from "./scope.ts";
import { visitStatements } from "./statements.ts";
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindTarget } from "./targets.ts";
import { bindName, later, nameOf, readName, type Walk, within } from "./walk.ts";

export function visitDecorated(walk: Walk, node: SyntaxNode): void {
  for (const child of node.children) {
    if (child.type === "decorator") {
      if (child.children[1] !== undefined) visitExpression(walk, child.children[1], true);
    } else if (child.type === "function_definition") visitFunction(walk, child);
    else if (child.type === "class_definition") visitClass(walk, child);
  }
}

export function visitFunction(walk: Walk, node: SyntaxNode): void {
  const name = childOfType(node, "identifier");
  const parameters = childOfType(node, "parameters");
  const body = childOfType(node, "block");
  if (parameters !== undefined) visitDefaults(walk, parameters);
  withTypeParameters(walk, node, () => {
    visitAnnotations(walk, () => {
      if (parameters !== undefined) visitParameterTypes(walk, parameters);
      const returned = childOfType(node, "type");
      if (returned !== undefined) visitExpression(walk, returned, false);
    });
    later(walk, () => {
      within(walk, createScope("function", walk.scope), () => {
        if (parameters !== undefined) bindParameters(walk, parameters);
        if (body !== undefined) visitStatements(walk, body);
      });
    });
  });
  if (name !== undefined) bindName(walk, name, "definition");
}

export function visitLambda(walk: Walk, node: SyntaxNode): void {
  const parameters = childOfType(node, "lambda_parameters");
  const body = node.children.at(-1);
  if (parameters !== undefined) visitDefaults(walk, parameters);
  const visitBody = (): void => {
    within(walk, createScope("function", walk.scope), () => {
      if (parameters !== undefined) bindParameters(walk, parameters);
      if (body !== undefined) visitExpression(walk, body, true);
    });
  };
  // A lambda among the cell's own statements is mostly called there and then (`df.apply(lambda …)`), so what it
  // reads counts as read there; in a definition it is part of what the definition does when called.
  if (walk.candidate === undefined) visitBody();
  else later(walk, visitBody);
}

export function visitClass(walk: Walk, node: SyntaxNode): void {
  const name = childOfType(node, "identifier");
  const bases = childOfType(node, "argument_list");
  const body = childOfType(node, "block");
  withTypeParameters(walk, node, () => {
    if (bases !== undefined) visitExpression(walk, bases, true);
    const scope: Scope = createScope("class", walk.scope, name === undefined ? "" : nameOf(walk, name));
    for (const given of ["__module__", "__qualname__"]) bindGiven(scope, given);
    if (body !== undefined) within(walk, scope, () => visitStatements(walk, body));
  });
  if (name !== undefined) bindName(walk, name, "definition");
}

function bindGiven(scope: Scope, name: string): void {
  scope.bound.add(name);
  scope.state?.set(name, 2);
}

/** `def f[T: Bound](…)`: the parameters live in a scope of their own around the annotations and the body. */
function withTypeParameters(walk: Walk, node: SyntaxNode, visit: () => void): void {
  const parameters = childOfType(node, "type_parameter");
  if (parameters === undefined) visit();
  else {
    within(walk, createScope("type-parameters", walk.scope), () => {
      bindTypeParameters(walk, parameters);
      visit();
    });
  }
}

/** Binds `T`, `*Ts`, `**P` of `[T: Bound, *Ts, **P]` and reads the bounds. */
export function bindTypeParameters(walk: Walk, node: SyntaxNode): void {
  for (const parameter of node.children) {
    let inner = parameter.children[0];
    if (parameter.type !== "type" || inner === undefined) continue;
    if (inner.type === "constrained_type") {
      const bound = inner.children[2];
      if (bound !== undefined) visitExpression(walk, bound, false);
      inner = inner.children[0]?.children[0];
    }
    if (inner?.type === "splat_type") inner = inner.children[1];
    if (inner?.type === "identifier") bindTarget(walk, inner);
  }
}

/** With `from __future__ import annotations` nobody evaluates annotations until they are asked for. */
export function visitAnnotations(walk: Walk, visit: () => void): void {
  if (walk.futures.has("annotations")) later(walk, visit);
  else visit();
}

function visitDefaults(walk: Walk, parameters: SyntaxNode): void {
  for (const parameter of parameters.children) {
    if (parameter.type === "default_parameter" || parameter.type === "typed_default_parameter") {
      const value = parameter.children.at(-1);
      if (value !== undefined) visitExpression(walk, value, true);
    }
  }
}

function visitParameterTypes(walk: Walk, parameters: SyntaxNode): void {
  for (const parameter of parameters.children) {
    const type = childOfType(parameter, "type");
    if (type !== undefined) visitExpression(walk, type, false);
  }
}

function bindParameters(walk: Walk, parameters: SyntaxNode): void {
  for (const parameter of parameters.children) {
    switch (parameter.type) {
      case "identifier":
      case "list_splat_pattern":
      case "dictionary_splat_pattern":
      case "tuple_pattern":
        bindTarget(walk, parameter);
        break;
      case "typed_parameter":
      case "default_parameter":
      case "typed_default_parameter":
        if (parameter.children[0] !== undefined) bindTarget(walk, parameter.children[0]);
        break;
      default:
    }
  }
}

/** `b: "Node"`: names that somebody may ask for later, as `typing.get_type_hints` does. In `Literal["a"]` they are none. */
export function visitQuotedTypes(walk: Walk, node: SyntaxNode): void {
  const text = walk.text.slice(node.start, node.end);
  if (!/["']/.test(text) || /\b(Literal|Annotated)\b/.test(text)) return;
  walk.guards += 1;
  later(walk, () => {
    for (const quoted of text.matchAll(/(["'])(.*?)\1/g)) {
      for (const word of (quoted[2] as string).matchAll(/(?<![.\w])[A-Za-z_]\w*/g)) {
        const start = node.start + quoted.index + 1 + word.index;
        readName(walk, { type: "identifier", start, end: start + word[0].length, children: [] }, false);
      }
    }
  });
  walk.guards -= 1;
}

/**
 * The walk over one cell: where it is, what it has found, and the four things that can happen to a name
 * (read, bound, unbound, changed). The visitors in expressions.ts, targets.ts, statements.ts and definitions.ts
 * go over the tree and end here.
 */

import { BUILTIN_NAMES } from "./builtins.ts";
import type { ImportBinding } from "./model.ts";
import { CONVENTIONAL_ALIASES } from "./pure-names.ts";
import { BOUND, createScope, DELETED, mangled, type Read, runsInOrder, type Scope, UNTOUCHED } from "./scope.ts";
import type { SyntaxNode } from "./syntax.ts";

/** A top-level def, class, lambda or type alias while it is not yet known whether it can travel as source. */
export interface Candidate {
  readonly name: string;
  readonly kind: "function" | "class" | "lambda" | "type alias";
  readonly node: SyntaxNode;
  /** Names read as it executes, with what had happened to them in the cell by then. */
  readonly early: Map<string, number>;
  readonly late: Read[];
  /** Names its bodies rebind with `global`. */
  readonly globals: Set<string>;
  readonly ambient: Set<string>;
  /** Executing it again could give something else or act on the world. */
  impure: boolean;
}

export interface NameBinding {
  readonly start: number;
  readonly end: number;
  readonly by: "import" | "definition" | "assignment";
}

export interface Walk {
  readonly text: string;
  readonly module: Scope;
  scope: Scope;
  /** Every read so far, local ones too: how loops look back at what was done with their variable. */
  readonly log: Read[];
  /** Reads by the cell's own statements that some way reaches from above, with the mask at that point. */
  readonly uses: { readonly read: Read; readonly mask: number }[];
  readonly reads: Set<string>;
  /** Late reads of functions that do not travel as source. */
  readonly deferred: Read[];
  readonly bindings: Map<string, NameBinding[]>;
  /** Names stored into, or looking as if; of them, those that had not surely been bound by the cell before. */
  readonly changed: Set<string>;
  readonly mutates: Set<string>;
  /** Names that functions of the cell rebind with `global`. */
  readonly globalBinds: Map<string, NameBinding[]>;
  readonly imports: ImportBinding[];
  /** What imported names stand for, as dotted names. */
  readonly modules: Map<string, string>;
  readonly futures: Set<string>;
  readonly candidates: Candidate[];
  readonly dynamic: { readonly offset: number; readonly what: string }[];
  readonly ambient: Set<string>;
  /** Set inside a top-level definition. */
  candidate: Candidate | undefined;
  /** Levels of bodies around this point that run only when called. */
  lateDepth: number;
  /** Levels of `try` around this point that catch NameError. */
  guards: number;
  /** Levels of annotations around this point. */
  types: number;
  /** Levels of blocks around this point, in the module scope. */
  blocks: number;
}

export function createWalk(text: string): Walk {
  const module = createScope("module", undefined);
  return {
    text,
    module,
    scope: module,
    log: [],
    uses: [],
    reads: new Set(),
    deferred: [],
    bindings: new Map(),
    changed: new Set(),
    mutates: new Set(),
    globalBinds: new Map(),
    imports: [],
    modules: new Map(),
    futures: new Set(),
    candidates: [],
    dynamic: [],
    ambient: new Set(),
    candidate: undefined,
    lateDepth: 0,
    guards: 0,
    types: 0,
    blocks: 0,
  };
}

export function nameOf(walk: Walk, node: SyntaxNode): string {
  // Python compares identifiers in this normal form.
  const name = walk.text.slice(node.start, node.end);
  return /^[\x00-\x7f]*$/.test(name) ? name : name.normalize("NFKC");
}

/** Whether the point runs where it stands, as part of the cell. */
export function isImmediate(walk: Walk): boolean {
  return walk.lateDepth === 0;
}

/** Whether the cell itself has bound the name so far, at the top level. */
export function isOwn(walk: Walk, name: string): boolean {
  return walk.bindings.has(name);
}

export function readName(walk: Walk, node: SyntaxNode, mayMutate: boolean): void {
  const name = mangled(walk.scope, nameOf(walk, node));
  const read: Read = {
    name,
    offset: node.start,
    mayMutate,
    keepsPart: false,
    late: walk.lateDepth > 0,
    guarded: walk.guards > 0,
  };
  walk.log.push(read);
  const scope = walk.scope;
  if (!runsInOrder(scope)) {
    scope.reads.push(read);
  } else if (scope.kind === "class") {
    if (scope.globals.has(name)) readInModule(walk, read);
    else if (scope.state?.get(name) !== BOUND) readFromOutside(walk, scope.parent, read, true);
  } else {
    readInModule(walk, read);
  }
}

/** Ends a function, comprehension or type-parameter scope: what it does not bind itself is read from outside. */
function closeScope(walk: Walk, scope: Scope): void {
  for (const read of scope.reads) {
    if (scope.globals.has(read.name)) readInModule(walk, read);
    else if (!scope.bound.has(read.name) || scope.nonlocals.has(read.name)) {
      readFromOutside(walk, scope.parent, read, scope.kind !== "type-parameters");
    }
  }
}

function readFromOutside(walk: Walk, from: Scope | undefined, read: Read, skipClasses: boolean): void {
  let scope = from;
  let inClass = false;
  while (skipClasses && scope?.kind === "class") {
    inClass = true;
    scope = scope.parent;
  }
  // The compiler's own cell in methods, behind `super()`.
  if (inClass && read.name === "__class__") return;
  if (scope === undefined || scope.kind === "module") readInModule(walk, read);
  else if (scope.kind === "class") {
    if (scope.state?.get(read.name) !== BOUND) readFromOutside(walk, scope.parent, read, true);
  } else scope.reads.push(read);
}

function readInModule(walk: Walk, read: Read): void {
  if (read.late) {
    (walk.candidate?.late ?? walk.deferred).push(read);
    return;
  }
  const state = walk.module.state;
  const mask = state === null ? BOUND : (state.get(read.name) ?? UNTOUCHED);
  const candidate = walk.candidate;
  if (candidate !== undefined) candidate.early.set(read.name, mask | (candidate.early.get(read.name) ?? 0));
  walk.reads.add(read.name);
  if ((mask & UNTOUCHED) !== 0) walk.uses.push({ read, mask });
}

export function bindName(walk: Walk, node: SyntaxNode, by: NameBinding["by"] = "assignment"): void {
  let scope = walk.scope;
  const name = mangled(scope, nameOf(walk, node));
  const binding: NameBinding = { start: node.start, end: node.end, by };
  // A walrus in a comprehension binds where the comprehension stands.
  while (scope.kind === "comprehension" && scope.parent !== undefined) scope = scope.parent;
  if (scope.globals.has(name)) {
    if (isImmediate(walk)) bindInModule(walk, name, binding);
    else {
      append(walk.globalBinds, name, binding);
      walk.candidate?.globals.add(name);
    }
    return;
  }
  if (scope.kind === "module") {
    bindInModule(walk, name, binding);
    return;
  }
  scope.bound.add(name);
  if (scope.kind === "class") note(scope, name, BOUND);
}

/** Binds a name that belongs to the scope of a comprehension itself, as its `for` does. */
export function bindLocal(walk: Walk, node: SyntaxNode): void {
  walk.scope.bound.add(mangled(walk.scope, nameOf(walk, node)));
}

export function unbindName(walk: Walk, node: SyntaxNode): void {
  const scope = walk.scope;
  const name = mangled(scope, nameOf(walk, node));
  if (scope.globals.has(name)) {
    if (isImmediate(walk)) note(walk.module, name, DELETED);
    else {
      append(walk.globalBinds, name, { start: node.start, end: node.end, by: "assignment" });
      walk.candidate?.globals.add(name);
    }
  } else if (runsInOrder(scope)) note(scope, name, DELETED);
  else scope.bound.add(name);
}

/** The object behind the name is stored into here, or looks as if it were. The read is reported apart. */
export function mutateName(walk: Walk, node: SyntaxNode): void {
  if (!isImmediate(walk)) return;
  const name = mangled(walk.scope, nameOf(walk, node));
  for (
    let scope: Scope | undefined = walk.scope;
    scope !== undefined && scope.kind !== "module";
    scope = scope.parent
  ) {
    if (scope.kind === "class" ? scope.state?.get(name) === BOUND : scope.bound.has(name)) return;
  }
  if (walk.candidate !== undefined) walk.candidate.impure = true;
  if (walk.bindings.get(name)?.every((binding) => binding.by === "import") === true) return;
  walk.changed.add(name);
  if (((walk.module.state?.get(name) ?? UNTOUCHED) & UNTOUCHED) !== 0) walk.mutates.add(name);
}

/**
 * What a dotted name stands for in the world of modules: through the cell's imports, else by convention.
 * Undefined when its first part is a variable of the cell.
 */
export function resolveDotted(walk: Walk, parts: readonly string[]): string | undefined {
  const root = parts[0];
  if (root === undefined) return undefined;
  const imported = walk.modules.get(root);
  if (imported !== undefined) return [imported, ...parts.slice(1)].join(".");
  if (isOwn(walk, root)) return undefined;
  return [CONVENTIONAL_ALIASES[root] ?? root, ...parts.slice(1)].join(".");
}

/** Whether the name means Python's builtin, as far as the cell can tell. */
export function meansBuiltin(walk: Walk, name: string): boolean {
  if (!BUILTIN_NAMES.has(name) || isOwn(walk, name)) return false;
  for (let scope: Scope | undefined = walk.scope; scope !== undefined; scope = scope.parent) {
    if (scope.bound.has(name)) return false;
  }
  return true;
}

export function addAmbient(walk: Walk, component: string): void {
  if (walk.candidate !== undefined && !isImmediate(walk)) walk.candidate.ambient.add(component);
  else walk.ambient.add(component);
}

/** Runs the visit of a body that is executed only when called. */
export function later(walk: Walk, visit: () => void): void {
  const guards = walk.guards;
  walk.guards = 0;
  walk.lateDepth++;
  visit();
  walk.lateDepth--;
  walk.guards = guards;
}

/** Runs a visit inside a new scope without a state, and resolves its reads. */
export function within(walk: Walk, scope: Scope, visit: () => void): void {
  const outer = walk.scope;
  walk.scope = scope;
  visit();
  walk.scope = outer;
  if (!runsInOrder(scope)) closeScope(walk, scope);
}

function bindInModule(walk: Walk, name: string, binding: NameBinding): void {
  append(walk.bindings, name, binding);
  if (binding.by !== "import") walk.modules.delete(name);
  note(walk.module, name, BOUND);
}

function note(scope: Scope, name: string, mask: number): void {
  scope.state?.set(name, mask);
  scope.trail.push([name, mask]);
}

function append(map: Map<string, NameBinding[]>, name: string, binding: NameBinding): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [binding]);
  else list.push(binding);
}

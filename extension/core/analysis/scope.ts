/**
 * Scopes, and what is known about names at one point of the text.
 * Statements of a cell and of class bodies run in order, so for those two the walk keeps a state: for each name,
 * which of three things may have happened to it so far. Functions and comprehensions follow Python's other rule,
 * that a name bound anywhere in them is local everywhere in them, and need no state.
 */
export const UNTOUCHED = 1;
export const BOUND = 2;
export const DELETED = 4;

/** Name → the union of what may have happened on the ways that lead here; an absent name is `UNTOUCHED`. */
export type State = Map<string, number>;

export interface Read {
  readonly name: string;
  readonly offset: number;
  /** Whether this use could change the object; a loop may find out only after its body. */
  mayMutate: boolean;
  /** Whether a part of the object is kept or handed on. */
  keepsPart: boolean;
  /** Happens when something is called, not where it stands. */
  late: boolean;
  /** In a `try` that catches NameError. */
  readonly guarded: boolean;
}

export interface Scope {
  readonly kind: "module" | "class" | "function" | "comprehension" | "type-parameters";
  readonly parent: Scope | undefined;
  /** Names bound in it, wherever. */
  readonly bound: Set<string>;
  readonly globals: Set<string>;
  readonly nonlocals: Set<string>;
  /** Reads that are resolved when the scope ends; only of scopes without a state. */
  readonly reads: Read[];
  /** Null where the text cannot be reached. Kept for modules and classes only. */
  state: State | null;
  /** Bindings and deletions in the order of the text, for `try`. */
  readonly trail: (readonly [name: string, mask: number])[];
  /** States at the `break`s of each loop around this point. */
  readonly breaks: (State | null)[][];
  /** Class whose name private names (`__x`) are prefixed with. */
  readonly privateTo: string | undefined;
}

export function createScope(kind: Scope["kind"], parent: Scope | undefined, className?: string): Scope {
  const stripped = className?.replace(/^_+/, "");
  return {
    kind,
    parent,
    bound: new Set(),
    globals: new Set(),
    nonlocals: new Set(),
    reads: [],
    state: new Map(),
    trail: [],
    breaks: [],
    privateTo: className === undefined ? parent?.privateTo : stripped === "" ? undefined : stripped,
  };
}

/** Whether the walk keeps a state for the scope. */
export function runsInOrder(scope: Scope): boolean {
  return scope.kind === "module" || scope.kind === "class";
}

/** `__x` inside `class C` is `_C__x`; Python's rule. */
export function mangled(scope: Scope, name: string): string {
  if (scope.privateTo === undefined || !name.startsWith("__") || name.endsWith("__")) return name;
  return `_${scope.privateTo}${name}`;
}

export function joinStates(states: readonly (State | null)[]): State | null {
  let result: State | null = null;
  for (const state of states) {
    if (state === null) continue;
    if (result === null) {
      result = new Map(state);
      continue;
    }
    for (const [name, mask] of state) result.set(name, mask | (result.get(name) ?? UNTOUCHED));
    for (const [name, mask] of result) if (!state.has(name)) result.set(name, mask | UNTOUCHED);
  }
  return result;
}

export function copyState(state: State | null): State | null {
  return state === null ? null : new Map(state);
}

/** What may have happened by some point among the bindings that followed `before`. */
export function withTrail(before: State | null, trail: Scope["trail"]): State | null {
  const state = copyState(before);
  if (state !== null) for (const [name, mask] of trail) state.set(name, mask | (state.get(name) ?? UNTOUCHED));
  return state;
}

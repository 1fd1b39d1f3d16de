/** What one Python cell's text says about names. Pure data, computed from the text alone. */
export interface CellAnalysis {
  /** Set when the text does not parse; the name lists are then best effort. */
  readonly syntaxError?: { readonly line: number; readonly column: number; readonly message: string };
  /** Names bound at the top level when the cell has run, in order of first binding, each once. */
  readonly defines: readonly string[];
  /** Subset of `defines`: bound only on some ways through the cell, or only by a function that says `global`. */
  readonly maybeDefines: readonly string[];
  /**
   * Names the cell's own top-level statements need from above: read before any
   * binding in this cell, or bound only conditionally before. Includes names inside lambdas and
   * comprehensions at the top level, and what definitions read as they execute (decorators, defaults, bases, class
   * bodies). Excludes bodies of top-level definitions (see `definitions`); what other functions look up when called
   * is included as optional. Builtins are reported like any name, since a cell above may shadow them.
   */
  readonly uses: readonly Use[];
  /** Names read at the top level at all, bound here or not; decides which definitions are reached. */
  readonly reads: readonly string[];
  /**
   * Names from above that a statement stores into or looks as if it mutates: `x[...] = `, `x.a = `, `x += `,
   * `x.method()`, `inplace=True`, and `del x` on some ways only. Names surely bound by the cell before that are not
   * among them, nor are names of modules imported in it.
   */
  readonly mutates: readonly string[];
  /** Names unbound with `del` and not bound again. */
  readonly deletes: readonly string[];
  /** Names surely bound, and after that unbound on some ways only: `n = 2`, then `if c: del n`. Among `defines`. */
  readonly unbinds: readonly string[];
  /** Unconditional top-level imports; a name bound a second time in the cell is not among them. */
  readonly imports: readonly ImportBinding[];
  /** Unconditional top-level `def`, `class`, `name = lambda …` and `type name = …`, bound once and not mutated in the cell. They travel as source. */
  readonly definitions: readonly Definition[];
  /** Why static analysis cannot see everything: star imports, exec, globals(). */
  readonly dynamic: readonly { readonly line: number; readonly what: string }[];
  /** The code without comments, blank lines and layout: equal text means an equal program. */
  readonly normalized: string;
  /** The text without its comments where these are certain, else the text: for whoever looks for words in it. */
  readonly code: string;
  /** IPython's additions to the language. What follows from the text follows from what they are translated to. */
  readonly magics: readonly Magic[];
  /** `from __future__ import …`: features that a definition of this cell must be compiled with. */
  readonly futures: readonly string[];
  /** Names of modules whose process-wide settings the text may change, e.g. "random", "numpy", "os". */
  readonly ambient: readonly string[];
  /** It waits at its top level, which no script can; "top-level-only" when its text would mean something else in a function. */
  readonly awaits?: "anywhere" | "top-level-only";
  /** The text as Python reads it, line for line, when IPython's additions in it were translated. */
  readonly python?: string;
  /** The translation's own functions that the text calls. */
  readonly helpers?: readonly string[];
}

/** A text of which nothing is known but itself. */
export const NO_NAMES: Omit<CellAnalysis, "normalized" | "code"> = {
  defines: [],
  maybeDefines: [],
  uses: [],
  reads: [],
  mutates: [],
  deletes: [],
  unbinds: [],
  imports: [],
  definitions: [],
  dynamic: [],
  magics: [],
  futures: [],
  ambient: [],
};

export interface Magic {
  /** 1-based. */
  readonly line: number;
  /** As written, without the white space around it; of a cell magic, all that it claims. */
  readonly text: string;
  /** `%%name` claims the whole cell; `%name`; `!command`; `name?`. */
  readonly kind: "cell" | "line" | "shell" | "help";
  /** Python stands in its place. */
  readonly translated?: true;
  /** Why it cannot stand there, in a full sentence; the cell is not run. */
  readonly problem?: string;
  /** Why it has no effect, in a full sentence. */
  readonly note?: string;
  /** Requirements that it installs: the cell runs once they are in the environment. */
  readonly packages?: readonly string[];
}

export interface Use {
  readonly name: string;
  /** 1-based line and 0-based column of the first such use. */
  readonly line: number;
  readonly column: number;
  /** False when every use in the cell can only read (arithmetic, subscript load, f-string, argument of a pure builtin). */
  readonly mayMutate: boolean;
  /** A part of the object, `x.a` or `x["k"]`, is kept under another name or handed on. */
  readonly keepsPart: boolean;
  /** The cell guards this use itself (a try/except NameError, or a conditional binding before it). */
  readonly optional: boolean;
}

export interface ImportBinding {
  readonly name: string;
  /** A statement that binds exactly this name: `import numpy as np`, `from os import path`. */
  readonly statement: string;
  /** Absolute dotted module, with leading dots when relative. */
  readonly module: string;
}

export interface Definition {
  readonly name: string;
  readonly kind: "function" | "class" | "lambda" | "type alias";
  /** The exact text, decorators included, dedented to column 0. */
  readonly source: string;
  /** 1-based line of `source` in the cell. */
  readonly line: number;
  readonly normalized: string;
  /** Free names read when the definition itself executes: decorators, defaults, annotations, bases, class body. */
  readonly early: readonly string[];
  /** Free names read when it is called: function bodies, methods. */
  readonly late: readonly string[];
  /** Names that its bodies rebind with `global`: whoever calls it may bind them. */
  readonly globals: readonly string[];
  /** As `CellAnalysis.ambient`, for what its bodies do when called. */
  readonly ambient: readonly string[];
}

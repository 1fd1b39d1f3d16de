/** What an edit may run: only the cell and what depends on it, and nothing when a result is known already. */
import { check } from "./check.ts";

describe("reuse", function () {
  this.timeout(60_000);

  check("a second run executes nothing", {
    cells: { a: "x = 1\nprint(x)", b: "print(x + 1)" },
    steps: [{ ran: ["a", "b"] }, { ran: [] }, { reopen: true, ran: [] }],
  });

  check("an edit runs the cell and its dependents, a revert runs nothing", {
    cells: { a: "x = 1", b: "y = x + 1", c: "print(y)", other: "z = 5\nprint(z)" },
    steps: [
      { ran: ["a", "b", "c", "other"] },
      { edit: { a: "x = 2" }, ran: ["a", "b", "c"], prints: { c: "3\n" } },
      { edit: { a: "x = 1" }, ran: [], prints: { c: "2\n" } },
    ],
  });

  check("a refactoring with the same result stops at the cell itself", {
    cells: { a: "x = 2 + 2", b: "print(x)" },
    steps: [{ ran: ["a", "b"] }, { edit: { a: "x = 2 * 2" }, ran: ["a"] }],
  });

  check("comments, blank lines and layout change nothing", {
    cells: { a: "x = [1, 2]\nprint(x)", b: "print(len(x))" },
    steps: [{ ran: ["a", "b"] }, { edit: { a: "# a comment\nx = [ 1,2 ]  # more\n\n\nprint( x )" }, ran: [] }],
  });

  check("the middle of a diamond", {
    cells: { top: "t = 1", left: "l = t + 1", right: "r = t + 2", bottom: "print(l, r)" },
    steps: [
      { ran: ["top", "left", "right", "bottom"] },
      { edit: { left: "l = t + 10" }, ran: ["left", "bottom"] },
      { edit: { top: "t = 2" }, ran: ["top", "left", "right", "bottom"] },
    ],
  });

  check("running one cell runs what it needs and nothing else", {
    cells: { a: "x = 1", b: "y = 2", c: "print(x)" },
    steps: [{ target: { kind: "cells", cells: ["c"] }, ran: ["a", "c"] }],
  });

  check("above and below", {
    cells: { a: "x = 1", b: "y = x", c: "print(y)" },
    steps: [
      { target: { kind: "above", cell: "c" }, ran: ["a", "b"] },
      { target: { kind: "below", cell: "b" }, ran: ["c"] },
    ],
  });

  check("forcing a cell runs it again, and its dependents only if its result differs", {
    cells: { a: "import itertools\nx = 3", b: "print(x)" },
    steps: [{ ran: ["a", "b"] }, { target: { kind: "cells", cells: ["a"] }, force: true, ran: ["a"] }, { ran: [] }],
  });

  check("a cell moved below its user is no longer seen by it", {
    cells: { a: "x = 1", b: "x = 2", c: "print(x)" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { order: ["a", "c", "b"], ran: ["c"], prints: { c: "1\n" } },
      { order: ["a", "b", "c"], ran: [] },
    ],
  });

  check("a deleted cell's name falls back to the definition above", {
    cells: { a: "x = 1", b: "x = 2", c: "print(x)" },
    steps: [{ ran: ["a", "b", "c"] }, { edit: { b: undefined }, ran: ["c"], prints: { c: "1\n" } }],
  });

  check("a Markdown cell and an empty cell run nothing", {
    cells: { "text.md": "# Title", empty: "# only a comment\n", a: "print(1)" },
    steps: [{ ran: ["a"] }, { edit: { "text.md": "# Other" }, ran: [] }],
  });

  check("a failing cell blocks only what needs it, and runs again when asked", {
    cells: { a: "x = 1 / 0", b: "print(x)", c: "print('free')" },
    steps: [
      { ran: ["c"], failed: ["a"], skipped: ["b"] },
      { ran: [], failed: ["a"], skipped: ["b"] },
      { edit: { a: "x = 1" }, ran: ["a", "b"] },
    ],
  });

  check("@after orders cells that share no variable", {
    cells: { a: "open('made.txt', 'w').write('hi')", b: "# @after a\nprint(len('made'))" },
    steps: [{ ran: ["a", "b"] }, { ran: [] }],
  });
});

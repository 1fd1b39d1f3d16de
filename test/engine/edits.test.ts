/** What a person does to cells, and which of them may then run. */
import { check } from "./check.ts";

describe("edits", function () {
  this.timeout(60_000);

  describe("that change nothing", () => {
    check("a longer way to write the same value", {
      cells: { a: "n = 6", b: "print(n)" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: "n = 2 * 3" }, ran: ["a"] },
        { edit: { a: "n = sum([1, 2, 3])" }, ran: ["a"] },
      ],
    });

    check("an unused import, an unused variable and an unused function", {
      cells: { a: "n = 1", b: "print(n)" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: "import json\nn = 1" }, ran: ["a"] },
        { edit: { a: "import json\nn = 1\nspare = 2\ndef unused():\n    return spare" }, ran: ["a"] },
      ],
    });

    check("a docstring of a function is part of it, a comment in it is not", {
      cells: { a: "def f():\n    return 1", b: "print(f())", c: "print(f.__doc__)" },
      steps: [
        { ran: ["a", "b", "c"], prints: { c: "None\n" } },
        { edit: { a: "def f():\n    # why\n    return 1" }, ran: [] },
        { edit: { a: "def f():\n    'why'\n    return 1" }, ran: ["a", "b", "c"], prints: { c: "why\n" } },
      ],
    });

    check("parentheses and line breaks inside them", {
      cells: { a: "total = sum([1,\n    2,\n    3])", b: "print(total)" },
      steps: [{ ran: ["a", "b"] }, { edit: { a: "total = sum([1, 2, 3])" }, ran: [] }],
    });
  });

  describe("of cells", () => {
    check("splitting a cell in two runs the two, and nothing below", {
      cells: { a: "x = 1\ny = x + 1", c: "print(x, y)" },
      steps: [{ ran: ["a", "c"] }, { edit: { a: "x = 1", b: "y = x + 1" }, order: ["a", "b", "c"], ran: ["a", "b"] }],
    });

    check("joining two cells runs the one, and nothing below", {
      cells: { a: "x = 1", b: "y = x + 1", c: "print(x, y)" },
      steps: [{ ran: ["a", "b", "c"] }, { edit: { a: "x = 1\ny = x + 1", b: undefined }, ran: ["a"] }],
    });

    check("renaming a variable in every cell runs every cell that says the name", {
      cells: { a: "old = [1]", b: "print(sum(old))", c: "print('apart')" },
      steps: [{ ran: ["a", "b", "c"] }, { edit: { a: "new = [1]", b: "print(sum(new))" }, ran: ["a", "b"] }],
    });

    check("renaming it where it is made only leaves its users without it", {
      cells: { a: "old = [1]", b: "print(sum(old))" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: "new = [1]" }, ran: ["a"], failed: ["b"] },
        { edit: { a: "old = [1]" }, ran: [], prints: { b: "1\n" } },
      ],
    });

    check("exchanging two cells that have nothing to do with each other", {
      cells: { a: "x = 1", b: "y = 2", c: "print(x, y)" },
      steps: [{ ran: ["a", "b", "c"] }, { order: ["b", "a", "c"], ran: [] }],
    });

    check("exchanging two cells that bind the same name", {
      cells: { a: "x = 1", b: "x = 2", c: "print(x)" },
      steps: [
        { ran: ["a", "b", "c"], prints: { c: "2\n" } },
        { order: ["b", "a", "c"], ran: ["c"], prints: { c: "1\n" } },
        { order: ["a", "b", "c"], ran: [], prints: { c: "2\n" } },
      ],
    });

    check("copying a cell to the end, where its names mean something else", {
      cells: { a: "n = 1", b: "print(n)", c: "n += 1" },
      steps: [{ ran: ["a", "b", "c"] }, { edit: { d: "print(n)" }, ran: ["d"], prints: { b: "1\n", d: "2\n" } }],
    });

    check("emptying a cell, and taking it back", {
      cells: { a: "n = 1", b: "n = 5", c: "print(n)" },
      steps: [
        { ran: ["a", "b", "c"], prints: { c: "5\n" } },
        { edit: { b: "" }, ran: ["c"], prints: { c: "1\n" } },
        { edit: { b: "n = 5" }, ran: [], prints: { c: "5\n" } },
      ],
    });

    check("turning a cell into a comment, and undoing many edits at once", {
      cells: { a: "n = 1", b: "n = n * 10", c: "n = n + 1", d: "print(n)" },
      steps: [
        { ran: ["a", "b", "c", "d"], prints: { d: "11\n" } },
        { edit: { b: "# n = n * 10" }, ran: ["c", "d"], prints: { d: "2\n" } },
        { edit: { c: "n = n + 5", a: "n = 2" }, ran: ["a", "c", "d"], prints: { d: "7\n" } },
        { edit: { a: "n = 1", b: "n = n * 10", c: "n = n + 1" }, ran: [], prints: { d: "11\n" } },
      ],
    });

    check("making a value a function of the same name", {
      cells: { a: "rate = 2", b: "def cost(n):\n    return n * rate", c: "print(cost(3))" },
      steps: [
        { ran: ["a", "b", "c"], prints: { c: "6\n" } },
        {
          edit: { a: "def rate(n):\n    return 5", b: "def cost(n):\n    return n * rate(n)" },
          ran: ["a", "b", "c"],
          prints: { c: "15\n" },
        },
      ],
    });
  });

  describe("while something else has changed", () => {
    check("an edit undone, and a file changed meanwhile", {
      files: { "data.txt": "one" },
      cells: { a: "text = open('data.txt').read()", b: "print(text)" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { b: "print(text.upper())" }, ran: ["b"] },
        { files: { "data.txt": "three" }, edit: { b: "print(text)" }, ran: ["a", "b"], prints: { b: "three\n" } },
        { files: { "data.txt": "one" }, ran: [], prints: { b: "one\n" } },
      ],
    });

    check("an edit above and one below at once", {
      cells: { a: "x = 1", b: "y = x + 1", c: "z = y * 2", d: "print(z)" },
      steps: [{ ran: ["a", "b", "c", "d"] }, { edit: { a: "x = 3 - 2", c: "z = y + y" }, ran: ["a", "c"] }],
    });

    check("opened again after edits that never ran", {
      cells: { a: "x = 1", b: "print(x)" },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: "x = 2" }, reopen: true, target: { kind: "cells", cells: [] }, ran: [] },
        { edit: { a: "x = 1" }, reopen: true, ran: [], prints: { b: "1\n" } },
      ],
    });
  });
});

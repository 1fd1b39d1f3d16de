/** A name means its nearest definition above, as in a script. */
import { check } from "./check.ts";

describe("names", function () {
  this.timeout(60_000);

  check("rebinding a name from above", {
    cells: { a: "x = [3, 1, 2]", b: "x = sorted(x)", c: "print(x)" },
    steps: [{ ran: ["a", "b", "c"] }, { edit: { a: "x = [9, 8]" }, ran: ["a", "b", "c"], prints: { c: "[8, 9]\n" } }],
  });

  check("augmented assignment in a later cell", {
    cells: { a: "x = 1", b: "x += 10", c: "x += 100\nprint(x)", d: "print(x)" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "111\n" } }, { ran: [] }],
  });

  check("a mutating method call is a definition", {
    cells: { a: "xs = []", b: "xs.append(1)", c: "print(xs)", d: "xs.append(2)", e: "print(xs)" },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { c: "[1]\n", e: "[1, 2]\n" } },
      { edit: { b: "xs.append(5)" }, ran: ["b", "c", "d", "e"], prints: { c: "[5]\n", e: "[5, 2]\n" } },
      // e now has c's code and c's inputs, so c's result is its own.
      { edit: { d: "pass" }, ran: ["d"], prints: { e: "[5]\n" } },
    ],
  });

  check("mutation inside a function is observed", {
    cells: { a: "xs = [1]", f: "def grow(values):\n    values.append(len(values))", b: "grow(xs)", c: "print(xs)" },
    steps: [
      { ran: ["a", "f", "b", "c"], prints: { c: "[1, 1]\n" } },
      { edit: { b: "grow(xs); grow(xs)" }, ran: ["b", "c"], prints: { c: "[1, 1, 2]\n" } },
      { edit: { b: "pass" }, ran: ["b", "c"], prints: { c: "[1]\n" } },
    ],
  });

  check("an alias sees the change", {
    cells: { a: "a = [1]", b: "b = a", c: "b.append(2)", d: "print(a, b, a is b)" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "[1, 2] [1, 2] True\n" } }, { ran: [] }],
  });

  check("two names of one object stay one object", {
    cells: { a: "a = {'k': []}\nb = a['k']", b: "b.append(1)", c: "print(a, b)" },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "{'k': [1]} [1]\n" } }],
  });

  check("subscript and attribute stores", {
    cells: {
      a: "d = {}\nclass Box: pass\nbox = Box()",
      b: "d['k'] = 1\nbox.value = 2",
      c: "print(d, box.value)",
    },
    steps: [
      { ran: ["a", "b", "c"] },
      { edit: { b: "d['k'] = 7\nbox.value = 2" }, ran: ["b", "c"], prints: { c: "{'k': 7} 2\n" } },
    ],
  });

  check("del removes the name for the cells below", {
    cells: { a: "x = 1", b: "print(x)\ndel x", c: "try:\n    x\nexcept NameError:\n    print('gone')" },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "gone\n" } }],
  });

  check("conditional definitions keep the earlier one on the other path", {
    cells: { a: "flag = False\nx = 1", b: "if flag:\n    x = 2", c: "print(x)" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "1\n" } },
      { edit: { a: "flag = True\nx = 1" }, ran: ["a", "b", "c"], prints: { c: "2\n" } },
    ],
  });

  check("comprehension variables stay inside", {
    cells: { a: "i = 'outer'", b: "print([i for i in range(3)])", c: "print(i)" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "outer\n" } },
      { edit: { b: "print([i for i in range(2)])" }, ran: ["b"] },
    ],
  });

  check("a loop variable is a definition", {
    cells: { a: "for n in range(4):\n    pass", b: "print(n)" },
    steps: [{ ran: ["a", "b"], prints: { b: "3\n" } }],
  });

  check("a star import", {
    cells: { a: "from math import *", b: "print(floor(2.7))" },
    steps: [{ ran: ["a", "b"], prints: { b: "2\n" } }, { ran: [] }],
  });

  check("exec binds names", {
    cells: { a: "exec('made = 41')", b: "print(made + 1)" },
    steps: [{ ran: ["a", "b"], prints: { b: "42\n" } }],
  });

  check("shadowing a builtin, and taking the shadow away", {
    cells: { a: "def sum(values):\n    return 'mine'", b: "print(sum([1, 2]))" },
    steps: [
      { ran: ["a", "b"], prints: { b: "mine\n" } },
      { edit: { a: "pass" }, ran: ["a", "b"], prints: { b: "3\n" } },
    ],
  });
});

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

  check("an edit that deletes a name on some way, before it has run", {
    cells: {
      a: "error = 'mine'\nflag = True",
      b: "pass",
      c: "try:\n    print(error)\nexcept NameError:\n    print('gone')",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "mine\n" } },
      {
        edit: { b: "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    pass" },
        ran: ["b", "c"],
        prints: { c: "gone\n" },
      },
      { edit: { b: "if flag:\n    del error" }, ran: ["b"], prints: { c: "gone\n" } },
    ],
  });

  check("an edit that binds names with exec, before it has run", {
    cells: { a: "m = 2", b: "pass", c: "print(m)", d: "print(len([1]))" },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { edit: { b: "exec('m = 3')" }, ran: ["b", "c"], prints: { c: "3\n" } },
      { edit: { b: "exec('def len(x): return 9')" }, ran: ["b", "d"], prints: { c: "2\n", d: "9\n" } },
    ],
  });

  check("names that are read through eval, exec and globals()", {
    cells: {
      a: "m = 2\nxs = [1]",
      b: "print(eval('m + 1'))",
      c: "exec('xs.append(m)')",
      d: "print(xs, globals()['m'])",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { b: "3\n", d: "[1, 2] 2\n" } },
      { edit: { a: "m = 5\nxs = [1]" }, ran: ["a", "b", "c", "d"], prints: { b: "6\n", d: "[1, 5] 5\n" } },
    ],
  });

  check("a function that reads names through globals()", {
    cells: { a: "m = 2", f: "def peek(name):\n    return globals()[name]", b: "print(peek('m'))" },
    steps: [
      { ran: ["a", "f", "b"], prints: { b: "2\n" } },
      { edit: { a: "m = 3" }, ran: ["a", "f", "b"], prints: { b: "3\n" } },
    ],
  });

  check("walrus, star targets and nested functions bind what they bind", {
    cells: {
      a: "if (n := 3) > 2:\n    first, *rest = range(n)",
      b: "for x, *others in [[1, 2]]:\n    pass",
      c: "def outer():\n    x = 99\n    def deep():\n        return x + n\n    return deep()\nprint(outer())",
      d: "print(n, first, rest, x, others)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { c: "102\n", d: "3 0 [1, 2] 1 [2]\n" } }, { ran: [] }],
  });

  check("a conditional import with a fallback", {
    cells: {
      a: "try:\n    import no_such_module as fast\nexcept ImportError:\n    import json as fast",
      b: "print(fast.dumps([1]))",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "[1]\n" } }, { ran: [] }],
  });

  check("a name of an import bound again, and back", {
    cells: { a: "import json", b: "json = {'mine': 1}", c: "print(json)", d: "import json\nprint(json.dumps([1]))" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "{'mine': 1}\n", d: "[1]\n" } },
      { edit: { b: "json = {'mine': 2}" }, ran: ["b", "c"] },
    ],
  });

  check("the class variable of one name and the global of the same", {
    cells: {
      a: "v = 1",
      b: "class K:\n    v = v + 1\n    def get(self):\n        return (self.v, v)",
      c: "print(K().get())",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "(2, 1)\n" } },
      { edit: { a: "v = 5" }, ran: ["a", "b", "c"], prints: { c: "(6, 5)\n" } },
    ],
  });

  check("a deleted definition", {
    cells: { a: "def f():\n    return 1", b: "del f", c: "print('f' in globals())" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "False\n" } },
      { edit: { b: "pass" }, ran: ["b", "c"], prints: { c: "True\n" } },
    ],
  });

  for (const [what, older, binds, show] of [
    ["a value", "n = 1", "n = 2", "n"],
    ["a definition", "def n():\n    return 1", "def n():\n    return 2", "n()"],
    ["an import", "import math as n", "import json as n", "n.__name__"],
    [
      "what an exception is called",
      "n = 1",
      "n = 2\ntry:\n    assert not c\nexcept AssertionError as n:\n    pass",
      "n",
    ],
  ] as const) {
    const shows = `try:\n    print(${show})\nexcept NameError:\n    print('none')`;
    check(`bound, and then deleted or not: ${what}`, {
      cells: { older, c: "c = True", binds: `${binds}\nif c and 'n' in globals():\n    del n`, shows },
      steps: [
        { ran: ["older", "c", "binds", "shows"], prints: { shows: "none\n" } },
        { edit: { c: "c = False" }, ran: ["c", "binds", "shows"] },
        { edit: { c: "c = True" }, ran: [], prints: { shows: "none\n" } },
        { reopen: true, ran: [] },
      ],
    });
  }

  check("underscore, dunder and unicode names", {
    cells: { a: "_hidden = 1\nété = 2\n__x = 3", b: "_hidden += 1", c: "print(_hidden, été, __x)" },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "2 2 3\n" } }, { ran: [] }],
  });

  check("__name__ and docstrings", {
    cells: { a: "'a docstring'\nprint(__name__)", b: "if __name__ == '__main__':\n    x = 1", c: "print(x)" },
    steps: [{ ran: ["a", "b", "c"], prints: { a: "__main__\n", c: "1\n" } }],
  });
});

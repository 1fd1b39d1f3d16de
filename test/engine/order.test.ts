/** Order, errors, several cells at once, and the order in which a person does things. */
import { check } from "./check.ts";

describe("order, errors and parallel runs", function () {
  this.timeout(60_000);

  check("inserting a cell that binds the name again", {
    cells: { a: "x = 1", c: "print(x)" },
    steps: [
      { ran: ["a", "c"], prints: { c: "1\n" } },
      { edit: { b: "x = 2" }, order: ["a", "b", "c"], ran: ["b", "c"], prints: { c: "2\n" } },
      { edit: { b: undefined }, ran: [], prints: { c: "1\n" } },
    ],
  });

  check("two cells with the same text are two runs of it", {
    cells: { a: "n = 0", b: "n += 1\nprint(n)", c: "n += 1\nprint(n)", d: "n += 1\nprint(n)" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { b: "1\n", c: "2\n", d: "3\n" } },
      { order: ["a", "d", "c", "b"], ran: [], prints: { d: "1\n", b: "3\n" } },
    ],
  });

  check("the same text with the same inputs is one result", {
    jobs: 1,
    cells: { a: "x = 4\nprint(x)", b: "y = 1", c: "x = 4\nprint(x)" },
    steps: [{ ran: ["a", "b"], prints: { c: "4\n" } }],
  });

  check("running the last cell first", {
    cells: { a: "xs = []", b: "xs.append(1)", c: "xs.append(2)", d: "print(xs)" },
    steps: [
      { target: { kind: "cells", cells: ["d"] }, ran: ["a", "b", "c", "d"], prints: { d: "[1, 2]\n" } },
      { ran: [] },
    ],
  });

  check("running a cell after an edit far above it", {
    cells: { a: "x = 1", b: "y = x + 1", c: "z = y + 1", d: "print(z)", e: "print('other', x)" },
    steps: [
      { ran: ["a", "b", "c", "d", "e"] },
      {
        edit: { a: "x = 5" },
        target: { kind: "cells", cells: ["d"] },
        ran: ["a", "b", "c", "d"],
        prints: { d: "7\n" },
      },
      { ran: ["e"], prints: { e: "other 5\n" } },
    ],
  });

  check("a failing edit, and the way back", {
    cells: { a: "x = 1", b: "y = x * 2", c: "print(y)" },
    steps: [
      { ran: ["a", "b", "c"] },
      { edit: { b: "y = x / 0" }, ran: [], failed: ["b"], skipped: ["c"] },
      { edit: { b: "y = x * 2" }, ran: [], prints: { c: "2\n" } },
    ],
  });

  check("a cell that changes a value and then fails leaves nothing", {
    cells: { a: "xs = [1]", b: "xs.append(2)\n1 / 0", c: "print(xs)" },
    steps: [
      { ran: ["a"], failed: ["b"], skipped: ["c"] },
      { edit: { b: "xs.append(2)" }, ran: ["b", "c"], prints: { c: "[1, 2]\n" } },
    ],
  });

  check("a cell that cannot be parsed fails, and what does not need it runs", {
    cells: { a: "x = 1", b: "x = = 2", c: "print('free')" },
    steps: [
      { ran: ["a", "c"], failed: ["b"] },
      { edit: { b: "x = 2" }, ran: ["b"] },
    ],
  });

  check("an error that is caught", {
    cells: { a: "try:\n    x = 1 / 0\nexcept ZeroDivisionError as error:\n    x = str(error)", b: "print(x)" },
    steps: [{ ran: ["a", "b"], prints: { b: "division by zero\n" } }],
  });

  check("the name of a caught error is gone afterwards", {
    cells: {
      a: "error = 'mine'",
      b: "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    pass",
      c: "try:\n    print(error)\nexcept NameError:\n    print('gone')",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "gone\n" } }],
  });

  check("finally, else and with", {
    cells: {
      a: "import contextlib\nlog = []\n@contextlib.contextmanager\ndef noted(name):\n    log.append('in ' + name)\n    try:\n        yield name\n    finally:\n        log.append('out')",
      b: "with noted('x') as got:\n    pass",
      c: "for v in []:\n    pass\nelse:\n    log.append('else')",
      d: "print(log, got)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "['in x', 'out', 'else'] x\n" } }],
  });

  check("sys.exit ends a cell without an error", {
    cells: { a: "import sys\nprint('before')\nsys.exit()", b: "print('next')" },
    steps: [{ ran: ["a", "b"] }],
  });

  check("independent cells at once, then what needs them both", {
    jobs: 2,
    cells: {
      a: "import time\ntime.sleep(0.05)\nx = [1]",
      b: "import time\ntime.sleep(0.02)\ny = [2]",
      c: "x.append(3)",
      d: "y.append(4)",
      e: "print(x, y)",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"], prints: { e: "[1, 3] [2, 4]\n" } }, { ran: [] }],
  });

  check("two cells that change one value keep their order", {
    jobs: 2,
    cells: { a: "xs = []", b: "import time\ntime.sleep(0.1)\nxs.append(1)", c: "xs.append(2)", d: "print(xs)" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "[1, 2]\n" } }],
  });

  check("a reader above a writer of the same value", {
    jobs: 2,
    cells: { a: "xs = [1]", b: "import time\ntime.sleep(0.05)\nprint(xs)", c: "xs.append(2)", d: "print(xs)" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { b: "[1]\n", d: "[1, 2]\n" } }],
  });

  check("settings of a slow cell reach the cells below", {
    jobs: 2,
    cells: {
      a: "import os, time\ntime.sleep(0.1)\nos.environ['STRATA_X'] = 'set'",
      b: "import os\nprint(os.environ.get('STRATA_X'))",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "set\n" } }, { ran: [] }],
  });

  check("settings made by a function of the same cell", {
    jobs: 2,
    cells: {
      a: "import os\ndef setter(v):\n    os.environ['STRATA_X'] = v\nsetter('one')",
      b: "import os\nprint(os.environ['STRATA_X'])",
    },
    steps: [
      { ran: ["a", "b"], prints: { b: "one\n" } },
      {
        edit: { a: "import os\ndef setter(v):\n    os.environ['STRATA_X'] = v\nsetter('two')" },
        ran: ["a", "b"],
        prints: { b: "two\n" },
      },
    ],
  });

  check("many runs of parts end where one run of all does", {
    cells: { a: "x = 1", b: "x += 1", c: "x *= 10", d: "print(x)" },
    steps: [
      { target: { kind: "cells", cells: ["b"] }, ran: ["a", "b"] },
      { target: { kind: "below", cell: "c" }, ran: ["c", "d"], prints: { d: "20\n" } },
      { edit: { b: "x += 4" }, target: { kind: "above", cell: "d" }, ran: ["b", "c"] },
      { ran: ["d"], prints: { d: "50\n" } },
      { edit: { b: "x += 1" }, ran: [], prints: { d: "20\n" } },
    ],
  });

  check("forcing a cell in the middle", {
    cells: { a: "xs = [1]", b: "xs.append(2)", c: "print(xs)" },
    steps: [
      { ran: ["a", "b", "c"] },
      { target: { kind: "cells", cells: ["b"] }, force: true, ran: ["b"] },
      { force: true, ran: ["a", "b", "c"], prints: { c: "[1, 2]\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("@after keeps the script's order for cells in another place", {
    cells: { a: "# @after c\nprint('second')", c: "print('first')" },
    steps: [{ ran: ["a", "c"] }, { ran: [] }],
  });
});

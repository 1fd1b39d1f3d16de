/** Files, environment variables, modules and process-wide settings. */
import { check } from "./check.ts";

describe("surroundings", function () {
  this.timeout(60_000);

  check("a file that a cell read", {
    files: { "data.txt": "one" },
    cells: { a: "text = open('data.txt').read()", b: "print(text)" },
    steps: [
      { ran: ["a", "b"] },
      { ran: [] },
      { files: { "data.txt": "two" }, ran: ["a", "b"], prints: { b: "two\n" } },
      { files: { "data.txt": "one" }, ran: [] },
    ],
  });

  check("a file that appears", {
    cells: {
      a: "import os\nprint(os.path.exists('later.txt'))\ntry:\n    print(open('later.txt').read())\nexcept FileNotFoundError:\n    print('none')",
    },
    steps: [{ ran: ["a"] }, { ran: [] }, { files: { "later.txt": "here" }, ran: ["a"], prints: { a: "True\nhere\n" } }],
  });

  check("a folder that was listed", {
    files: { "data/a.csv": "1" },
    cells: { a: "import os\nprint(sorted(os.listdir('data')))" },
    steps: [
      { ran: ["a"] },
      { ran: [] },
      { files: { "data/b.csv": "2" }, ran: ["a"], prints: { a: "['a.csv', 'b.csv']\n" } },
    ],
  });

  check("a file that one cell writes and another reads keeps their order", {
    jobs: 2,
    cells: {
      a: "import time\ntime.sleep(0.2)\nwith open('out.txt', 'w') as f:\n    f.write('made')",
      b: "print(open('out.txt').read())",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "made\n" } }, { ran: [] }],
  });

  check("a file that a cell wrote and somebody changed", {
    cells: { a: "with open('out.txt', 'w') as f:\n    f.write('made')\nprint('wrote')" },
    steps: [{ ran: ["a"] }, { ran: [] }, { files: { "out.txt": "other" }, ran: ["a"] }],
  });

  check("a module of the notebook's folder, and what it imports", {
    files: { "helper.py": "import deeper\ndef value():\n    return deeper.N", "deeper.py": "N = 1\n" },
    cells: { a: "import helper", b: "print(helper.value())" },
    steps: [
      { ran: ["a", "b"] },
      { ran: [] },
      { files: { "deeper.py": "N = 22\n" }, ran: ["a", "b"], prints: { b: "22\n" } },
    ],
  });

  check("random.seed in one cell, draws in the next ones", {
    cells: {
      a: "import random\nrandom.seed(3)",
      b: "x = random.random()\nprint(x)",
      c: "y = random.random()\nprint(y)",
      d: "print('no draw')",
    },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { ran: [] },
      { edit: { b: "x = random.random() + random.random()\nprint(x)" }, ran: ["b", "c"] },
    ],
  });

  check("os.environ set in one cell", {
    cells: { a: "import os\nos.environ['STRATA_T'] = 'one'", b: "print(os.environ['STRATA_T'])" },
    steps: [
      { ran: ["a", "b"] },
      { edit: { a: "import os\nos.environ['STRATA_T'] = 'two'" }, ran: ["a", "b"], prints: { b: "two\n" } },
    ],
  });

  check("the working directory", {
    files: { "sub/x.txt": "inside" },
    cells: { a: "import os\nos.chdir('sub')", b: "print(open('x.txt').read())" },
    steps: [{ ran: ["a", "b"], prints: { b: "inside\n" } }, { ran: [] }],
  });

  check("decimal context", {
    cells: { a: "import decimal\ndecimal.getcontext().prec = 5", b: "print(decimal.Decimal(1) / 3)" },
    steps: [{ ran: ["a", "b"], prints: { b: "0.33333\n" } }],
  });

  check("sys.path", {
    files: { "lib/extra.py": "V = 9" },
    cells: { a: "import sys\nsys.path.append('lib')", b: "import extra\nprint(extra.V)" },
    steps: [{ ran: ["a", "b"], prints: { b: "9\n" } }, { ran: [] }],
  });
});

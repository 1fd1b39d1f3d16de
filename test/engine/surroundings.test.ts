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

  check("an environment variable set, read, changed and removed", {
    cells: {
      a: "import os\nos.environ['STRATA_T'] = 'one'\nprint(os.environ['STRATA_T'])",
      b: "print(os.getenv('STRATA_T'))",
      c: "del os.environ['STRATA_T']",
      d: "print(os.getenv('STRATA_T', 'none'))",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { b: "one\n", d: "none\n" } }, { ran: [] }, { reopen: true, ran: [] }],
  });

  check("an edit of a module that leaves its size and second as they are", {
    files: { "helper.py": "N = 1\n" },
    cells: { a: "import helper\nprint(helper.N)" },
    steps: [
      { ran: ["a"] },
      { files: { "helper.py": "N = 2\n" }, ran: ["a"], prints: { a: "2\n" } },
      { files: { "helper.py": "N = 3\n" }, ran: ["a"], prints: { a: "3\n" } },
    ],
  });

  check("names imported from a module of the folder", {
    files: { "helper.py": "N = 1\ndef f(v):\n    return v + N\nclass K:\n    n = N\n" },
    cells: { a: "from helper import K, f", b: "k = K()", c: "print(f(1), k.n, isinstance(k, K))" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2 1 True\n" } },
      {
        files: { "helper.py": "N = 5\ndef f(v):\n    return v + N\nclass K:\n    n = N\n" },
        ran: ["a", "b", "c"],
        prints: { c: "6 5 True\n" },
      },
    ],
  });

  check("a package of the folder", {
    files: { "pack/__init__.py": "from .part import V\n", "pack/part.py": "V = 1\n" },
    cells: { a: "import pack", b: "print(pack.V, pack.part.V)" },
    steps: [
      { ran: ["a", "b"], prints: { b: "1 1\n" } },
      { files: { "pack/part.py": "V = 22\n" }, ran: ["a", "b"], prints: { b: "22 22\n" } },
    ],
  });

  check("random numbers drawn by a function and by shuffle", {
    cells: {
      a: "import random\nrandom.seed(1)\nxs = [1, 2, 3, 4]",
      b: "def draw():\n    return random.randint(0, 99)",
      c: "random.shuffle(xs)",
      d: "print(draw(), xs)",
      e: "print(draw())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"] },
      { ran: [] },
      { edit: { c: "pass" }, ran: ["c", "d", "e"] },
      { edit: { c: "random.shuffle(xs)" }, ran: [] },
    ],
  });

  check("a generator of one's own", {
    cells: {
      a: "import random\nrng = random.Random(5)",
      b: "print(rng.random())",
      c: "print(rng.random())",
    },
    // c then has b's text and b's inputs.
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }, { edit: { b: "pass" }, ran: ["b"] }],
  });

  check("a file written by one cell and read by another, after an edit of the writer", {
    cells: {
      a: "with open('out.txt', 'w') as f:\n    f.write('one')",
      b: "print(open('out.txt').read())",
    },
    steps: [
      { ran: ["a", "b"], prints: { b: "one\n" } },
      { edit: { a: "with open('out.txt', 'w') as f:\n    f.write('two')" }, ran: ["a", "b"], prints: { b: "two\n" } },
    ],
  });

  check("pathlib, json, csv and sqlite", {
    files: { "in.json": '{"a": 1}', "in.csv": "x,y\n1,2\n" },
    cells: {
      a: "import json, csv\nfrom pathlib import Path\ndata = json.loads(Path('in.json').read_text())",
      b: "rows = list(csv.reader(open('in.csv')))",
      c: "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t (v)')\ndb.execute('insert into t values (3)')\ntotal = db.execute('select sum(v) from t').fetchone()[0]\ndb.close()\ndel db",
      d: "print(data, rows, total)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "{'a': 1} [['x', 'y'], ['1', '2']] 3\n" } },
      { files: { "in.csv": "x,y\n1,9\n" }, ran: ["b", "d"] },
    ],
  });

  check("a file that goes away", {
    files: { "data.txt": "here" },
    cells: { a: "import os\nprint(open('data.txt').read() if os.path.exists('data.txt') else 'gone')" },
    steps: [
      { ran: ["a"], prints: { a: "here\n" } },
      { files: { "data.txt": "" }, ran: ["a"], prints: { a: "\n" } },
    ],
  });

  check("the recursion limit of a cell does not matter below, its locale and decimal context do", {
    cells: {
      a: "import decimal\ndecimal.getcontext().rounding = decimal.ROUND_DOWN\ndecimal.getcontext().prec = 3",
      b: "print(decimal.Decimal(2) / 3)",
      c: "decimal.getcontext().prec = 6",
      d: "print(decimal.Decimal(2) / 3)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { b: "0.666\n", d: "0.666666\n" } },
      { edit: { c: "decimal.getcontext().prec = 4" }, ran: ["c", "d"], prints: { d: "0.6666\n" } },
    ],
  });

  check("a warning filter that turns warnings into errors", {
    cells: {
      a: "import warnings\nwarnings.simplefilter('error')",
      b: "try:\n    warnings.warn('careful')\n    print('warned')\nexcept UserWarning:\n    print('raised')",
    },
    steps: [
      { ran: ["a", "b"], prints: { b: "raised\n" } },
      { edit: { a: "import warnings\nwarnings.simplefilter('ignore')" }, ran: ["a", "b"], prints: { b: "warned\n" } },
    ],
  });

  check("logging as basicConfig sets it up, and a logger of one's own", {
    cells: {
      a: "import logging, sys\nlogging.basicConfig(level=logging.INFO, format='%(levelname)s! %(message)s', stream=sys.stdout)\nlogging.getLogger('app').setLevel(logging.ERROR)",
      b: "logging.info('one')\nlogging.getLogger('app').info('hidden')\nlogging.getLogger('app').error('shown')",
      c: "import logging\nlogging.debug('no')\nlogging.warning('two')",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { b: "INFO! one\nERROR! shown\n", c: "WARNING! two\n" } },
      { ran: [] },
      {
        edit: { a: "import logging, sys\nlogging.basicConfig(format='%(message)s', stream=sys.stdout)" },
        ran: ["a", "b", "c"],
        prints: { b: "shown\n" },
      },
    ],
  });

  check("the recursion limit", {
    cells: {
      a: "import sys\nsys.setrecursionlimit(4000)\ndef deep(n):\n    return n and 1 + deep(n - 1)",
      b: "print(deep(2500), sys.getrecursionlimit())",
      c: "import sys\nprint(sys.getrecursionlimit())",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { b: "2500 4000\n", c: "4000\n" } }, { ran: [] }],
  });

  check("a logger with a handler of its own", {
    cells: {
      a: "import logging, sys\nlog = logging.getLogger('app')\nlog.setLevel('INFO')",
      b: "handler = logging.StreamHandler(sys.stdout)\nhandler.setFormatter(logging.Formatter('app: %(message)s'))\nlog.addHandler(handler)\nlog.propagate = False",
      c: "log.info('one')\nlog.debug('no')",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "app: one\n" } },
      { reopen: true, ran: [] },
      { edit: { c: "log.info('two')" }, ran: ["c"], prints: { c: "app: two\n" } },
    ],
  });

  check("the logging level", {
    cells: {
      a: "import logging\nlogging.getLogger().setLevel(logging.ERROR)",
      b: "print(logging.getLogger().isEnabledFor(logging.WARNING))",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "False\n" } }, { ran: [] }],
  });
});

/** Modules of the notebook's own folder: loaded once by a script, and changed for good. */
import { check } from "./check.ts";

const HELPER =
  "N = 2\nCACHE = {}\nROWS = [1]\ndef value(v):\n    return v * N\ndef put(k, v):\n    CACHE[k] = v\n    return len(CACHE)\n";
const COUNTER = "count = 0\ndef bump():\n    global count\n    count += 1\n    return count\n";

describe("modules", function () {
  this.timeout(60_000);

  check("a name of a module set by a cell", {
    files: { "helper.py": HELPER },
    cells: { a: "import helper", b: "helper.N = 5", c: "print(helper.N, helper.value(2))", d: "x = 1" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "5 10\n" } },
      { ran: [] },
      { edit: { b: "helper.N = 7" }, ran: ["b", "c"], prints: { c: "7 14\n" } },
      { edit: { b: "pass" }, ran: ["b", "c"], prints: { c: "2 4\n" } },
      { edit: { b: "helper.N = 5" }, ran: [], prints: { c: "5 10\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("the same in the cell that imports, and cells that import for themselves", {
    files: { "helper.py": HELPER },
    cells: {
      a: "import helper\nhelper.N = 5",
      b: "import helper\nprint(helper.N)",
      c: "from helper import N\nprint(N)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { b: "5\n", c: "5\n" } },
      { edit: { a: "import helper" }, ran: ["a", "b", "c"], prints: { b: "2\n", c: "2\n" } },
    ],
  });

  check("a function of a module that changes its globals", {
    files: { "counter.py": COUNTER },
    cells: { a: "import counter", b: "print(counter.bump())", c: "print(counter.bump())", d: "print(counter.count)" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { b: "1\n", c: "2\n", d: "2\n" } },
      {
        edit: { b: "print(counter.bump(), counter.bump())" },
        ran: ["b", "c", "d"],
        prints: { b: "1 2\n", c: "3\n", d: "3\n" },
      },
      // c then has what b had when it was the first to call it.
      { edit: { b: "pass" }, ran: ["b", "d"], prints: { c: "1\n", d: "1\n" } },
    ],
  });

  check("a cache that a module fills", {
    files: { "helper.py": HELPER },
    cells: { a: "import helper\nhelper.put('a', 1)", b: "helper.put('b', 2)", c: "print(sorted(helper.CACHE))" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "['a', 'b']\n" } },
      { edit: { a: "import helper\nhelper.put('z', 1)" }, ran: ["a", "b", "c"], prints: { c: "['b', 'z']\n" } },
    ],
  });

  check("a module's list under a name of the notebook, changed through either", {
    files: { "helper.py": HELPER },
    cells: {
      a: "import helper\nrows = helper.ROWS",
      b: "rows.append(2)",
      c: "helper.ROWS.append(3)",
      d: "print(rows, helper.ROWS, rows is helper.ROWS)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "[1, 2, 3] [1, 2, 3] True\n" } },
      { ran: [] },
      { edit: { b: "rows.append(5)" }, ran: ["b", "c", "d"], prints: { d: "[1, 5, 3] [1, 5, 3] True\n" } },
      { edit: { c: "helper.ROWS = []" }, ran: ["c", "d"], prints: { d: "[1, 5] [] False\n" } },
    ],
  });

  check("from helper import N is N as it was then", {
    files: { "helper.py": HELPER },
    cells: {
      a: "from helper import N, ROWS, value",
      b: "import helper\nhelper.N = 9\nhelper.ROWS.append(4)",
      c: "print(N, ROWS, value(1))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2 [1, 4] 9\n" } },
      { edit: { b: "pass" }, ran: ["b", "c"], prints: { c: "2 [1] 2\n" } },
    ],
  });

  check("attributes and lists of a module's class", {
    files: {
      "models.py":
        "class Model:\n    made = []\n    count = 0\n    def __init__(self, n):\n        self.n = n\n        Model.count += 1\n        self.made.append(self)\n",
    },
    cells: {
      a: "from models import Model",
      b: "m = Model(1)",
      c: "k = Model(2)",
      d: "print(Model.count, [each.n for each in Model.made], Model.made[0] is m)",
      e: "m.n = 7\nModel.size = 3",
      f: "print([each.n for each in Model.made], Model.size, m.made[0] is m)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e", "f"], prints: { d: "2 [1, 2] True\n", f: "[7, 2] 3 True\n" } },
      { ran: [] },
      { edit: { b: "m = Model(5)" }, ran: ["b", "c", "d", "e"], prints: { d: "2 [5, 2] True\n" } },
    ],
  });

  check("what a module prints and draws when it is loaded happens once", {
    files: { "noisy.py": "import random\nprint('loaded')\nR = random.random()\n" },
    cells: {
      a: "import random\nrandom.seed(1)",
      b: "import noisy\nprint(noisy.R)",
      c: "import noisy\nprint(noisy.R)",
      d: "print(random.random())",
    },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { ran: [] },
      { edit: { a: "import random\nrandom.seed(2)" }, ran: ["a", "b", "c", "d"] },
    ],
  });

  check("a module loaded before the environment changed", {
    files: { "conf.py": "import os\nMODE = os.environ.get('STRATA_MODE', 'none')\n" },
    cells: {
      a: "import os\nos.environ['STRATA_MODE'] = 'one'",
      b: "import conf",
      c: "os.environ['STRATA_MODE'] = 'two'",
      d: "import conf\nprint(conf.MODE)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "one\n" } },
      {
        edit: { a: "import os\nos.environ['STRATA_MODE'] = 'three'" },
        ran: ["a", "b", "c", "d"],
        prints: { d: "three\n" },
      },
    ],
  });

  check("a module that sets a variable of the environment when it is loaded", {
    files: { "setter.py": "import os\nos.environ['STRATA_SET'] = 'module'\n" },
    cells: {
      a: "import os, setter",
      b: "os.environ['STRATA_SET'] = 'cell'",
      c: "import setter\nprint(os.environ['STRATA_SET'])",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "cell\n" } }, { ran: [] }],
  });

  check("a module changed before another one is loaded that uses it", {
    files: { "deeper.py": "N = 2\n", "helper.py": "import deeper\nM = deeper.N\n" },
    cells: {
      a: "import deeper\ndeeper.N = 5",
      b: "import helper",
      c: "print(helper.M, deeper.N)",
      d: "import helper\nprint(helper.M)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "5 5\n", d: "5\n" } },
      { edit: { a: "import deeper" }, ran: ["a", "b", "c", "d"], prints: { c: "2 2\n" } },
    ],
  });

  check("a module loaded before the one it uses is changed", {
    files: { "deeper.py": "N = 2\n", "helper.py": "import deeper\nM = deeper.N\n" },
    cells: {
      a: "import helper",
      b: "import deeper\ndeeper.N = 5",
      c: "import deeper, helper\nprint(helper.M, deeper.N)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "2 5\n" } }, { ran: [] }],
  });

  check("a function of a module replaced", {
    files: { "helper.py": HELPER },
    cells: {
      a: "import helper\nold = helper.value",
      b: "def twice(v):\n    return old(v) * 100\nhelper.value = twice",
      c: "print(helper.value(1), old(1))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "200 2\n" } },
      { edit: { b: "helper.value = lambda v: v - 1" }, ran: ["b", "c"], prints: { c: "0 2\n" } },
    ],
  });

  check("a module loaded again by reload", {
    files: { "helper.py": HELPER },
    cells: {
      a: "import helper\nhelper.N = 5\nhelper.extra = 1",
      b: "import importlib\nimportlib.reload(helper)",
      c: "print(helper.N, helper.extra)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "2 1\n" } }, { ran: [] }],
  });

  check("a module loaded again by another one, and nothing of it noticed", {
    jobs: 2,
    files: { "helper.py": HELPER, "user.py": "import helper\n" },
    cells: {
      a: "import helper",
      b: "import user",
      c: "import os\nprint(len([n for n in os.environ if n.startswith('STRATA')]))",
    },
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }, { reopen: true, ran: [] }],
  });

  check("a decorator of a module, on a function that a cell below calls", {
    jobs: 2,
    files: {
      "user.py":
        "print('loaded')\ncalls = []\ndef counted(fn):\n    def inner(v):\n        calls.append(v)\n        return fn(v) + len(calls)\n    return inner\n",
    },
    cells: {
      a: "import user\n@user.counted\ndef h(v):\n    return v",
      b: "print(h(3))",
      c: "print(h(3))\nfrom user import counted",
      d: "@counted\ndef k(v):\n    return v",
      e: "print(k(1))",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { b: "4\n", c: "5\n", e: "4\n" } },
      { ran: [] },
      { edit: { b: "pass" }, ran: ["b", "c", "d", "e"], prints: { c: "4\n", e: "3\n" } },
    ],
  });

  check("a function that would use a module, defined and not called", {
    jobs: 2,
    files: { "helper.py": HELPER },
    cells: {
      a: "import helper",
      b: "helper.N = 0",
      c: "def f(v):\n    return helper.put(v, v)\nprint('defined')",
      d: "print(f(1))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "1\n" } },
      { ran: [] },
      { edit: { b: "helper.N = 1" }, ran: ["b", "d"] },
    ],
  });

  check("what decorators keep beside a function", {
    files: {
      "deco.py":
        "def counted(fn):\n    calls = []\n    def inner(v):\n        calls.append(v)\n        return fn(v) + len(calls)\n    return inner\n",
    },
    cells: {
      a: "from deco import counted\ndef summed(fn):\n    total = 0\n    def inner(v):\n        nonlocal total\n        total += v\n        return fn(v), total\n    return inner",
      b: "@counted\ndef f(v):\n    return v\n@summed\ndef g(v):\n    return v",
      c: "print(f(1), g(1))",
      d: "print(f(1), g(2))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "2 (1, 1)\n", d: "3 (2, 3)\n" } },
      { edit: { c: "print(f(1), g(5))" }, ran: ["c", "d"], prints: { d: "3 (2, 7)\n" } },
      { edit: { c: "pass" }, ran: ["c", "d"], prints: { d: "2 (2, 2)\n" } },
    ],
  });

  check("what is registered with a single-dispatch function of the notebook", {
    cells: {
      a: "from functools import singledispatch\n@singledispatch\ndef show(v):\n    return 'any'",
      b: "@show.register\ndef _(v: int):\n    return 'int'",
      c: "@show.register(str)\ndef _(v):\n    return 'text'",
      d: "print(show('a'), show(1), show(2.0))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "text int any\n" } },
      { edit: { b: "pass" }, ran: ["b", "c", "d"], prints: { d: "text any any\n" } },
      // c is then what b is already.
      { edit: { c: "pass" }, ran: ["d"], prints: { d: "any any any\n" } },
    ],
  });

  check("what is registered with a module's single-dispatch function", {
    files: {
      "shows.py":
        "from functools import singledispatch\n@singledispatch\ndef show(v):\n    return 'any'\n@show.register\ndef _(v: int):\n    return 'int'\n",
    },
    cells: {
      a: "from shows import show",
      b: "@show.register\ndef _(v: str):\n    return 'text'",
      c: "print(show('a'), show(1), show(2.0))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "text int any\n" } },
      { edit: { b: "pass" }, ran: ["b", "c"], prints: { c: "any int any\n" } },
    ],
  });

  check("defaults, attributes and closures of a module's functions", {
    files: {
      "deco.py":
        "import functools\ndef counted(fn):\n    calls = []\n    @functools.wraps(fn)\n    def inner(v):\n        calls.append(v)\n        return fn(v), len(calls)\n    return inner\n@counted\ndef f(v):\n    return v\ndef g(v, seen=[]):\n    seen.append(v)\n    return list(seen)\n",
    },
    cells: {
      a: "import deco",
      b: "print(deco.f(1), deco.g(1))\ndeco.g.tag = 'x'",
      c: "print(deco.f(2), deco.g(2), deco.g.tag)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { b: "(1, 1) [1]\n", c: "(2, 2) [1, 2] x\n" } },
      { edit: { b: "deco.g.tag = 'y'" }, ran: ["b", "c"], prints: { c: "(2, 1) [2] y\n" } },
    ],
  });

  check("a decorator, a base and a lock from a module", {
    files: {
      "parts.py":
        "import threading\nlock = threading.Lock()\ndef plus(fn):\n    def inner(v):\n        return fn(v) + 1\n    return inner\nclass Base:\n    def get(self):\n        return 'base'\n",
    },
    cells: {
      a: "from parts import Base, lock, plus",
      b: "@plus\ndef f(v):\n    return v\nclass K(Base):\n    pass",
      c: "with lock:\n    print(f(1), K().get())",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "2 base\n" } }, { ran: [] }],
  });

  check("two modules that share a list", {
    files: { "one.py": "ROWS = []\n", "two.py": "from one import ROWS\ndef add(v):\n    ROWS.append(v)\n" },
    cells: {
      a: "import one, two",
      b: "two.add(1)",
      c: "one.ROWS.append(2)",
      d: "print(one.ROWS, two.ROWS, one.ROWS is two.ROWS)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "[1, 2] [1, 2] True\n" } },
      { edit: { b: "two.add(5)" }, ran: ["b", "c", "d"] },
    ],
  });

  check("two modules that share a list, changed where only one of them is loaded", {
    files: {
      "one.py": "ROWS = []\ncount = 0\n",
      "two.py": "from one import ROWS\n",
      "three.py": "def f():\n    return 3\n",
    },
    cells: {
      a: "import one",
      b: "one.count = 1",
      c: "import two, three",
      d: "one.ROWS.append(2)",
      e: "print(one.ROWS, two.ROWS, one.ROWS is two.ROWS, three.f())",
      f: "import three\nprint(three.f())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e", "f"], prints: { e: "[2] [2] True 3\n" } },
      { edit: { b: "pass" }, ran: ["b", "c", "d", "e"], prints: { e: "[2] [2] True 3\n" } },
      { files: { "three.py": "def f():\n    return 4\n" }, ran: ["c", "e", "f"], prints: { f: "4\n" } },
    ],
  });

  check("a package, changed inside", {
    files: {
      "pack/__init__.py": "from .part import V, rows\n",
      "pack/part.py": "V = 1\nrows = []\ndef add():\n    rows.append(V)\n",
    },
    cells: {
      a: "import pack.part",
      b: "pack.part.V = 4\npack.part.add()",
      c: "print(pack.V, pack.part.V, pack.rows, pack.rows is pack.part.rows)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "1 4 [4] True\n" } }, { ran: [] }],
  });

  check("a setting changed by a function of a module, before it has run", {
    files: {
      "sets.py": "import os\nimport inner\ndef mode(v):\n    inner.put(v)\n",
      "inner.py": "import os\ndef put(v):\n    os.environ['STRATA_MODE'] = v\n",
    },
    cells: { a: "import sets", b: "sets.mode('one')", c: "import os\nprint(os.environ.get('STRATA_MODE'))" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "one\n" } },
      { edit: { b: "sets.mode('two')" }, ran: ["b", "c"], prints: { c: "two\n" } },
    ],
  });

  check("a file written by a function of a module", {
    jobs: 2,
    files: { "files.py": "def put(v):\n    with open('out.txt', 'w') as f:\n        f.write(v)\n" },
    cells: { a: "import files", b: "files.put('one')", c: "print(open('out.txt').read())" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "one\n" } },
      { edit: { b: "files.put('two')" }, ran: ["b", "c"], prints: { c: "two\n" } },
    ],
  });

  check("a change that cannot be carried is refused where the module is used", {
    files: { "helper.py": "gen = None\nN = 1\n" },
    cells: {
      a: "import helper\nhelper.gen = (v for v in [1, 2])\nprint(next(helper.gen))",
      b: "x = 2",
      c: "import helper\nprint(helper.N)",
    },
    steps: [
      { ran: ["a", "b"], failed: ["c"] },
      { edit: { a: "import helper" }, ran: ["a", "c"], prints: { c: "1\n" } },
    ],
  });

  check("an object of the notebook kept in a module", {
    files: { "store.py": "KEPT = []\ndef keep(v):\n    KEPT.append(v)\n" },
    cells: {
      a: "import store\nclass P:\n    def __init__(self, n):\n        self.n = n\n    def get(self):\n        return self.n + base",
      b: "base = 10",
      c: "p = P(1)\nstore.keep(p)",
      d: "p.n = 5",
      e: "print([each.get() for each in store.KEPT], store.KEPT[0] is p)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "[15] True\n" } },
      { edit: { b: "base = 20" }, ran: ["b", "c", "d", "e"], prints: { e: "[25] True\n" } },
      { edit: { d: "pass" }, ran: ["d", "e"], prints: { e: "[21] True\n" } },
    ],
  });

  check("a module that no cell changes runs nothing twice, and an edit of it what uses it", {
    files: { "helper.py": HELPER },
    cells: { a: "import helper", b: "x = helper.value(1)", c: "y = helper.value(2)", d: "print(x + y)" },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { edit: { b: "x = helper.value(3) - 4" }, ran: ["b"] },
      { files: { "helper.py": HELPER.replace("N = 2", "N = 33") }, ran: ["a", "b", "c", "d"] },
    ],
  });
});

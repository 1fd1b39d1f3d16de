/** Notebooks that random histories found, made small: each was once shown fresh with another result than the script's. */
import { check } from "./check.ts";

describe("once wrong", function () {
  this.timeout(60_000);

  check("a cell with exec that has yet to run may bind what cells below use", {
    cells: { c1: "n = 1\nm = n + 1", c5: "print('m', m)" },
    steps: [
      { ran: ["c1", "c5"] },
      { edit: { c7: "exec('m = 3')" }, order: ["c1", "c7", "c5"], ran: ["c7", "c5"], prints: { c5: "m 3\n" } },
    ],
  });

  check("a function of the cell itself that changes a setting", {
    jobs: 2,
    cells: { c1: "import os\ndef setter(v):\n    os.environ['STRATA_A'] = str(v)\nsetter(1)", c3: "n = 0" },
    steps: [{ ran: ["c1", "c3"] }, { ran: [] }],
  });

  check("a module changed within the second in which it was compiled", {
    files: { "helper.py": "N = 2\n" },
    cells: { c1: "import helper\nprint(helper.N)" },
    steps: [{ ran: ["c1"] }, { files: { "helper.py": "N = 3\n" }, ran: ["c1"], prints: { c1: "3\n" } }],
  });

  check("a default that is a variable of the notebook", {
    cells: {
      c1: "xs = [1, 2]",
      c2: "def f(v, into=xs):\n    into.append(v)\n    return len(into)",
      c5: "print(f(4))",
      c6: "print('xs', xs)",
    },
    steps: [
      { ran: ["c1", "c2", "c5", "c6"], prints: { c6: "xs [1, 2, 4]\n" } },
      { edit: { c5: "print(f(5))" }, ran: ["c5", "c6"], prints: { c6: "xs [1, 2, 5]\n" } },
    ],
  });

  check("an attribute of a class set by an edit that has yet to run", {
    cells: { a: "class A:\n    def f(self):\n        return 1", b: "x = A()", c: "pass", d: "print(x.f(), A().f())" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "1 1\n" } },
      { edit: { c: "A.f = lambda self: 2" }, ran: ["c", "d"], prints: { d: "2 2\n" } },
      { edit: { c: "A.f = lambda self: 3" }, ran: ["c", "d"], prints: { d: "3 3\n" } },
    ],
  });

  check("a class changed through its subclass", {
    cells: {
      a: "class A:\n    made = []\n    def __init__(self):\n        self.made.append(type(self).__name__)",
      b: "class B(A):\n    pass",
      c: "x = A()",
      d: "y = B()",
      e: "print(y.made)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "['A', 'B']\n" } },
      { edit: { c: "x = [A(), A()]" }, ran: ["c", "d", "e"], prints: { e: "['A', 'A', 'B']\n" } },
    ],
  });

  check("a function kept in a table that binds a global", {
    cells: {
      a: "n = 0\ndef put(v):\n    global n\n    n = v",
      b: "table = {'put': put}",
      c: "table['put'](3)",
      d: "print(n)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "3\n" } },
      { edit: { c: "table['put'](4)" }, ran: ["c", "d"], prints: { d: "4\n" } },
    ],
  });

  check("a default that is a name which the same cell binds anew, unseen", {
    cells: {
      a: "n = 1",
      b: "def g(v, w=n):\n    return v * 10 + w\nexec('n = 0')",
      c: "print(g(1), n)",
      d: "def zero():\n    global n\n    n = 5\ndef h(v, w=n):\n    return v * 10 + w\nzero()",
      e: "print(h(1), n)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { c: "11 0\n", e: "10 5\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("a class made from a name which the same cell binds anew, unseen, is refused below", {
    cells: { a: "n = 1", b: "class K:\n    v = n\nexec('n = 0')", c: "print(K.v)" },
    steps: [{ ran: ["a", "b"], skipped: ["c"] }],
  });

  check("a module found by a folder that its cell put on the path, used below", {
    files: { "lib/extra.py": "V = 9\n" },
    cells: {
      a: "import sys\nsys.path.append('lib')\nimport extra\nfrom extra import V",
      b: "print(extra.V, V)",
      c: "exec('print(extra.V)')",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { b: "9 9\n", c: "9\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("settings of a context, kept by a cell that awaits", {
    cells: {
      a: "import decimal\ndecimal.getcontext().prec = 5",
      b: "import asyncio, decimal\nx = await asyncio.sleep(0, 1)",
      c: "import decimal\nprint(decimal.Decimal(1) / 7)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "0.14286\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("a cell that asks for the size of a file lets those above that write files go first", {
    jobs: 2,
    cells: {
      a: "import time\ntime.sleep(0.2)\nopen('out.txt', 'w').write('12345')",
      b: "import os\nprint(os.path.getsize('out.txt'), os.path.isfile('out.txt'))",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "5 True\n" } }],
  });

  check("a function that is cached, in a cell with a star import or exec", {
    files: { "helper.py": "N = 2\n" },
    cells: {
      a: "n = 1",
      b: "import functools\n@functools.lru_cache\ndef f(v, w=n):\n    return v * 3 + w\nfrom helper import *\nexec('m = 2')",
      c: "exec('n += 3')\nprint(n, f(1), N, m)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "4 4 2 2\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("cached functions that are values: of a lambda, by a call, and with a default of the same cell", {
    cells: {
      a: "import functools\nxs = [1]\n@functools.lru_cache\ndef f(v, w=len(xs)):\n    return v * 3 + w",
      b: "def g(v):\n    return v + f(v)\ng = functools.lru_cache(maxsize=2)(g)\nh = functools.lru_cache(lambda v: v * 5)",
      c: "print(f(1), g(1), h(1), g.cache_info().maxsize)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "4 5 5 2\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("a function that binds names through globals(), called by a cell that has yet to run", {
    jobs: 2,
    cells: {
      a: "def g(v):\n    globals()['n'] = v\n    return v\ng(1)",
      b: "print(g(2))",
      c: "print(n)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { b: "print(g(3))" }, ran: ["b", "c"], prints: { c: "3\n" } },
    ],
  });

  check("names that a cell binds and then deletes, which cells above have bound too", {
    cells: {
      a: "n = 1\ndef f():\n    return 1",
      b: "n = 2\ndel n\ndef f():\n    return 2\ndel f",
      c: "try:\n    print(n)\nexcept NameError:\n    print('no n')",
      d: "try:\n    print(f())\nexcept NameError:\n    print('no f')",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "no n\n", d: "no f\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("a function defined twice in its cell, the second time with eval of names", {
    cells: {
      a: "n = 1",
      b: "def f(v):\n    return v\ndef f(v):\n    return eval('n + v')",
      c: "print(f(1))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { a: "n = 2" }, ran: ["a", "b", "c"], prints: { c: "3\n" } },
    ],
  });

  check("a builtin's name that a cell below a function stored by value gives another meaning", {
    cells: {
      a: "def make():\n    return lambda v: max(v, 2)\nf = make()",
      b: "pass",
      c: "print(f(1))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { b: "def max(*v):\n    return 'mine'" }, ran: ["b", "c"], prints: { c: "mine\n" } },
    ],
  });

  check("objects that nothing but which one they are tells from others", {
    cells: {
      a: "MISSING = object()\nclass No:\n    pass\nNO = No()",
      b: "def f(v=MISSING):\n    return v is MISSING\nd = {'no': NO}",
      c: "print(f(), d['no'] is NO)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "True True\n" } },
      { edit: { c: "print(f(1), f(), d['no'] is NO)" }, ran: ["c"], prints: { c: "False True True\n" } },
    ],
  });

  check("a class made anew by a metaclass that keeps the classes it has made", {
    cells: {
      a: "class Meta(type):\n    made = {}\n    def __new__(meta, name, *more):\n        meta.made[name] = super().__new__(meta, name, *more)\n        return meta.made[name]\nclass A(metaclass=Meta):\n    v = 1",
      b: "class A(metaclass=Meta):\n    v = 2",
      c: "print(Meta.made['A'] is A, A.v)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "True 2\n" } }],
  });

  check("names that mean something to Python or to no one, and the module they are all in", {
    cells: {
      a: "__version__ = '1'\nfor _ in range(3):\n    pass",
      b: "import __main__\ndef f():\n    return __main__.__version__",
      c: "print(__version__, _, f())",
      d: "print(__main__.__version__)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "1 2 1\n" } },
      { edit: { a: "__version__ = '2'\n_ = 0" }, ran: ["a", "b", "c", "d"], prints: { c: "2 0 2\n", d: "2\n" } },
    ],
  });

  check("handlers of a logger of one's own", {
    cells: {
      a: "import logging, sys\nlog = logging.getLogger('app')\nlog.propagate = False\nlog.addHandler(logging.StreamHandler(sys.stdout))",
      b: "log.error('said')",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "said\n" } }],
  });

  check("what a class took from a module that is changed below", {
    files: { "helper.py": "N = 2\n" },
    cells: {
      a: "import helper\nhelper.N = 5",
      b: "import helper\nclass A:\n    v = helper.N\ndef f(w=helper.N):\n    return w",
      c: "helper.N = 7",
      d: "print(A.v, f(), helper.N)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "5 5 7\n" } }],
  });

  check("definitions that a module of the folder is told of", {
    files: {
      "registry.py":
        "NAMES = []\ndef register(thing):\n    NAMES.append(thing.__name__)\n    return thing\nclass Base:\n    found = []\n    def __init_subclass__(cls):\n        Base.found.append(cls.__name__)\n",
    },
    cells: {
      a: "import registry\n@registry.register\nclass A(registry.Base):\n    v = 1\n@registry.register\ndef f(v):\n    return v",
      b: "print(A.v, f(1), registry.NAMES, registry.Base.found)",
      c: "o = A()\nprint(len(registry.NAMES))",
      d: "print(type(o) is A, registry.NAMES, registry.Base.found)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "True ['A', 'f'] ['A']\n" } }],
  });

  for (const change of ["A.count += 1", "setattr(A, 'count', 1)", "A.count = 1\ndel A.gone\nA.get = lambda self: 3"]) {
    check(`a class that its own cell changes: ${change.split("\n").join("; ")}`, {
      cells: {
        a: `class A:\n    count, gone = 0, 1\n    def get(self):\n        return 2\n${change}`,
        b: "o = A()\nprint(A.count, o.get(), hasattr(A, 'gone'))",
        c: "A.count += 1",
        d: "print(type(o).count, isinstance(o, A))",
      },
      steps: [
        { ran: ["a", "b", "c", "d"], prints: { d: "2 True\n" } },
        { reopen: true, ran: [] },
        { edit: { c: "A.count += 2" }, ran: ["c", "d"], prints: { d: "3 True\n" } },
      ],
    });
  }

  check("a variable changed by a cell that then imports a library under its name", {
    cells: {
      a: "xs = [1, 2]",
      b: "xs.reverse()\nprint(xs)\nimport math as xs",
      c: "import math\nprint(math.floor(2.5), xs is math)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { b: "[2, 1]\n", c: "2 True\n" } }],
  });
});

/** Which functions, classes and imports travel as source, and what they need. */
import { checks } from "./check.ts";

checks("definitions", [
  [
    "functions, classes, lambdas",
    "def f(): pass\nclass C: pass\ng = lambda x: x",
    { definitions: ["function f", "class C", "lambda g"] },
  ],
  ["async functions", "async def f(): pass", { definitions: ["function f"] }],
  [
    "decorated, text and line",
    "x = 1\n\n@d(1)\ndef f():\n    return 1  # one\ny = 2",
    { sources: { f: "3: @d(1)\ndef f():\n    return 1  # one" }, early: { f: ["d"] } },
  ],
  ["a lambda's text, after a semicolon", "x = 1; g = lambda: 0;", { sources: { g: "1: g = lambda: 0" } }],
  ["what runs early", "@d\ndef f(a: A = b) -> R: return c", { early: { f: ["d", "b", "A", "R"] }, late: { f: ["c"] } }],
  [
    "bases and class body run early",
    "class C(B, metaclass=M):\n    x: T = v\n    def m(self, a=w): return z",
    { early: { C: ["B", "M", "v", "T", "w"] }, late: { C: ["z"] } },
  ],
  ["defaults of a lambda run early", "g = lambda x, k=n: x + k + m", { early: { g: ["n"] }, late: { g: ["m"] } }],
  ["its own name is not needed", "def f(n): return f(n - 1)", { late: { f: [] } }],
  ["nor the class's in its methods", "class C:\n    def m(self): return C()", { late: { C: [] } }],
  [
    "nested functions and lambdas run late",
    "def f():\n    def g(x=a): return b\n    return lambda: c",
    { late: { f: ["a", "b", "c"] }, early: { f: [] } },
  ],
  [
    "a lambda in a class body runs late",
    "class C:\n    key = lambda s: k(s)",
    { late: { C: ["k"] }, early: { C: [] } },
  ],
  ["a comprehension in a class body runs early", "class C:\n    a = [f(i) for i in v]", { early: { C: ["v", "f"] } }],
  [
    "dataclasses",
    "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: int = field(default=0)",
    { definitions: ["class P"], early: { P: ["dataclass", "field", "int"] } },
  ],
  [
    "names it rebinds",
    "def f():\n    global n\n    n += 1",
    { globals: { f: ["n"] }, late: { f: ["n"] }, defines: ["f", "n"] },
  ],
  [
    "annotations of the future run late",
    "from __future__ import annotations\ndef f(a: A) -> R: pass",
    { early: { f: [] }, late: { f: ["A", "R"] } },
  ],
  [
    "a class that uses one of its type parameters",
    "class S[T]:\n    x: list[T]\n    def m(self) -> T: return v",
    { early: { S: ["list"] }, late: { S: ["v"] } },
  ],
  ["reads of own functions", "def f(): return x\nf()", { reads: ["f"], uses: [] }],
  [
    "two that need each other",
    "def f(): return g()\ndef g(): return f()",
    { definitions: ["function f", "function g"], late: { f: ["g"], g: ["f"] } },
  ],
  [
    "type aliases",
    "type Pair[T] = tuple[T, Other]\ntype Tree = list[Tree]",
    {
      definitions: ["type alias Pair", "type alias Tree"],
      late: { Pair: ["tuple", "Other"], Tree: ["list"] },
      uses: [],
    },
  ],
  [
    "one that needs a constant of the cell",
    "K = 2\ndef f(x=K): return x + L\nL = 3",
    { definitions: ["function f"], early: { f: ["K"] }, late: { f: ["L"] }, uses: [] },
  ],
]);

checks("what is a value instead", [
  ["bound twice", "def f(): pass\ndef f(): return x", { definitions: [], uses: ["x!?"] }],
  ["wrapped afterwards", "def f(): pass\nf = cache(f)", { definitions: [] }],
  [
    "defined on some ways",
    "if c:\n    def f(): return x",
    { definitions: [], maybeDefines: ["f"], uses: ["c", "x!?"] },
  ],
  ["given an attribute", "def f(): pass\nf.calls = 0", { definitions: [], mutates: [] }],
  ["deleted", "def f(): pass\ndel f", { definitions: [], deletes: ["f"] }],
  ["rebound by a function", "def f(): pass\ndef g():\n    global f\n    f = 1", { definitions: ["function g"] }],
  ["built on the name's older meaning", "def f(x=f): pass", { definitions: [], uses: ["f!"] }],
  ["a subclass of its namesake", "class C(C): pass", { definitions: [], uses: ["C!"] }],
  ["a default bound again later", "K = 1\ndef f(x=K): pass\nK = 2", { definitions: [] }],
  ["a default from above that the cell binds later", "def f(x=K): pass\nK = 2", { definitions: [], uses: ["K!"] }],
  ["a default that the cell changes", "L = []\ndef f(x=L): pass\nL.append(1)", { definitions: [] }],
  ["a default bound on some ways", "if c: K = 1\ndef f(x=K): pass", { definitions: [] }],
  ["the clock", "import time\ndef f(t=time.time()): pass", { definitions: [], defines: ["time", "f"] }],
  ["the date", "class C:\n    at = datetime.now()", { definitions: [] }],
  ["random numbers", "class C:\n    x = random.random()\nclass D:\n    x = np.random.rand()", { definitions: [] }],
  ["from import of one", "from random import random as r\ndef f(x=r()): pass", { definitions: [] }],
  ["identifiers and secrets", "def f(x=uuid.uuid4()): pass\ndef g(x=secrets.token_hex()): pass", { definitions: [] }],
  ["the environment", 'def f(x=os.environ["A"]): pass\ndef g(x=os.getenv("B")): pass', { definitions: [] }],
  [
    "files, input, iterators",
    "def f(x=open(p)): pass\ndef g(x=input()): pass\ndef h(x=next(i)): pass",
    { definitions: [] },
  ],
  ["printing", 'class C:\n    print("made")', { definitions: [] }],
  ["the same inside a body is fine", "def f(): return time.time(), open(p)", { definitions: ["function f"] }],
  ["a lambda in two targets", "f = g = lambda: 0", { definitions: [], defines: ["f", "g"] }],
  ["a lambda in an attribute", "o.f = lambda: x", { definitions: [], uses: ["x!", "o!"] }],
]);

checks("imports", [
  ["plain", "import os, sys", { imports: { os: "import os", sys: "import sys" }, modules: { os: "os", sys: "sys" } }],
  ["with another name", "import numpy as np", { imports: { np: "import numpy as np" }, modules: { np: "numpy" } }],
  [
    "dotted binds the first part",
    "import os.path",
    { defines: ["os"], imports: { os: "import os.path" }, modules: { os: "os.path" } },
  ],
  ["dotted with another name", "import a.b.c as d", { imports: { d: "import a.b.c as d" } }],
  [
    "from",
    "from a.b import c, d as e",
    { imports: { c: "from a.b import c", e: "from a.b import d as e" }, modules: { c: "a.b", e: "a.b" } },
  ],
  [
    "in parentheses over lines",
    "from a import (\n    b,  # one\n    c,\n)",
    { imports: { b: "from a import b", c: "from a import c" } },
  ],
  [
    "relative",
    "from . import a\nfrom ..b import c",
    { imports: { a: "from . import a", c: "from ..b import c" }, modules: { a: ".", c: "..b" } },
  ],
  ["parts of one package", "import a.b\nimport a.c", { imports: { a: "import a.b; import a.c" } }],
  ["the same twice", "import os\nimport os", { imports: { os: "import os" } }],
  ["two meanings", "import json\nimport ujson as json", { imports: {}, defines: ["json"] }],
  ["bound again", "import os\nos = 1", { imports: {} }],
  ["on some ways", "if c: import os", { imports: {}, maybeDefines: ["os"] }],
  ["with a fallback", "try: import a\nexcept ImportError: a = None", { imports: {}, maybeDefines: [], defines: ["a"] }],
  ["in a function", "def f(): import os", { imports: {}, defines: ["f"] }],
  ["deleted", "import os\ndel os", { imports: {}, deletes: ["os"] }],
  ["several on a line", "import a; from b import c", { imports: { a: "import a", c: "from b import c" } }],
  ["continued lines", "from a \\\n  import b", { imports: { b: "from a import b" } }],
  ["spaces around dots", "import a . b", { imports: { a: "import a.b" } }],
]);

/** Functions and classes travel as source, and look their names up when they are called. */
import { check } from "./check.ts";

describe("functions and classes", function () {
  this.timeout(60_000);

  check("editing one function runs only the cells that reach it", {
    cells: {
      defs: "def f():\n    return 1\n\ndef g():\n    return 2",
      useF: "print(f())",
      useG: "print(g())",
    },
    steps: [
      { ran: ["defs", "useF", "useG"] },
      { edit: { defs: "def f():\n    return 10\n\ndef g():\n    return 2" }, ran: ["defs", "useF"] },
    ],
  });

  check("a function that calls another", {
    cells: { a: "def base():\n    return 1", b: "def twice():\n    return 2 * base()", c: "print(twice())" },
    steps: [
      { ran: ["a", "b", "c"] },
      { edit: { a: "def base():\n    return 5" }, ran: ["a", "c"], prints: { c: "10\n" } },
    ],
  });

  check("a global is looked up when the function is called", {
    cells: { a: "k = 1", f: "def add(x):\n    return x + k", b: "print(add(1))", c: "k = 10", d: "print(add(1))" },
    steps: [
      { ran: ["a", "f", "b", "c", "d"], prints: { b: "2\n", d: "11\n" } },
      { edit: { c: "k = 20" }, ran: ["c", "d"], prints: { d: "21\n" } },
    ],
  });

  check("a default is taken when the function is defined", {
    cells: { a: "k = 1", f: "def show(x=k):\n    return x", b: "k = 10", c: "print(show())" },
    steps: [
      { ran: ["a", "f", "b", "c"], prints: { c: "1\n" } },
      { edit: { a: "k = 2" }, ran: ["a", "f", "c"], prints: { c: "2\n" } },
    ],
  });

  check("a default from the same cell", {
    cells: { a: "k = 3\ndef show(x=k):\n    return x", b: "print(show())" },
    steps: [
      { ran: ["a", "b"], prints: { b: "3\n" } },
      { edit: { a: "k = 4\ndef show(x=k):\n    return x" }, ran: ["a", "b"], prints: { b: "4\n" } },
    ],
  });

  check("a default that is bound again behind the definition", {
    cells: { a: "k = 3\ndef show(x=k):\n    return x\nk = 9", b: "print(show(), k)" },
    steps: [{ ran: ["a", "b"], prints: { b: "3 9\n" } }],
  });

  check("decorators, of the library and of the notebook", {
    cells: {
      a: "import functools\ndef loud(f):\n    @functools.wraps(f)\n    def inner(*args):\n        return str(f(*args)) + '!'\n    return inner",
      b: "@loud\ndef hello(name):\n    return 'hello ' + name",
      c: "print(hello('you'))",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "hello you!\n" } }],
  });

  check("classes, subclasses and isinstance across cells", {
    cells: {
      a: "class Animal:\n    def name(self):\n        return type(self).__name__",
      b: "class Dog(Animal):\n    pass",
      c: "pet = Dog()",
      d: "print(pet.name(), isinstance(pet, Animal), isinstance(pet, Dog), type(pet) is Dog)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "Dog True True True\n" } },
      {
        edit: { a: "class Animal:\n    def name(self):\n        return 'a ' + type(self).__name__" },
        ran: ["a", "b", "c", "d"],
        prints: { d: "a Dog True True True\n" },
      },
    ],
  });

  check("dataclasses and enums keep their identity", {
    cells: {
      a: "from dataclasses import dataclass\nfrom enum import Enum\n@dataclass\nclass P:\n    x: int\nclass Color(Enum):\n    RED = 1",
      b: "p, c = P(1), Color.RED",
      c: "print(p == P(1), c is Color.RED, p, c)",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "True True P(x=1) Color.RED\n" } }],
  });

  check("an instance of a class that is defined again", {
    cells: {
      a: "class A:\n    v = 1",
      b: "old = A()",
      c: "class A:\n    v = 2",
      d: "new = A()\nprint(old.v, new.v, isinstance(old, A))",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "1 2 False\n" } }],
  });

  check("a counter on a class", {
    cells: {
      a: "class A:\n    count = 0\n    def __init__(self):\n        A.count += 1",
      b: "first = A()",
      c: "second = A()",
      d: "print(A.count)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "2\n" } }, { ran: [] }],
  });

  check("a mutable default keeps what was put into it", {
    cells: {
      a: "def push(x, seen=[]):\n    seen.append(x)\n    return list(seen)",
      b: "print(push(1))",
      c: "print(push(2))",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { b: "[1]\n", c: "[1, 2]\n" } }],
  });

  check("an attribute on a function", {
    cells: { a: "def f():\n    return f.factor", b: "f.factor = 3", c: "print(f())" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "3\n" } },
      { edit: { b: "f.factor = 4" }, ran: ["b", "c"], prints: { c: "4\n" } },
    ],
  });

  check("closures and lambdas are values", {
    cells: {
      a: "def adder(n):\n    def add(x):\n        return x + n\n    return add",
      b: "add3 = adder(3)\nsquare = lambda x: x * x",
      c: "print(add3(1), square(4))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "4 16\n" } },
      { edit: { b: "add3 = adder(30)\nsquare = lambda x: x * x" }, ran: ["b", "c"], prints: { c: "31 16\n" } },
    ],
  });

  check("a function kept in a container needs its globals where it is called", {
    cells: {
      a: "k = 1",
      b: "def f():\n    return k",
      c: "table = {'f': f}",
      d: "k = 2",
      e: "print(table['f']())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "2\n" } },
      { edit: { d: "k = 3" }, ran: ["d", "e"], prints: { e: "3\n" } },
    ],
  });

  check("a global counter that a function rebinds", {
    cells: { a: "n = 0\ndef tick():\n    global n\n    n += 1", b: "tick()\ntick()", c: "print(n)" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { b: "tick()" }, ran: ["b", "c"], prints: { c: "1\n" } },
    ],
  });

  check("recursion, mutual recursion and generators inside functions", {
    cells: {
      a: "def even(n):\n    return n == 0 or odd(n - 1)",
      b: "def odd(n):\n    return n != 0 and even(n - 1)",
      c: "print(even(10), odd(7))",
      d: "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint(fib(12))",
      e: "print(fib(10))",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"] }, { ran: [] }],
  });

  check("a value that cannot be stored is refused with its reason before anything runs", {
    cells: { a: "import threading\nlock = threading.Lock()\nx = 1", b: "with lock:\n    print('in')", c: "print(x)" },
    steps: [{ ran: ["a", "c"], skipped: ["b"] }],
  });
});

/** Functions and classes travel as source, and look their names up when they are called. */
import { check } from "./check.ts";

describe("functions and classes", function () {
  this.timeout(60_000);

  check("a base class that lists its subclasses, which are one class wherever they are met", {
    cells: {
      a: "class Base:\n    registry = []\n    def __init_subclass__(cls):\n        cls.registry.append(cls)",
      b: "class One(Base):\n    pass\none = One()",
      c: "print(Base.registry, Base.registry[0] is One, type(one) is One)",
      d: "class Two(Base):\n    pass\ntwo = Two()",
      e: "print(one.registry, two.registry[1] is type(two), One.registry is two.registry)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"] },
      { reopen: true, ran: [] },
      { edit: { d: "class Two(One):\n    pass\ntwo = Two()" }, ran: ["d", "e"] },
    ],
  });

  check("a class that is made with a value of its own cell, and has a state", {
    cells: {
      a: "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]):\n    made = 0\n    def __init__(self, v):\n        Box.made += 1\n        self.v = v\nboxes = [Box[int](3), Box(2)]\nprint(Box.made)",
      b: "print(Box(4).v, Box.made, type(boxes[0]) is Box)",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "4 3 True\n" } }, { ran: [] }, { reopen: true, ran: [] }],
  });

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
    cells: { a: "numbers = (n for n in range(3))\nx = 1", b: "print(next(numbers))", c: "print(x)" },
    steps: [{ ran: ["a", "c"], skipped: ["b"] }],
  });

  check("a subclass changed, its base not", {
    cells: {
      a: "class Base:\n    def who(self):\n        return 'base'",
      b: "class Child(Base):\n    def who(self):\n        return 'child of ' + super().who()",
      c: "x = Child()",
      d: "print(x.who())",
      e: "print(Base().who())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { d: "child of base\n" } },
      {
        edit: { b: "class Child(Base):\n    def who(self):\n        return 'kid of ' + super().who()" },
        ran: ["b", "c", "d"],
        prints: { d: "kid of base\n" },
      },
    ],
  });

  check("a method replaced in a later cell", {
    cells: {
      a: "class A:\n    def f(self):\n        return 1",
      b: "x = A()",
      c: "A.f = lambda self: 2",
      d: "print(x.f(), A().f())",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "2 2\n" } },
      { edit: { c: "pass" }, ran: ["c", "d"], prints: { d: "1 1\n" } },
    ],
  });

  check("a counter on a class, seen through a subclass and an instance", {
    cells: {
      a: "class A:\n    made = []\n    def __init__(self):\n        self.made.append(type(self).__name__)",
      b: "class B(A):\n    pass",
      c: "x = A()",
      d: "y = B()",
      e: "print(A.made, y.made is A.made)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "['A', 'B'] True\n" } },
      { edit: { c: "pass" }, ran: ["c", "d", "e"], prints: { e: "['B'] True\n" } },
    ],
  });

  check("a closure with a counter", {
    cells: {
      a: "def counter():\n    n = 0\n    def tick():\n        nonlocal n\n        n += 1\n        return n\n    return tick",
      b: "tick = counter()",
      c: "print(tick())",
      d: "print(tick(), tick())",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "1\n", d: "2 3\n" } },
      { edit: { c: "pass" }, ran: ["c", "d"], prints: { d: "1 2\n" } },
    ],
  });

  check("two closures over one variable", {
    cells: {
      a: "def pair():\n    n = [0]\n    return (lambda: n.append(1)), (lambda: len(n))",
      b: "add, size = pair()",
      c: "add()",
      d: "print(size())",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "2\n" } }],
  });

  check("a decorator that registers", {
    cells: {
      a: "registry = {}\ndef register(f):\n    registry[f.__name__] = f\n    return f",
      b: "@register\ndef one():\n    return 1",
      c: "@register\ndef two():\n    return 2",
      d: "print(sorted(registry), registry['two']())",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "['one', 'two'] 2\n" } },
      { edit: { c: "@register\ndef two():\n    return 22" }, ran: ["c", "d"], prints: { d: "['one', 'two'] 22\n" } },
    ],
  });

  check("a default that is a list of the notebook", {
    cells: { a: "xs = []", b: "def push(v, into=xs):\n    into.append(v)", c: "push(1)", d: "print(xs)" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "[1]\n" } }],
  });

  check("functools.partial and lru_cache", {
    cells: {
      a: "import functools\n@functools.lru_cache(None)\ndef slow(n):\n    return n if n < 2 else slow(n - 1) + slow(n - 2)",
      b: "double = functools.partial(lambda a, b: a * b, 2)",
      d: "print(slow(20), double(4))",
    },
    steps: [{ ran: ["a", "b", "d"], prints: { d: "6765 8\n" } }, { ran: [] }],
  });

  check("an abstract base, a protocol, a generic and slots", {
    cells: {
      a: "from abc import ABC, abstractmethod\nfrom typing import Generic, TypeVar\nT = TypeVar('T')\nclass Shape(ABC):\n    @abstractmethod\n    def area(self): ...\nclass Holder(Generic[T]):\n    __slots__ = ('v',)\n    def __init__(self, v):\n        self.v = v",
      b: "class Square(Shape):\n    def area(self):\n        return 4",
      c: "s, h = Square(), Holder(3)",
      d: "h.v += 1\nprint(s.area(), h.v, isinstance(s, Shape))",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "4 4 True\n" } }, { ran: [] }],
  });

  check("an exception class of the notebook, raised and caught in other cells", {
    cells: {
      a: "class Mine(Exception):\n    def __init__(self, code):\n        super().__init__(f'code {code}')\n        self.code = code",
      b: "def fail():\n    raise Mine(7)",
      c: "try:\n    fail()\nexcept Mine as error:\n    kept = error",
      d: "print(kept, kept.code, isinstance(kept, Mine))",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "code 7 7 True\n" } }],
  });

  check("namedtuple, TypedDict and NewType", {
    cells: {
      a: "from collections import namedtuple\nfrom typing import NamedTuple\nP = namedtuple('P', 'x y')\nclass Q(NamedTuple):\n    x: int\n    y: list = []",
      b: "p, q = P(1, [2]), Q(3)",
      c: "p.y.append(5)",
      d: "print(p, q, isinstance(p, P), type(q) is Q)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "P(x=1, y=[2, 5]) Q(x=3, y=[]) True True\n" } }],
  });

  check("a coroutine function and top-level values of its", {
    cells: {
      a: "import asyncio\nasync def get(v):\n    await asyncio.sleep(0)\n    return v + k",
      b: "k = 1",
      c: "print(asyncio.run(get(1)))",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { b: "k = 5" }, ran: ["b", "c"], prints: { c: "6\n" } },
    ],
  });

  check("a function defined only on one way", {
    cells: {
      a: "fast = True",
      b: "if fast:\n    def f():\n        return 'fast'\nelse:\n    def f():\n        return 'slow'",
      c: "print(f())",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "fast\n" } },
      { edit: { a: "fast = False" }, ran: ["a", "b", "c"], prints: { c: "slow\n" } },
      { edit: { a: "fast = True" }, ran: [] },
    ],
  });

  check("a function that calls one defined further below", {
    cells: { a: "def outer():\n    return inner() + 1", b: "def inner():\n    return 1", c: "print(outer())" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "2\n" } },
      { edit: { b: "def inner():\n    return 10" }, ran: ["b", "c"], prints: { c: "11\n" } },
    ],
  });

  check("a class that keeps a list of its instances", {
    cells: {
      a: "class Account:\n    every = []\n    def __init__(self, n):\n        self.n = n\n        Account.every.append(self)",
      b: "one = Account(1)\ntwo = Account(2)",
      c: "one.n += 3",
      d: "print([each.n for each in Account.every], Account.every[0] is one)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "[4, 2] True\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("a class that counts in __new__, and one with a single instance", {
    cells: {
      a: "class Counted:\n    made = 0\n    def __new__(cls, *given):\n        cls.made += 1\n        return super().__new__(cls)",
      b: "class One:\n    it = None\n    def __new__(cls):\n        if cls.it is None:\n            cls.it = super().__new__(cls)\n            cls.it.rows = []\n        return cls.it",
      c: "x = Counted()\ny = One()",
      d: "y.rows.append(1)\nprint(Counted.made, type(x).__name__, One() is y, One().rows)",
      e: "class Metre(float):\n    def __new__(cls, n):\n        return super().__new__(cls, n * 2)\nm = Metre(2)",
      f: "print(m, type(m).__name__, Counted.made)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e", "f"], prints: { d: "1 Counted True [1]\n", f: "4.0 Metre 1\n" } },
      { reopen: true, ran: [] },
    ],
  });

  check("what a decorator looks up, where the decorated function has a state", {
    cells: {
      a: "import functools",
      b: "def counted(f):\n    @functools.wraps(f)\n    def inner(*given):\n        inner.calls += 1\n        return f(*given)\n    inner.calls = 0\n    return inner",
      c: "@counted\ndef double(n):\n    return 2 * n",
      d: "double(2)",
      e: "double(1)\nprint(double.calls, double.__name__)",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"], prints: { e: "2 double\n" } }, { ran: [] }],
  });

  check("from __future__ counts for all cells, as in the script", {
    cells: {
      a: "from __future__ import annotations",
      b: "class Node:\n    next: Node | None = None\ndef f(x: Nowhere):\n    pass",
      c: "print(Node.__annotations__, f.__annotations__)",
      d: "def late(x: int):\n    pass\nprint(late.__annotations__)",
    },
    steps: [
      {
        ran: ["a", "b", "c", "d"],
        prints: { c: "{'next': 'Node | None'} {'x': 'Nowhere'}\n", d: "{'x': 'int'}\n" },
      },
      { reopen: true, ran: [] },
      {
        edit: { a: "", b: "Node = f = print" },
        ran: ["b", "d"],
        failed: ["c"],
        prints: { d: "{'x': <class 'int'>}\n" },
      },
      { edit: { a: "from __future__ import annotations" }, ran: ["b"], failed: ["c"], prints: { d: "{'x': 'int'}\n" } },
    ],
  });
});

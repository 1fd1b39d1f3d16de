/** A value in a cell below is the value, to its type and its last bit; and two values that only look alike are two. */
import { check } from "./check.ts";

/** The value, as an expression; then what tells it from what it could have become. */
const KINDS: readonly (readonly [title: string, value: string, shown: string])[] = [
  [
    "numbers",
    "[1, 1.0, True, -0.0, 1e300, 2**100, 1j, float('nan'), float('inf')]",
    "[type(x).__name__ + repr(x) for x in v]",
  ],
  [
    "keys that are numbers, and the order of keys",
    "{2: 'b', 1: 'a', '1': 'c', (1, 2): 'd', None: 'e'}",
    "list(v.items())",
  ],
  [
    "tuples in lists, sets, frozen sets",
    "[(1, [2, (3,)]), {3, 1, 2}, frozenset('ab')]",
    "(v[0], sorted(v[1]), type(v[2]), sorted(v[2]))",
  ],
  [
    "text, bytes, bytearrays, memory views",
    "['é\\u0000\\ud800', b'\\xff', bytearray(b'a')]",
    "[(type(x).__name__, repr(x)) for x in v]",
  ],
  [
    "dates, times and zones",
    "__import__('datetime').datetime(2024, 2, 29, 12, tzinfo=__import__('datetime').timezone.utc)",
    "(v, v.tzinfo, v.fold)",
  ],
  ["decimals and fractions", "[__import__('decimal').Decimal('1.10'), __import__('fractions').Fraction(1, 3)]", "v"],
  [
    "ranges, slices, ellipsis and NotImplemented",
    "[range(0, 10, 3), slice(1, None, 2), ..., NotImplemented]",
    "[(type(x).__name__, x) for x in v]",
  ],
  [
    "paths, uuids and regular expressions",
    "[__import__('pathlib').PurePosixPath('a/b'), __import__('uuid').UUID(int=7), __import__('re').compile('a+', 2)]",
    "[(type(x).__name__, str(x)) for x in v]",
  ],
  [
    "counters, ordered and default dictionaries",
    "[__import__('collections').Counter('abca'), __import__('collections').OrderedDict(b=1, a=2), __import__('collections').defaultdict(list, x=[1])]",
    "(v, v[2]['y'])",
  ],
  [
    "arrays and chains of maps",
    "[__import__('array').array('h', [1, -2]), __import__('collections').ChainMap({'a': 1}, {'b': 2})]",
    "(v[0].typecode, v[0].tolist(), dict(v[1]))",
  ],
  [
    "exceptions with their cause",
    "(lambda e: (setattr(e, '__cause__', KeyError('k')), e)[1])(ValueError('v', 2))",
    "(v, v.args, v.__cause__)",
  ],
  ["an object that is twice in a list", "(lambda x: [x, x])([1])", "(v[0] is v[1], v[0].append(2), v[1])"],
  [
    "builtin functions and types",
    "[len, int, str.upper, __import__('operator').itemgetter(1)]",
    "(v[0]([1]), v[1], v[2]('a'), v[3]('xy'))",
  ],
];

describe("values in a cell below", function () {
  this.timeout(60_000);

  for (const [title, value, shown] of KINDS) {
    check(title, {
      cells: { a: `v = ${value}`, b: `print(${shown})` },
      steps: [{ ran: ["a", "b"] }, { reopen: true, ran: [] }],
    });
  }
});

describe("exceptions in a cell below", function () {
  this.timeout(60_000);

  check("keep what they were raised from, and what was being handled", {
    cells: {
      a: "class Odd(Exception):\n    def __init__(self, a, b):\n        super().__init__(a)\n        self.b = b",
      b: "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n        raise Odd('x', [2]) from error\nexcept Odd as error:\n    one = error",
      c: "try:\n    try:\n        {}['k']\n    except KeyError:\n        open('/no/such/file')\nexcept OSError as error:\n    two = error",
      d: "print(repr(one.__cause__), one.b, one.__suppress_context__)",
      e: "print(two.errno, repr(two.__context__), two.__cause__, two.__suppress_context__)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "2 KeyError('k') None False\n" } },
      { reopen: true, ran: [] },
    ],
  });
});

/** Equal for Python, or nearly; but a cell below can tell them apart. */
const ALIKE: readonly (readonly [title: string, one: string, other: string, shown: string])[] = [
  ["1 and 1.0", "1", "1.0", "v"],
  ["1 and True", "1", "True", "v"],
  ["0.0 and -0.0", "0.0", "-0.0", "v"],
  ["a list and a tuple", "[1]", "(1,)", "type(v)"],
  ["the order of keys", "{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", "list(v)"],
  ["a key that is text and one that is a number", "{1: 0}", "{'1': 0}", "v"],
  ["one list twice and two equal lists", "(lambda x: [x, x])([])", "[[], []]", "v[0] is v[1]"],
];

describe("values that look alike", function () {
  this.timeout(60_000);

  for (const [title, one, other, shown] of ALIKE) {
    check(title, {
      cells: { a: `v = ${one}`, b: `print(${shown})` },
      steps: [
        { ran: ["a", "b"] },
        { edit: { a: `v = ${other}` }, ran: ["a", "b"] },
        { edit: { a: `v = ${one}` }, ran: [] },
      ],
    });
  }

  check("what Python does not pickle, and can be made again as it was", {
    files: { "lines.txt": "one\ntwo\nthree\n" },
    cells: {
      f: "names = {'double': lambda n: n * 2}\nexec('def made(n): return double(n) + 1', names)\nmade = names.pop('made')",
      g: "print(made(4))",
      a: "import re, threading\nlock = threading.Lock()\nfile = open('lines.txt')\nnext(iter(file.readline, ''))\nfound = re.search(r't(\\w)', 'a two')",
      b: "class Counter:\n    def __init__(self):\n        self.n, self.lock = 0, lock\n    def count(self):\n        with self.lock:\n            self.n += 1\ncounter = Counter()\ncounter.count()",
      c: "counter.count()\nprint(counter.n, counter.lock is lock, lock.locked())",
      d: "print(file.readline(), found.group(1), found.span())",
      e: "print(file.read(), file.name, file.tell())",
    },
    steps: [
      { ran: ["f", "g", "a", "b", "c", "d", "e"], prints: { g: "9\n", c: "2 True False\n", d: "two\n w (2, 4)\n" } },
      { reopen: true, ran: [] },
      { files: { "lines.txt": "one\n2\n" }, ran: ["a", "d", "e"], prints: { d: "2\n w (2, 4)\n" } },
    ],
  });
});

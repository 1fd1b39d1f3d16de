/** A small notebook with something of everything in which versions of Python differ: pickles, code objects, imports, syntax. */
import type { Cells } from "../engine/bench.ts";

const MODULES = `array asyncio collections contextlib dataclasses datetime decimal enum fractions functools http io ipaddress itertools
  json logging math operator pathlib random re signal struct types typing uuid`;

/** Expressions; every value is made in one cell and printed in the one below. */
const VALUES: Readonly<Record<string, string>> = {
  numbers: "[1, True, -0.0, 2**100, 1j, float('nan'), float('inf')]",
  texts: "['é\\u0000\\ud800', b'\\xff', bytearray(b'a')]",
  nested: "{2: 'b', '1': [(1, {3}), frozenset('a')], None: {'x': ...}}",
  ranges: "[range(0, 10, 3), slice(1, None, 2), ..., NotImplemented]",
  counted:
    "[collections.Counter('abca'), collections.OrderedDict(b=1, a=2), collections.defaultdict(list, x=[1]), collections.deque([1], maxlen=2)]",
  times:
    "[datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc), datetime.timedelta(1, 2, 3), datetime.time(1, fold=1)]",
  exact: "[decimal.Decimal('1.10'), fractions.Fraction(1, 3), decimal.Context(prec=5)]",
  paths: "[pathlib.PurePosixPath('a/b'), pathlib.Path('c'), uuid.UUID(int=7), ipaddress.ip_network('10.0.0.0/8')]",
  patterns: "[re.compile('a+', re.I | re.M), re.match('(?P<k>a)+', 'aab')]",
  arrays: "[array.array('h', [1, -2]), struct.pack('<hI', 1, 2)]",
  functions: "[len, str.upper, operator.itemgetter(1), functools.partial(int, base=2), math.sqrt]",
  hints: "[int, list[int], dict[str, list[int]], typing.Optional[int], typing.Callable[[int], str], typing.Any]",
  errors: "[ValueError('x', 3), json.JSONDecodeError('m', 'doc', 1), OSError(2, 'no', 'f')]",
  drawn: "[random.Random(3).getstate()[1][:3], random.Random(4).random()]",
  members: "[http.HTTPStatus.OK, re.I | re.M, signal.SIGINT, types.SimpleNamespace(a=1), logging.getLogger('some')]",
  lambdas: "[(lambda n: lambda x: x + n)(3)(4), (lambda *a, k=[]: (a, k))(1)]",
};

const THINGS = `count = 0
log = []
def noted(f):
    @functools.wraps(f)
    def inner(*args, seen=[]):
        seen.append(args)
        return f(*args), len(seen)
    return inner
@noted
def twice(x: int) -> "int":
    """Doubles."""
    return 2 * x
def adder(n):
    def add(x, *, by=1):
        nonlocal n
        n += by
        return x + n
    return add
plus = adder(10)
@functools.lru_cache(maxsize=None)
def slow(n):
    return n if n < 2 else slow(n - 1) + slow(n - 2)
def numbers_to(n):
    yield from range(n)
async def later(x):
    await asyncio.sleep(0)
    return x
@contextlib.contextmanager
def around(name):
    log.append(f"in {name}")
    yield name
    log.append(f"out {name}")
class Base:
    made = 0
    def __init_subclass__(cls, **more):
        super().__init_subclass__(**more)
        cls.label = cls.__name__.lower()
    def __init__(self):
        type(self).made += 1
class Child(Base):
    __slots__ = ("x",)
    def __init__(self, x):
        super().__init__()
        self.x = x
    @property
    def half(self):
        return self.x / 2
@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list, compare=False)
class Colour(enum.Enum):
    RED = 1
    BLUE = "b"
Pair = collections.namedtuple("Pair", "left right")
class Row(typing.NamedTuple):
    name: str
    n: int = 0
class Problem(ValueError):
    def __init__(self, code):
        super().__init__(f"problem {code}")
        self.code = code
child, point, pair, row = Child(3), Point(1, [2]), Pair(1, [2]), Row("r")
kept = {"colour": Colour.RED, "child": child, "problem": Problem(7)}`;

const USED = `print(twice(4), twice(5), twice.__name__, twice.__doc__, twice.__annotations__)
print(plus(1), plus(1, by=5), slow(30), slow.cache_info(), list(numbers_to(3)))
print(await later(3))
with around("a") as name:
    print(name, log)
print(child.half, Child.made, Base.made, Child.label, kept["child"] is child, type(child) is Child)
print(point, Point(0) < point, pair, pair._replace(left=5), row, Row.__annotations__)
print(kept["colour"] is Colour.RED, Colour("b"), kept["problem"], kept["problem"].code, isinstance(kept["problem"], Problem))
print([f.__qualname__ for f in (adder, plus, Child.half.fget, slow)], plus.__code__.co_varnames)`;

export const FILES: Readonly<Record<string, string>> = {
  "data.txt": "four\nlines\nof\ntext\n",
  "helper.py":
    "import re\nN = 1\nclass Thing:\n    uses = 0\ndef grow(by=1):\n    global N\n    N += by\n    Thing.uses += 1\n    return N\n",
};

const print = (name: string): string =>
  `print("${name}", ${name}, [type(item).__qualname__ for item in ${name}] if type(${name}) is list else "")`;

export const NOTEBOOK: Cells = {
  imports: `import ${MODULES.split(/\s+/).join(", ")}`,
  values: Object.entries(VALUES)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n"),
  shown: Object.keys(VALUES).map(print).join("\n"),
  things: THINGS,
  used: USED,
  changed: "nested['new'] = [1]\nChild(9)\nlog.append('more')\ncount += 1\nkept['child'].x = 8",
  after: "print(nested, Child.made, log, count, child.x, child.half, plus(0))",
  reads:
    "import os\nwith open('data.txt') as file:\n    lines = sum(1 for _ in file)\nprint(lines, os.path.exists('gone.txt'), os.environ.get('WHO'))",
  module: "import helper\nhelper.grow(3)\nprint(helper.N)",
  below: "print(helper.N, helper.Thing.uses, helper.grow())",
  fails: "def bad(x):\n    return x / 0\nbad(lines)",
  apart: "print(lines + 1)",
};

export interface Since {
  readonly since: string;
  readonly defines: string;
  /** In a cell below. */
  readonly uses: string;
  readonly prints: string;
}

/** What came with a version. In one before it the first cell fails. */
export const LANGUAGE: readonly Since[] = [
  {
    since: "3.9",
    defines: "d = {'a': 1} | {'b': 2}\n@(lambda f: f)\ndef f(x: list[int]): return x",
    uses: "print(d, f([1]))",
    prints: "{'a': 1, 'b': 2} [1]\n",
  },
  {
    since: "3.10",
    defines:
      "def kind(v):\n    match v:\n        case {'k': [first, *_]}: return first\n        case int() | str(): return 'plain'\n        case _: return None",
    uses: "with (open('data.txt') as a, open('data.txt') as b):\n    print(kind({'k': [3, 4]}), kind(1), kind(1.5), a.read() == b.read())",
    prints: "3 plain None True\n",
  },
  {
    since: "3.10",
    defines:
      "match {'k': [1, 2, 3]}:\n    case {'k': [first, *others], **more} if first < 2:\n        pass\nalias = int | None",
    uses: "print(first, others, more, alias, isinstance(None, alias))",
    prints: "1 [2, 3] {} int | None True\n",
  },
  {
    since: "3.11",
    defines:
      "caught = []\ntry:\n    raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\nexcept* ValueError as group:\n    caught.append(group)\nexcept* TypeError as group:\n    caught.append(group)\ncaught[0].add_note('n')",
    uses: "print(caught, caught[0].exceptions, caught[0].__notes__)",
    prints: "[ExceptionGroup('g', [ValueError(1)]), ExceptionGroup('g', [TypeError(2)])] (ValueError(1),) ['n']\n",
  },
  {
    since: "3.12",
    defines:
      "class Box[T]:\n    def __init__(self, item: T): self.item = item\ndef first[T](items: list[T]) -> T: return items[0]\nbox = Box(3)",
    uses: "print(first([box]).item, Box[int], f'{'nested ' + f\"{box.item}\"}', type(box) is Box, Box.__type_params__)",
    prints: "3 __main__.Box[int] nested 3 True (T,)\n",
  },
  {
    since: "3.12",
    defines: "type Two[T] = tuple[T, Other]\nOther = float\ntype Tree = int | list[Tree]\naliases = [Two, Tree]",
    uses: "print(Two.__value__, Two[int], Tree.__value__, [alias.__name__ for alias in aliases], aliases[0] is Two)",
    prints: "tuple[T, float] Two[int] int | list[Tree] ['Two', 'Tree'] True\n",
  },
  {
    since: "3.13",
    defines:
      "import copy, types\ndef f():\n    x = 1\n    locals()['x'] = 2\n    return locals()\npoint = copy.replace(types.SimpleNamespace(a=1), a=2)",
    uses: "print(f(), point)",
    prints: "{'x': 1} namespace(a=2)\n",
  },
];

/** Cells that fail, by themselves. */
export const FAILURES: readonly string[] = [
  "def bad(x):\n    return (x\n            / 0)\nbad(1)",
  "import json\njson.loads('{')",
  "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('é') from error",
  "try:\n    int('x')\nexcept ValueError:\n    undefined_name",
  "x = 1 +* 2",
  "def f():\n    return 1\n  y = 2",
  "class Problem(Exception):\n    def __str__(self): return 'two\\nlines'\nraise Problem",
];

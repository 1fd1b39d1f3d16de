/**
 * Statements that a generated notebook is made of. Each says what it needs and what it leaves, so that most programs
 * run; a few fail on purpose. They print deterministic things only.
 *
 * Long because: a table.
 */
import { LANGUAGE } from "./grammar-language.ts";
import { LIBRARY } from "./grammar-library.ts";
import { OBJECTS } from "./grammar-objects.ts";
import { PATCHES } from "./grammar-patches.ts";
import { SCIENCE } from "./grammar-science.ts";
import { byNeed, type Choose, Missing, type Names, Scribe, type Statement, type Template } from "./scribe.ts";

const METHODS = (s: Scribe): string =>
  s.of([
    `    def get(self):\n        return self.n + self.v`,
    `    def get(self):\n        self.n += 1\n        return self.n * self.v`,
    `    def get(self):\n        self.items.append(self.v)\n        return len(self.items)`,
    `    @property\n    def twice(self):\n        return self.n * 2\n    def get(self):\n        return self.twice`,
    `    @classmethod\n    def bump(cls):\n        cls.v += 1\n        return cls.v\n    def get(self):\n        return self.bump()`,
  ]);

const NUMBERS: readonly Template[] = [
  (s) => `${s.set("num")} = ${s.i()}`,
  (s) => `${s.set("num")} = ${s.get("num")} + ${s.i()}`,
  (s) => `${s.get("num")} += ${s.i()}`,
  (s) => {
    const [a, b] = [s.get("num"), s.get("num")];
    return `${a}, ${b} = ${b}, ${a}`;
  },
  (s) => `if ${s.get("num")} % 2:\n    ${s.get("num")} = ${s.i()}`,
  (s) => `if ${s.get("num")} > 1:\n    ${s.get("num")} = ${s.i()}\nelse:\n    ${s.get("num")} = 7`,
  (s) => `for ${s.set("num")} in range(1, ${s.i()} + 2):\n    pass`,
  (s) => `${s.set("num")} = len(${s.get("list")})`,
  (s) => `${s.set("num")} = (lambda v: v + ${s.get("num")})(${s.i()})`,
  (s) => `${s.set("num")} = ${s.get("fn")}(${s.i()})`,
  (s) => `try:\n    ${s.get("num")} = 10 // ${s.get("num")}\nexcept ZeroDivisionError as error:\n    print(error)`,
  (s) => `while ${s.get("num")} < 3:\n    ${s.get("num")} = 5\n    break`,
  (s) => `if (x := ${s.get("num")} + 1) > 2:\n    print('x', x)${s.binding("x", "num")}`,
  (s) => `import asyncio\n${s.set("num")} = await asyncio.sleep(0, ${s.get("num")} + ${s.i()})`,
  (s) => `${s.get("num")} = max(${s.get("num")}, ${s.i()})\nprint(${s.get("num")})`,
  (s) => `del ${s.drop("num")}`,
  (s) => `del ${s.drop(s.of(["num", "list", "dict", "fn"]))}`,
  (s) => `try:\n    print(${s.gone()})\nexcept NameError:\n    print('gone')`,
  (s) => `print(globals().get('${s.gone()}', 'gone'))`,
  (s) => {
    const name = s.gone();
    return `def ask():\n    return '${name}' in globals() or ${s.i()}\nprint(ask())`;
  },
  (s) => `try:\n    print(${s.of(["n", "m", "x", "xs", "ys"])})\nexcept NameError:\n    print('no such name')`,
  (s) => `assert ${s.get("num")} != 3`,
];

const LISTS: readonly Template[] = [
  (s) => `${s.set("list")} = [${s.i()}, ${s.i()}]`,
  (s) => `${s.set("list")} = []`,
  (s) => `${s.get("list")}.append(${s.i()})`,
  (s) => `${s.get("list")}.append(${s.get("num")})`,
  (s) => `${s.get("list")} += [${s.i()}]`,
  (s) => `${s.get("list")}[:1] = [${s.i()}]`,
  (s) => `${s.set("list")} = ${s.get("list")} + [${s.i()}]`,
  (s) => `${s.set("list")} = ${s.get("list")}`,
  (s) => `${s.set("list")} = list(${s.get("list")})`,
  (s) => `${s.set("list")} = [v + ${s.get("num")} for v in ${s.get("list")}]`,
  (s) => `${s.set("list")} = [v for v in ${s.get("list")} if v != ${s.i()}]`,
  (s) => `${s.get("list")}.reverse()`,
  (s) => `${s.get("list")}.sort(key=str)`,
  (s) => `print(${s.get("list")}.pop() if len(${s.get("list")}) > 2 else 'short')`,
  (s) => `del ${s.get("list")}[:1]`,
  (s) => `for v in list(${s.get("list")}):\n    ${s.get("list")}.append(v)\n    break`,
  (s) => `${s.get("change")}(${s.get("list")})`,
  (s) => `${s.set("list")} = list(map(${s.get("fn")}, [${s.i()}, ${s.i()}]))`,
  (s) => `print(${s.get("list")} is ${s.get("list")})`,
  (s) => `print(sorted(${s.get("list")}, key=str))`,
  (s) => `first, *${s.set("list")} = ${s.get("list")} or [0]`,
  (s) => `import random\nrandom.shuffle(${s.get("list")})`,
  (s) => `[${s.get("list")}.append(v) for v in range(${s.i()})]`,
];

const CONTAINERS: readonly Template[] = [
  (s) => `${s.set("dict")} = {'a': ${s.i()}}`,
  (s) => `${s.get("dict")}['b'] = ${s.get("num")}`,
  (s) => `${s.get("dict")}['l'] = ${s.get("list")}`,
  (s) => `${s.get("dict")}.setdefault('l', []).append(${s.i()})`,
  (s) => `${s.set("list")} = ${s.get("dict")}.setdefault('l', [])`,
  (s) => `${s.set("list")} = ${s.get("dict")}['l'] if 'l' in ${s.get("dict")} else []`,
  (s) => `${s.get("dict")}.update(c=${s.i()})`,
  (s) => `${s.get("dict")} |= {'q': ${s.i()}}`,
  (s) => `${s.set("dict")} = ${s.get("dict")}`,
  (s) => `${s.set("dict")} = dict(${s.get("dict")})`,
  (s) => `import copy\n${s.set("dict")} = copy.deepcopy(${s.get("dict")})`,
  (s) => `${s.get("dict")}.pop('a', None)`,
  (s) => `print(len(${s.get("dict")}), sorted(${s.get("dict")}))`,
  (s) => `for k in ${s.get("dict")}:\n    print(k)`,
  (s) => `${s.set("tuple")} = (${s.get("list")}, ${s.get("num")})`,
  (s) => `${s.get("tuple")}[0].append(${s.i()})`,
  (s) => `${s.set("list")}, ${s.set("num")} = ${s.get("tuple")}`,
  (s) => `print(${s.get("tuple")}[0])`,
  (s) => `${s.set("table")} = {'f': ${s.get("fn")}, 'g': lambda v: v + ${s.get("num")}}`,
  (s) => `${s.set("table")} = {'f': lambda v: v, 'g': ${s.get("fn")}}`,
  (s) => `${s.get("table")}['f'] = ${s.get("fn")}`,
  (s) => `print(${s.get("table")}['f'](${s.i()}), ${s.get("table")}['g'](${s.i()}))`,
  (s) => `${s.set("fn")} = ${s.get("table")}['g']`,
];

/** Only later functions call earlier ones, so that nothing recurses for ever. */
const inner = (s: Scribe, name: string): string => s.named(s.of({ f: [], g: ["f"], h: ["f", "g"] }[name] ?? []), "fn");

const FUNCTIONS: readonly Template[] = [
  (s) => `def ${s.set("fn")}(v):\n    return v + ${s.i()}`,
  (s) => `def ${s.set("fn")}(v):\n    return v + ${s.get("num")}`,
  (s) => `def ${s.set("fn")}(v, w=${s.get("num")}):\n    return v * 10 + w`,
  (s) => `def ${s.set("fn")}(v, seen=[]):\n    seen.append(v)\n    return len(seen)`,
  (s) => `def ${s.set("fn")}(v, *, seen={}):\n    seen[v] = v\n    return len(seen)`,
  (s) => `def ${s.set("fn")}(v):\n    ${s.get("list")}.append(v)\n    return v`,
  (s) => `def ${s.set("fn")}(v):\n    return len(${s.get("list")}) + v`,
  (s) => `def ${s.set("fn")}(v, into=${s.get("list")}):\n    into.append(v)\n    return len(into)`,
  (s) => `def ${s.set("fn")}(v):\n    ${s.get("dict")}['z'] = v\n    return len(${s.get("dict")})`,
  (s) => {
    const name = s.get("num");
    return `def ${s.set("fn")}(v):\n    global ${name}\n    ${name} = v\n    return v`;
  },
  (s) => {
    const name = s.get("num");
    return `def ${s.set("fn")}(v):\n    global ${name}\n    ${name} += 1\n    return ${name}`;
  },
  (s) => {
    const name = s.set("fn");
    return `def ${name}(v):\n    return ${inner(s, name)}(v) * 2`;
  },
  (s) => {
    const name = s.set("fn");
    return `def ${name}(v, call=${inner(s, name)}):\n    return call(v) + 1`;
  },
  (s) => `def make(k):\n    def inner(v):\n        return v + k\n    return inner\n${s.set("fn")} = make(${s.i()})`,
  (s) =>
    `def make():\n    c = 0\n    def inner(v):\n        nonlocal c\n        c += v\n        return c\n    return inner\n${s.set("fn")} = make()`,
  (s) =>
    `def bank(total):\n    def put(v):\n        nonlocal total\n        total += v\n        return total\n    return put, lambda v: total - v\n${s.twins()} = bank(${s.i()})`,
  (s) => `def make(k):\n    return lambda v: (k.append(v), len(k))[1]\n${s.set("fn")} = make(${s.get("list")})`,
  (s) =>
    `def pair():\n    c = []\n    def put(v):\n        c.append(v)\n        return len(c)\n    return put, lambda v: c + [v]\n${s.twins()} = pair()`,
  (s) =>
    `def counter():\n    c = 0\n    def up(v):\n        nonlocal c\n        c += v\n        return c\n    return up, lambda v: c\n${s.twins()} = counter()`,
  (s) => {
    const [one, other] = s.both();
    return `${one}(${s.i()})\nprint(${other}(${s.i()}))`;
  },
  (s) => `${s.both()[0]}(${s.i()} + 1)`,
  (s) => `print('twin', ${s.both()[0]}(${s.i()}))`,
  (s) => `${s.set("fn")} = lambda v: v * ${s.get("num")}`,
  (s) => `${s.set("fn")} = lambda v, w=${s.get("num")}: v - w`,
  (s) => `def ${s.set("deco")}(fn):\n    def inner(v):\n        return fn(v) + ${s.i()}\n    return inner`,
  (s) =>
    `import functools\ndef ${s.set("deco")}(fn):\n    calls = []\n    @functools.wraps(fn)\n    def inner(v):\n        calls.append(v)\n        return fn(v) + len(calls)\n    return inner`,
  (s) => `@${s.get("deco")}\ndef ${s.set("fn")}(v):\n    return v + ${s.get("num")}`,
  (s) => `import functools\n@functools.lru_cache\ndef ${s.set("fn")}(v):\n    return v * 3`,
  (s) => `import functools\n${s.set("fn")} = functools.partial(lambda a, b: a - b, ${s.get("num")})`,
  (s) => `def ${s.set("change")}(a):\n    a.append(len(a))`,
  (s) => `def ${s.set("change")}(a):\n    a += [${s.get("num")}]`,
  (s) => `def ${s.set("change")}(a):\n    a.sort(key=str)\n    return a`,
  (s) => `if ${s.get("num")} % 2:\n    def ${s.get("fn")}(v):\n        return -v`,
  (s) => `${s.get("fn")}.tag = ${s.i()}`,
  (s) => `print(getattr(${s.get("fn")}, 'tag', 'no tag'))`,
  (s) => `print(${s.get("fn")}(${s.i()}))`,
  (s) => `print(${s.get("fn")}(${s.i()}), ${s.get("fn")}(${s.i()}))`,
  (s) => `print([${s.get("fn")}(v) for v in range(2)])`,
  (s) => `${s.set("fn")} = ${s.named("f", "fn")}`,
  (s) =>
    `def gen(k):\n    for v in range(k):\n        yield v + ${s.get("num")}\n${s.set("list")} = list(gen(${s.i()}))`,
  (s) => `def recurse(v):\n    return v if v < 1 else v + recurse(v - 1)\nprint(recurse(${s.i()}))`,
];

const CLASSES: readonly Template[] = [
  (s) =>
    `class ${s.set("class")}:\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n = n\n        self.items = []\n${METHODS(s)}`,
  (s) =>
    `class A:\n    v = ${s.i()}\n    count = 0\n    def __init__(self, n=0):\n        A.count += 1\n        self.n = n\n        self.items = []\n${METHODS(s)}${s.binding("A", "class")}`,
  (s) =>
    `class ${s.set("class")}:\n    v = ${s.get("num")}\n    items = []\n    def __init__(self, n=0):\n        self.n = n\n${METHODS(s)}`,
  (s) =>
    `from dataclasses import dataclass, field\n@dataclass\nclass ${s.set("class")}:\n    n: int = 0\n    items: list = field(default_factory=list)\n    v = ${s.i()}\n${METHODS(s)}`,
  (s) =>
    `class B(${s.named("A", "class")}):\n    def get(self):\n        return super().get() + ${s.i()}${s.binding("B", "class")}`,
  (s) => `class B(${s.named("A", "class")}):\n    v = ${s.i()}${s.binding("B", "class")}`,
  (s) =>
    `class ${s.set("class")}:\n    v = 1\n    def __init__(self, n=0):\n        self.n, self.items = n, ${s.get("list")}\n${METHODS(s)}`,
  (s) => `${s.set("object")} = ${s.get("class")}(${s.i()})`,
  (s) => `${s.set("object")} = ${s.get("class")}(n=${s.get("num")})`,
  (s) => `${s.set("object")} = ${s.get("object")}`,
  (s) => `import copy\n${s.set("object")} = copy.copy(${s.get("object")})`,
  (s) => `${s.get("object")}.n = ${s.i()}`,
  (s) => `${s.get("object")}.n += 1`,
  (s) => `setattr(${s.get("object")}, 'n', ${s.i()})`,
  (s) => `${s.get("object")}.items.append(${s.i()})`,
  (s) => `${s.get("object")}.items = ${s.get("list")}`,
  (s) => `${s.set("list")} = ${s.get("object")}.items`,
  (s) => `${s.get("object")}.friend = ${s.get("object")}`,
  (s) => `getattr(${s.get("object")}, 'friend', ${s.get("object")}).n += 10`,
  (s) => `${s.get("dict")}['o'] = ${s.get("object")}`,
  (s) => `${s.get("class")}.v = ${s.i()}`,
  (s) => `${s.get("class")}.v += 1`,
  (s) => `${s.get("class")}.get = lambda self: self.n * 100`,
  (s) => `print(${s.get("object")}.get())`,
  (s) => `print(${s.get("object")}.n, ${s.get("object")}.items)`,
  (s) => `print(${s.get("class")}.v, getattr(${s.get("class")}, 'count', 'none'))`,
  (s) => `print(isinstance(${s.get("object")}, ${s.get("class")}), type(${s.get("object")}).__name__)`,
  (s) => `print(type(${s.get("object")}) is ${s.get("class")})`,
  (s) => `print(${s.get("object")} is ${s.get("object")})`,
  (s) => `${s.set("fn")} = ${s.get("object")}.__class__(2).__eq__ and (lambda v: v)`,
  (s) => `${s.set("num")} = ${s.get("object")}.get()`,
  (s) => `def ${s.set("fn")}(v):\n    return ${s.get("object")}.get() + v`,
  (s) => `def ${s.set("fn")}(v):\n    return ${s.get("class")}(v).get()`,
  (s) =>
    `from enum import Enum\nclass Color(Enum):\n    RED = ${s.i()}\n    BLUE = 9\n${s.set("dict")} = {'a': Color.RED}`,
  (s) =>
    `from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\n${s.set("tuple")} = Pair(${s.get("list")}, ${s.i()})`,
];

const SURROUNDINGS: readonly Template[] = [
  () => "import random\nprint(random.random())",
  (s) => `import random\n${s.set("num")} = random.randint(0, 9)`,
  (s) => `import random\nrandom.seed(${s.i()})`,
  (s) => `import random\ndef ${s.set("fn")}(v):\n    return v + random.randint(0, 99)`,
  (s) => `import os\nos.environ['STRATA_A'] = '${s.i()}'${s.binding("environ", "environ")}`,
  (s) => `import os\nos.environ.pop('STRATA_A', None)${s.better("environ")}`,
  (s) => `import os\nprint(os.environ.get('STRATA_A', 'unset'))${s.better("environ")}`,
  (s) =>
    `import os\ndef ${s.set("fn")}(v):\n    return str(v) + os.environ.get('STRATA_A', 'none')${s.better("environ")}`,
  (s) =>
    `import os\ndef setter(v):\n    os.environ['STRATA_A'] = str(v)\nsetter(${s.i()})${s.binding("environ", "environ")}`,
  () => "import os\nos.environ.pop('HOME', None)",
  () => "import os\nprint('HOME' in os.environ)",
  () => "print(open('data.txt').read())",
  (s) => `with open('data.txt') as file:\n    ${s.set("list")} = [int(c) for c in file.read() if c.isdigit()]`,
  (s) => `def ${s.set("fn")}(v):\n    with open('data.txt') as file:\n        return str(v) + file.read()`,
  () => "from pathlib import Path\nprint(Path('data.txt').read_text())",
  () => "import glob\nprint(sorted(glob.glob('data*.txt')))",
  () => "import os\nprint(sorted(os.listdir('sub')))",
  (s) => `try:\n    ${s.get("num")} = int(open('data2.txt').read())\nexcept OSError:\n    print('none')`,
  () =>
    "from pathlib import Path\ntry:\n    print(Path('data2.txt').read_text())\nexcept FileNotFoundError:\n    print('none')",
  () => "import os\nprint(os.path.exists('data2.txt'))",
  (s) => `import os\n${s.set("num")} = os.path.getsize('data.txt')`,
  (s) => `import os\ndef ${s.set("fn")}(v):\n    return str(v) + str(os.path.isfile('data2.txt'))`,
  () =>
    "from pathlib import Path\nprint(sum(Path(name).stat().st_size for name in ('data.txt', 'data2.txt') if Path(name).exists()))",
  () => "import os\nprint(sorted((each.name, each.is_dir(), each.stat().st_size) for each in os.scandir('sub')))",
  (s) => `import helper\nprint(helper.value(${s.i()}))`,
  (s) => `from helper import value\nprint(value(${s.i()}))`,
  (s) => `import helper\ndef ${s.set("fn")}(v):\n    return helper.value(v)`,
  (s) => `import helper\n${s.set("object")} = helper.Thing(${s.i()})`,
  (s) => `import helper\nhelper.grow(${s.get("list")})`,
  () => "import helper\nprint(helper.N)",
  (s) => `import decimal\ndecimal.getcontext().prec = ${s.i()} + 2${s.binding("decimal", "decimal")}`,
  (s) => `import decimal\nprint(decimal.Decimal(1) / 7)${s.better("decimal")}`,
  () => "import sys\nsys.path.append('lib')\nimport extra\nprint(extra.V)",
];

/**
 * Files that cells write. They are read only behind a cell that writes them: a script that reads what its own last run has
 * left gives another result each time.
 */
const WRITTEN: readonly Template[] = [
  (s) => `with open('out.txt', 'w') as file:\n    print(${s.get("num")}, file=file)${s.binding("out.txt", "file")}`,
  (s) => `from pathlib import Path\nPath('out.txt').write_text(str(${s.get("list")}))${s.binding("out.txt", "file")}`,
  (s) => `open('out.txt', 'w').write('${s.i()}')${s.binding("out.txt", "file")}`,
  (s) =>
    `def save(v):\n    with open('out.txt', 'w') as file:\n        print(v, file=file)${s.binding("save", "save")}`,
  (s) => `${s.get("save")}(${s.get("num")})${s.binding("out.txt", "file")}`,
  (s) => `print(open('out.txt').read())${s.binding("out.txt", "file", "file")}`,
  (s) => `print(open('out.txt').read())${s.binding("out.txt", "file", "file")}`,
  (s) =>
    `from pathlib import Path\n${s.set("num")} = len(Path('out.txt').read_text())${s.binding("out.txt", "file", "file")}`,
  (s) =>
    `def ${s.set("fn")}(v):\n    with open('out.txt') as file:\n        return file.read() + str(v)${s.binding("out.txt", "file", "file")}`,
  (s) => `import os\nprint(os.path.isfile('out.txt'), open('out.txt').read())${s.binding("out.txt", "file", "file")}`,
  (s) => `import os\nprint(os.path.getsize('out.txt'))${s.binding("out.txt", "file", "file")}`,
];

/** What is done to modules of the folder: `helper`, `user` that imports it, and `noisy` that prints and draws when loaded. */
const MODULES: readonly Template[] = [
  () => "import helper",
  () => "import user",
  () => "import helper, user",
  (s) => `import helper\nhelper.N = ${s.i()}`,
  (s) => `import helper\nhelper.N += ${s.i()}`,
  (s) => `${s.imported("helper")}.N = ${s.i()}`,
  (s) => `import helper\nhelper.extra = ${s.get("num")}`,
  () => "import helper\nprint(getattr(helper, 'extra', 'none'))",
  () => "import helper\nprint(helper.bump())",
  () => "import helper\nhelper.bump()",
  () => "import helper\nprint(helper.N, helper.count, helper.ROWS, len(helper.CACHE))",
  (s) => `print(${s.imported("helper")}.N, helper.count, helper.ROWS)`,
  (s) => `import helper\nhelper.CACHE['k'] = ${s.get("list")}`,
  (s) => `import helper\n${s.set("list")} = helper.ROWS`,
  (s) => `import helper\n${s.set("list")} = helper.CACHE.setdefault('k', [])`,
  (s) => `import helper\nhelper.ROWS.append(${s.i()})`,
  (s) => `import helper\nhelper.ROWS = ${s.get("list")}`,
  (s) => `from helper import ROWS\n${s.set("list")} = ROWS`,
  (s) => `from helper import N\n${s.set("num")} = N`,
  () => "from helper import N, ROWS\nprint(N, ROWS)",
  (s) => `print(${s.imported("N")}, ${s.imported("ROWS")})`,
  () => "from helper import bump\nprint(bump())",
  (s) => `import helper\nhelper.Thing.v = ${s.i()}`,
  () => "from helper import Thing\nThing.made.append(Thing.v)\nprint(Thing.made)",
  (s) => `import helper\n${s.set("object")} = helper.Thing(${s.i()})\nhelper.ROWS.append(len(helper.Thing.made))`,
  (s) => `import helper\nhelper.KEPT.append(${s.get("object")})`,
  () => "import helper\nprint([each.n for each in helper.KEPT])",
  (s) => `import helper\n${s.set("object")} = helper.KEPT[-1] if helper.KEPT else helper.Thing(1)`,
  (s) => `import helper\nhelper.value = ${s.get("fn")}`,
  (s) => `import helper\n${s.set("fn")} = helper.value`,
  () => "import importlib, helper\nimportlib.reload(helper)",
  (s) => `import user\nprint(user.peek(), user.M, user.keep(${s.i()}))`,
  (s) => `import user\nuser.M = ${s.i()}`,
  () => "import user, helper\nprint(user.ROWS is helper.ROWS, user.ROWS)",
  () => "import noisy\nprint(noisy.R)",
  (s) => `import noisy\nnoisy.R = ${s.i()}`,
  (s) =>
    `import helper\nclass ${s.set("class")}:\n    v = helper.N\n    def __init__(self, n=helper.N):\n        self.n, self.items = n, []\n    def get(self):\n        return self.v + helper.N`,
  (s) => `import helper\ndef ${s.set("fn")}(v, w=helper.N):\n    return v * 10 + w`,
  (s) =>
    `import helper\nclass ${s.set("class")}(helper.Listed):\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    def get(self):\n        return len(helper.NAMES)${s.binding("Listed", "listed")}`,
  (s) =>
    `import helper\n@helper.listed\ndef ${s.set("fn")}(v):\n    return v + len(helper.NAMES)${s.binding("Listed", "listed")}`,
  (s) => `import helper\nprint(helper.NAMES)${s.better("listed")}`,
  (s) => `import helper\nhelper.NAMES.clear()${s.better("listed")}`,
  (s) => `import user\n@user.counted\ndef ${s.set("fn")}(v):\n    return v + 1`,
  () => "import user\nprint(user.marked(2))",
  (s) => `def ${s.set("fn")}(v):\n    import helper\n    helper.N += 1\n    return helper.N + v`,
  (s) => `def ${s.set("fn")}(v):\n    return ${s.imported("helper")}.bump() + v`,
];

/** They defeat the analysis: names are bound, used and changed by text that only a run knows. */
const DYNAMIC: readonly Template[] = [
  (s) => `exec('${s.set("num")} = ${s.i()}')`,
  (s) => `exec('${s.get("num")} += ${s.i()}')`,
  (s) => `exec('${s.get("list")}.append(${s.i()})')`,
  (s) => `exec('def ${s.set("fn")}(v):\\n    return v + ${s.i()}')`,
  (s) => `globals()['${s.set("num")}'] = ${s.i()}`,
  (s) => `globals()['${s.get("list")}'].append(${s.i()})`,
  (s) => `vars().update(${s.set("num")}=${s.i()})`,
  (s) => `globals().update({'${s.set("num")}': ${s.i()}, '${s.set("num")}': ${s.i()} + 1})`,
  (s) => `def put(v):\n    exec(f'global ${s.get("num")}; ${s.set("num")} = {v}', globals())\nput(${s.i()})`,
  (s) => `exec('${s.get("fn")} = lambda v: v - ${s.i()}')`,
  (s) => `print(eval('${s.get("num")} + ${s.i()}'))`,
  () => "print(globals().get('m', 'none'), globals().get('ys', 'none'))",
  (s) => `def ${s.set("fn")}(v):\n    return eval('${s.get("num")} + v')`,
  (s) => `def ${s.set("fn")}(v):\n    globals()['${s.get("num")}'] = v\n    return v`,
  () => "from helper import *\nprint(N)",
  (s) => `for name in ('${s.get("num")}', '${s.get("list")}'):\n    print(name, globals()[name])`,
];

/** Rarely: they fail, or move the ground. */
const RARE: readonly Template[] = [
  () => "import os\nos.chdir('sub')",
  (s) => `import threading\nlock = threading.Lock()\nwith lock:\n    ${s.set("num")} = ${s.i()}`,
  () => "raise ValueError('wrong')",
  () => "print(undefined_name)",
  () => "import warnings\nwarnings.simplefilter('error')",
  (s) => `it = iter(${s.get("list")})\nprint(next(it, 'end'))`,
];

interface Group {
  readonly templates: readonly Template[];
  /** How often one is chosen, and how often in a notebook with numpy and pandas. */
  readonly weight: number;
  readonly science: number;
}

const GROUPS: Readonly<Record<string, Group>> = {
  numbers: { templates: NUMBERS, weight: 5, science: 2 },
  lists: { templates: LISTS, weight: 6, science: 2 },
  containers: { templates: CONTAINERS, weight: 4, science: 1 },
  functions: { templates: FUNCTIONS, weight: 7, science: 3 },
  classes: { templates: CLASSES, weight: 7, science: 2 },
  surroundings: { templates: SURROUNDINGS, weight: 6, science: 2 },
  modules: { templates: MODULES, weight: 7, science: 1 },
  rare: { templates: RARE, weight: 1, science: 1 },
  science: { templates: SCIENCE, weight: 0, science: 20 },
  dynamic: { templates: DYNAMIC, weight: 5, science: 1 },
  written: { templates: WRITTEN, weight: 2, science: 1 },
  language: { templates: LANGUAGE, weight: 5, science: 1 },
  objects: { templates: OBJECTS, weight: 5, science: 1 },
  library: { templates: LIBRARY, weight: 3, science: 1 },
  // Only where a campaign is about them.
  patches: { templates: PATCHES, weight: 0, science: 0 },
};

/** A campaign about one of them. */
const ABOUT = process.env.PROPERTY_ABOUT;
const ABOUT_WEIGHT = 40;

/** What the statements of a notebook are chosen from, and how often each group is. */
export type Theme = readonly (readonly [templates: readonly Template[], weight: number])[];

/** How much more often something is chosen that the notebook is about. */
const SUBJECT_WEIGHT = 25;
const NO_SUBJECTS: ReadonlySet<string> = new Set(["rare", "science", "patches"]);

/** Most notebooks are about two subjects: of the whole grammar, two statements that concern each other would rarely meet in one. */
export function themeOf(choose: Choose, science: boolean): Theme {
  const subjects = Object.keys(GROUPS).filter((name) => !NO_SUBJECTS.has(name));
  const about = choose(4) === 0 ? [] : [subjects[choose(subjects.length)], subjects[choose(subjects.length)]];
  return Object.entries(GROUPS).map(([name, group]) => {
    const usual = science ? group.science : group.weight;
    const weight = name === ABOUT ? ABOUT_WEIGHT : usual + (about.includes(name) ? SUBJECT_WEIGHT : 0);
    return [group.templates, weight];
  });
}

/** What few statements are about: where it is there, it is gone on with more often than chance would have it. */
const FOLLOWING = new Map(
  [...byNeed(Object.values(GROUPS).flatMap(({ templates }) => templates))].filter(([, { length }]) => length <= 8),
);

const TRIES = 20;
/** So many of them are for a statement about what was asked for. */
const AIMED = 12;

/** One statement that makes sense where these names are known; if it can be had, one that has to do with some of `aim`. */
export function statement(names: Names, choose: Choose, theme: Theme, aim: ReadonlySet<string>): Statement {
  const following = [...names.values()].flatMap((kind) => FOLLOWING.get(kind) ?? []);
  for (let tries = 0; tries < TRIES; tries += 1) {
    let at = choose(theme.reduce((sum, [, weight]) => sum + weight, 0));
    const [chosen] = theme.find(([, weight]) => {
      at -= weight;
      return at < 0;
    }) ?? [NUMBERS];
    const templates = following.length > 0 && choose(3) === 0 ? following : chosen;
    const template = templates[choose(templates.length)] as Template;
    const scribe = new Scribe(names, choose);
    try {
      const text = template(scribe);
      const { needs, leaves, likes } = scribe;
      if (tries < AIMED && aim.size > 0 && ![...needs, ...leaves].some(([name]) => aim.has(name))) continue;
      return { text, leaves: [...importedBy(text), ...leaves], needs, likes };
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
    }
  }
  return { text: "n = 1", leaves: [["n", "num"]], needs: [] };
}

/** Names that hold modules of the folder, or what is taken from them, after the text has run. */
function importedBy(text: string): [name: string, kind: string][] {
  return text.split("\n").flatMap((line): [string, string][] => {
    const [, from, names] = /^(from \w+ )?import ([\w, ]+)$/.exec(line) ?? [];
    if (names === undefined || !/helper|user|noisy/.test(from ?? names)) return [];
    return names.split(", ").map((name) => [name, "import"]);
  });
}

const SHOWN: Readonly<Record<string, (name: string) => string>> = {
  num: (name) => `print('${name}', ${name})`,
  list: (name) => `print('${name}', ${name})`,
  dict: (name) =>
    `print('${name}', {k: v if isinstance(v, (int, list)) else type(v).__name__ for k, v in ${name}.items()})`,
  fn: (name) => `print('${name}', ${name}(1))`,
  object: (name) => `print('${name}', ${name}.n, ${name}.items, ${name}.get())`,
  class: (name) => `print('${name}', ${name}.v, ${name}(1).get())`,
  array: (name) => `print('${name}', ${name}.tolist(), ${name}.dtype)`,
  frame: (name) => `print('${name}', ${name}.to_dict('list'), list(${name}.index))`,
  series: (name) => `print('${name}', ${name}.tolist(), ${name}.name)`,
  row: (name) => `print('${name}', ${name})`,
  grid: (name) => `print('${name}', ${name}, ${name}[0] is ${name}[-1])`,
};

const CALLED: ReadonlySet<string> = new Set(["fn", "object", "class"]);

/** A print of something that is there, so that what happened shows. */
export function show(names: Names, own: readonly Statement[], choose: Choose): Statement | undefined {
  const mine = new Set(own.flatMap(({ leaves }) => leaves.map(([name]) => name)));
  const known = [...names].filter(([, kind]) => kind in SHOWN);
  // Of what the cell has bound, so that what is below finds it used; of what calls something; of all there is.
  const groups = [known.filter(([name]) => mine.has(name)), known.filter(([, kind]) => CALLED.has(kind)), known];
  const printable = groups.slice(choose(groups.length)).find((group) => group.length > 0) ?? [];
  const chosen = printable[choose(Math.max(1, printable.length))];
  if (chosen === undefined) return undefined;
  const [name, kind] = chosen;
  return { text: SHOWN[kind]?.(name) ?? "", leaves: [], needs: [[name, kind]] };
}

export function after(names: Names, statements: readonly Statement[]): Names {
  const next = new Map(names);
  for (const { leaves } of statements) {
    for (const [name, kind] of leaves) {
      if (kind === undefined) next.delete(name);
      else next.set(name, kind);
    }
  }
  return next;
}

/** The kinds of what statements do not find, executed one after the other. */
export function lackedBy(statements: readonly Statement[]): ReadonlySet<string> {
  const lacked = new Set<string>();
  let names: Names = new Map();
  for (const statement of statements) {
    for (const [name, kind] of statement.needs) if (names.get(name) !== kind) lacked.add(kind);
    names = after(names, [statement]);
  }
  return lacked;
}

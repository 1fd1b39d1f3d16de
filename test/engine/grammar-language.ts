/** Statements about the language: scopes, unpacking, blocks that bind, iterators, names of builtins, names of no one's. */
import type { Template } from "./scribe.ts";

/** Built-in functions that a notebook gives another meaning, and what with; nothing that the script's own frame needs. */
const SHADOWS = ["sum", "max", "len", "sorted", "abs"] as const;

export const LANGUAGE: readonly Template[] = [
  // Unpacking, chains and stores in place.
  (s) => `${s.set("row")} = (${s.i()}, ${s.i()})`,
  (s) => `${s.get("row")} += (${s.i()},)`,
  (s) => `*${s.set("list")}, ${s.set("num")} = ${s.get("row")}`,
  (s) => `${s.set("num")}, (${s.set("num")}, *${s.set("list")}) = ${s.i()}, (${s.i()}, ${s.i()}, ${s.i()})`,
  (s) =>
    `try:\n    ${s.get("tuple")}[0].__iadd__([${s.i()}])\n    ${s.get("tuple")}[0] += [${s.i()}]\nexcept TypeError:\n    print('a tuple')`,
  (s) => `xs = ys = [${s.i()}]${s.binding("xs", "list")}${s.binding("ys", "list")}`,
  (s) => `${s.get("dict")}['l'] = ${s.set("list")} = [${s.i()}]`,
  (s) => {
    const [a, b] = [s.get("list"), s.get("list")];
    return `${a}, ${b} = ${b}, ${a}`;
  },
  (s) => `${s.get("list")} *= 2\ndel ${s.get("list")}[4:]`,
  (s) => `${s.get("list")}[:] = []`,
  (s) => `${s.get("list")}[len(${s.get("list")}):], ${s.set("num")} = [${s.i()}], ${s.i()}`,
  (s) => `print(*${s.get("list")}, sep='/')`,
  (s) => `${s.set("list")} = [*${s.get("list")}, *${s.get("row")}]`,
  (s) => `${s.set("dict")} = {**${s.get("dict")}, 'k': ${s.i()}}`,
  (s) => `print(${s.get("fn")}(*[${s.i()}]))`,
  (s) => `${s.set("grid")} = [[${s.i()}]] * 2`,
  (s) => `${s.set("grid")} = [${s.get("list")}, ${s.get("list")}]`,
  (s) => `${s.get("grid")}[0].append(${s.i()})`,
  (s) => `for row in ${s.get("grid")}:\n    row.append(len(row))`,
  (s) => `${s.get("grid")}.append(${s.get("grid")}[0])`,
  (s) => `print(${s.get("grid")}[0] is ${s.get("grid")}[-1], ${s.get("grid")})`,
  (s) => `${s.set("num")}: int = ${s.i()}`,
  (s) => `${s.of(["n", "m"])}: int`,
  // Scopes.
  (s) => `print([n for n in range(${s.i()})], [(lambda: v)() for v in ${s.get("list")}])`,
  (s) => `print([last := v for v in (1, ${s.i()})], last)${s.binding("last", "last")}`,
  (s) => `${s.set("num")} = ${s.i()} + ${s.get("num")}${s.binding("last", "last", "last")}\nprint(last)`,
  (s) => {
    const name = s.get("num");
    return `while (${name} := ${name} - 1) > 0:\n    pass`;
  },
  (s) => `${s.set("fn")} = [lambda v: v + k for k in range(${s.i()} + 1)][0]`,
  (s) => {
    const name = s.set("num");
    return `for ${name} in range(${s.i()} + 1):\n    def ${s.set("fn")}(v):\n        return v + ${name}`;
  },
  (s) => `${s.set("table")} = {k: lambda v, k=k: v + len(k) for k in 'fg'}`,
  (s) =>
    `def outer(v):\n    def inner():\n        global ${s.get("num")}\n        ${s.get("num")} = v\n    inner()\n    return v\n${s.set("fn")} = outer`,
  (s) => {
    const name = s.get("num");
    return `def make():\n    def inner(v):\n        global ${name}\n        ${name} += v\n        return ${name}\n    return inner\n${s.set("fn")} = make()`;
  },
  (s) => {
    const name = s.get("num");
    return `class Scope:\n    global ${name}\n    ${name} = ${s.i()}\n    own = ${name} + 1\nprint(Scope.own)`;
  },
  (s) =>
    `def make(v):\n    total = v\n    def add(v):\n        nonlocal total\n        total += v\n        return total\n    def reset(v):\n        nonlocal total\n        total = v\n        return total\n    return add, reset\n${s.twins()} = make(${s.i()})`,
  // Blocks that bind.
  (s) =>
    `try:\n    ${s.get("num")} = 10 // ${s.get("num")}\nexcept ZeroDivisionError as m:\n    print(m)\nelse:\n    print('else')\nfinally:\n    print('end')`,
  (s) => `try:\n    raise KeyError(${s.i()})\nexcept KeyError as error:\n    ${s.set("error")} = error`,
  (s) => `print(type(${s.get("error")}).__name__, ${s.get("error")}.args)`,
  (s) => `try:\n    raise ${s.get("error")}\nexcept LookupError as error:\n    print('again', error)`,
  (s) =>
    `match ${s.get("num")}:\n    case 0 | 1:\n        ${s.get("num")} = 4\n    case ${s.set("num")}:\n        print('other')`,
  (s) =>
    `match ${s.get("dict")}:\n    case {'a': found, **rest}:\n        print(found, len(rest))\n    case _:\n        print('none')`,
  (s) =>
    `match ${s.get("list")}:\n    case [first, *rest]:\n        ${s.set("list")} = rest\n    case _:\n        ys = []${s.binding("ys", "list")}`,
  (s) =>
    `for v in ${s.get("list")}:\n    if v == ${s.i()}:\n        ${s.get("num")} = v\n        break\nelse:\n    ${s.get("num")} = 9`,
  (s) => {
    const name = s.drop("num");
    return `if ${name} > 1:\n    del ${name}`;
  },
  (s) => `del ${s.get("dict")}['a']`,
  (s) =>
    `if ${s.get("num")}:\n    import math as mod\nelse:\n    import cmath as mod\nprint(mod.__name__)${s.binding("mod", "mod")}`,
  (s) =>
    `try:\n    import no_such_module as mod\nexcept ImportError:\n    import math as mod${s.binding("mod", "mod")}`,
  (s) => `print(mod.sqrt(4))${s.binding("mod", "mod", "mod")}`,
  (s) => `from math import floor as ${s.set("fn")}`,
  (s) => `import math as ${s.of(["f", "xs"])}\nprint(${s.i()})`,
  (s) => `from math import *\nprint(floor(${s.i()} + 0.5))`,
  (s) => `if __name__ == '__main__':\n    ${s.get("num")} = ${s.i()}`,
  // Iterators that are partly consumed.
  (s) => `${s.set("iter")} = iter(${s.get("list")})`,
  (s) => `${s.set("iter")} = enumerate(${s.get("list")})`,
  (s) => `${s.set("iter")} = map(${s.get("fn")}, ${s.get("list")})`,
  (s) => `import itertools\n${s.set("iter")} = itertools.count(${s.i()})`,
  (s) => `import itertools\n${s.set("iter")} = itertools.chain(${s.get("list")}, ${s.get("list")})`,
  (s) => `print(next(${s.get("iter")}, 'end'))`,
  (s) => `print(next(${s.get("iter")}, 'end'), next(${s.get("iter")}, 'end'))`,
  (s) => `print('next', next(${s.get("iter")}, 'end'))`,
  (s) => `gen = (v + ${s.get("num")} for v in range(${s.i()} + 2))\nprint(next(gen))${s.binding("gen", "gen")}`,
  (s) => `print(list(gen))${s.binding("gen", "gen", "gen")}`,
  (s) => `print(${s.of(["sum", "max"])}(v for v in ${s.get("list")} if isinstance(v, int)))`,
  // Names that mean something else than usual.
  (s) => `${s.of(SHADOWS)} = ${s.of(["lambda v, **_: 7", "min"])}${s.binding("shadow", "shadow")}`,
  (s) => `def ${s.of(SHADOWS)}(v, **more):\n    return ${s.get("num")}${s.binding("shadow", "shadow")}`,
  (s) => `print(sum([${s.i()}, 1]), max([1, ${s.i()}]), len(${s.get("list")}), abs(-2))${s.better("shadow")}`,
  (s) => `def ${s.set("fn")}(v):\n    return max([v, ${s.i()}]) + len([v])${s.better("shadow")}`,
  (s) => `${s.set("fn")} = lambda v: max([v, len([v])])${s.better("shadow")}`,
  (s) => `def make():\n    return lambda v: sum([v, ${s.i()}]) + abs(v)\n${s.set("fn")} = make()${s.better("shadow")}`,
  (s) => `try:\n    del ${s.of(SHADOWS)}\nexcept NameError:\n    print('never')${s.better("shadow")}`,
  (s) => `id = ${s.i()}\nprint(id)${s.binding("id", "id")}`,
  () => "print(id if isinstance(id, int) else 'builtin')",
  (s) => `_ = ${s.i()}${s.binding("_", "_")}`,
  (s) => `for _ in range(${s.i()} + 1):\n    pass${s.binding("_", "_")}`,
  (s) => `print(_)${s.binding("_", "_", "_")}`,
  (s) => `__version__ = '1.${s.i()}'${s.binding("__version__", "__version__")}`,
  (s) => `print(__version__)${s.binding("__version__", "__version__", "__version__")}`,
  (s) => `_private = ${s.get("list")}${s.binding("_private", "list")}`,
  // Text with effects.
  (s) => `print(f"{${s.get("list")}.append(${s.i()})} {len(${s.get("list")})} {${s.get("num")}!r:>{4}}")`,
  (s) => `print(f"{(${s.set("num")} := ${s.i()})}")`,
  (s) => `import sys\nprint('aside', file=sys.stderr)\nsys.stdout.write('${s.i()}\\n')`,
  (s) => `print('m' in globals(), 'ys' in vars(), '${s.of(["n", "q"])}' in dir())`,
  (s) => `names = {'v': ${s.i()}}\nexec('w = v + 1', names)\nprint(names['w'])`,
  (s) => `import __main__\nprint(__main__.${s.get("num")})`,
  (s) => `import sys\nsetattr(sys.modules['__main__'], '${s.set("num")}', ${s.i()})`,
  (s) => `print(hash('${s.i()}') % 100, hash((1, ${s.i()})) % 100)`,
];

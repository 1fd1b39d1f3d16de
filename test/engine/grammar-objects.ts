/** Statements about what classes and functions can do: protocols, registries, decorators that keep something, identity. */
import type { Template } from "./scribe.ts";

export const OBJECTS: readonly Template[] = [
  // Properties, descriptors, attributes by way of instances.
  (s) =>
    `class ${s.set("class")}:\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self._n, self.items = n, []\n    @property\n    def n(self):\n        return self._n\n    @n.setter\n    def n(self, n):\n        self.items.append(n)\n        self._n = n\n    def get(self):\n        return self.n * self.v`,
  (s) =>
    `class Typed:\n    seen = []\n    def __set_name__(self, owner, name):\n        self.name = '_' + name\n    def __get__(self, o, owner=None):\n        return self if o is None else o.__dict__.get(self.name, 0)\n    def __set__(self, o, value):\n        Typed.seen.append(value)\n        o.__dict__[self.name] = value\nclass ${s.set("class")}:\n    v = 2\n    n = Typed()\n    def __init__(self, n=0):\n        self.n, self.items = n, Typed.seen\n    def get(self):\n        return len(Typed.seen)`,
  (s) =>
    `class ${s.set("class")}:\n    __slots__ = ('n', 'items', 'friend')\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    def get(self):\n        return self.n + self.v`,
  (s) =>
    `import functools\nclass ${s.set("class")}:\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    @functools.cached_property\n    def slow(self):\n        self.items.append('slow')\n        return self.n + 1\n    def get(self):\n        return self.slow`,
  (s) =>
    `class ${s.set("class")}:\n    v = ${s.i()}\n    last = None\n    def __new__(cls, n=0):\n        if cls.last is None:\n            cls.last = super().__new__(cls)\n            cls.last.items = []\n        return cls.last\n    def __init__(self, n=0):\n        self.n = n\n    def get(self):\n        return self.n`,
  (s) =>
    `class ${s.set("class")}:\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    def __getattr__(self, name):\n        if name.startswith('_'):\n            raise AttributeError(name)\n        return lambda: name\n    def __eq__(self, other):\n        return isinstance(other, type(self)) and self.n == other.n\n    def __hash__(self):\n        return hash(self.n)`,
  (s) =>
    `class ${s.set("class")}(list):\n    v = ${s.i()}\n    def __init__(self, n=0):\n        super().__init__([n])\n        self.n, self.items = n, self\n    def get(self):\n        return len(self) + self.v`,
  (s) =>
    `import itertools\nclass ${s.set("class")}:\n    v = ${s.i()}\n    ids = itertools.count()\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n        self.id = next(self.ids)\n    def get(self):\n        return self.id`,
  (s) =>
    `from abc import ABC, abstractmethod\nclass Base(ABC):\n    v = ${s.i()}\n    @abstractmethod\n    def get(self):\n        return self.v${s.binding("Base", "base")}`,
  (s) =>
    `class ${s.set("class")}(Base):\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    def get(self):\n        return super().get() + self.n${s.binding("Base", "base", "base")}`,
  (s) => `Base.register(${s.get("class")})${s.binding("Base", "base", "base")}`,
  (s) =>
    `print(isinstance(${s.get("object")}, Base), issubclass(${s.get("class")}, Base))${s.binding("Base", "base", "base")}`,
  (s) => `type(${s.get("object")}).v = ${s.i()}`,
  (s) => `${s.get("object")}.__class__.v += 1`,
  (s) => `${s.get("object")}.v = ${s.i()}`,
  (s) => `print(${s.get("object")}.v, type(${s.get("object")}).v)`,
  (s) => `${s.get("class")}.more = property(lambda self: self.n + ${s.i()})`,
  (s) => `print(getattr(${s.get("object")}, 'more', 'no more'))`,
  (s) => `import types\n${s.get("object")}.get = types.MethodType(lambda self: self.n + ${s.i()}, ${s.get("object")})`,
  (s) => `del ${s.get("object")}.items[:]`,
  (s) => `${s.get("class")}.__doc__ = 'text ${s.i()}'`,
  (s) => `print(${s.get("class")}.__doc__, ${s.get("class")}.__name__, ${s.get("class")}.__module__)`,
  (s) => `${s.get("class")}.__name__ = 'Named${s.i()}'`,
  (s) => `print(hasattr(${s.get("object")}, 'n'), callable(${s.get("object")}), sorted(vars(${s.get("object")})))`,
  (s) => `import copy\n${s.set("object")} = copy.deepcopy(${s.get("object")})`,
  (s) => `${s.set("fn")} = ${s.get("list")}.count`,
  (s) => `${s.set("fn")} = ${s.get("dict")}.get`,
  (s) => `${s.set("list")} = [${s.get("object")}.n, ${s.get("class")}(${s.i()}).n]`,
  (s) => `call = ${s.get("object")}.get${s.binding("call", "call")}`,
  (s) => `print(call())${s.binding("call", "call", "call")}`,
  // Registries: what a definition does to others when it is executed.
  (s) =>
    `class Plugin:\n    found = []\n    def __init_subclass__(cls, **more):\n        super().__init_subclass__(**more)\n        Plugin.found.append(cls.__name__)${s.binding("Plugin", "plugin")}`,
  (s) => `class ${s.of(["One", "Two"])}(Plugin):\n    v = ${s.i()}${s.binding("Plugin", "plugin", "plugin")}`,
  (s) => `print(Plugin.found)${s.binding("Plugin", "plugin", "plugin")}`,
  (s) => `print([each.__name__ for each in Plugin.__subclasses__()])${s.binding("Plugin", "plugin", "plugin")}`,
  (s) =>
    `class Meta(type):\n    made = {}\n    def __new__(meta, name, bases, names):\n        cls = super().__new__(meta, name, bases, names)\n        meta.made[name] = cls\n        return cls${s.binding("Meta", "meta")}`,
  (s) =>
    `class ${s.set("class")}(metaclass=Meta):\n    v = ${s.i()}\n    def __init__(self, n=0):\n        self.n, self.items = n, []\n    def get(self):\n        return self.v${s.binding("Meta", "meta", "meta")}`,
  (s) => `print(sorted(Meta.made), [each.v for each in Meta.made.values()])${s.binding("Meta", "meta", "meta")}`,
  (s) =>
    `REGISTRY = {}\ndef register(fn):\n    REGISTRY[fn.__name__] = fn\n    return fn${s.binding("register", "register")}`,
  (s) => `@register\ndef ${s.set("fn")}(v):\n    return v + ${s.i()}${s.binding("register", "register", "register")}`,
  (s) => `print(sorted(REGISTRY), len(REGISTRY))${s.binding("register", "register", "register")}`,
  (s) =>
    `print([fn(${s.i()}) for fn in REGISTRY.values() if not isinstance(fn, type)])${s.binding("register", "register", "register")}`,
  // Decorators and wrappers that keep something.
  (s) =>
    `class Counted:\n    def __init__(self, fn):\n        self.fn, self.calls = fn, 0\n    def __call__(self, v):\n        self.calls += 1\n        return self.fn(v) + self.calls${s.binding("Counted", "deco")}`,
  (s) => `@${s.named("Counted", "deco")}\ndef ${s.set("fn")}(v):\n    return v + ${s.i()}`,
  (s) =>
    `def repeat(times):\n    def deco(fn):\n        def inner(v):\n            return [fn(v) for _ in range(times)][-1]\n        return inner\n    return deco\n@repeat(${s.i()} + 1)\ndef ${s.set("fn")}(v):\n    ${s.get("list")}.append(v)\n    return len(${s.get("list")})`,
  (s) =>
    `def ${s.set("fn")}(v):\n    ${s.of(["f", "g"])}.calls = getattr(${s.of(["f", "g"])}, 'calls', 0) + 1\n    return v`,
  (s) => `import functools\n${s.set("fn")} = functools.partial(${s.get("fn")}, ${s.i()})`,
  (s) => `import functools\n${s.set("fn")} = functools.partial(max, ${s.get("num")})`,
  (s) => `import functools\nprint(functools.reduce(lambda a, b: a + b, ${s.get("list")}, 0))`,
  (s) =>
    `import functools\n@functools.singledispatch\ndef show(v):\n    return 'any'\n@show.register\ndef of_list(v: list):\n    return 'list'${s.binding("show", "show")}`,
  (s) =>
    `@show.register(${s.of(["int", "dict"])})\ndef of_kind(v):\n    return 'kind ${s.i()}'${s.binding("show", "show", "show")}`,
  (s) => `print(show(${s.get("list")}), show(1), show({}))${s.binding("show", "show", "show")}`,
  (s) => `${s.get("fn")}.__doc__ = 'text ${s.i()}'`,
  (s) => `print(getattr(${s.get("fn")}, '__doc__', 'none'))`,
  (s) => `${s.get("fn")}.__name__ = 'named${s.i()}'`,
  (s) => `print(getattr(${s.get("fn")}, '__name__', 'no name'))`,
  (s) => `${s.get("fn")}.__defaults__ = (${s.i()},)`,
  (s) => `import inspect\nprint(inspect.signature(${s.get("fn")}))`,
  // Context managers.
  (s) =>
    `class Entered:\n    depth = 0\n    def __enter__(self):\n        Entered.depth += 1\n        return self.depth\n    def __exit__(self, *error):\n        ${s.get("list")}.append(self.depth)\n        return True${s.binding("Entered", "context")}`,
  (s) =>
    `import contextlib\n@contextlib.contextmanager\ndef Entered():\n    ${s.get("list")}.append('in')\n    try:\n        yield len(${s.get("list")})\n    finally:\n        ${s.get("list")}.append('out')${s.binding("Entered", "context")}`,
  (s) => `with Entered() as ${s.set("num")}:\n    print('inside')${s.binding("Entered", "context", "context")}`,
  (s) =>
    `import contextlib\nwith contextlib.suppress(ZeroDivisionError):\n    ${s.get("num")} = 1 // ${s.get("num")}\n    print('divided')`,
  // Records.
  (s) =>
    `from dataclasses import dataclass, field, replace\n@dataclass(frozen=True, order=True)\nclass Point:\n    x: int\n    tags: list = field(default_factory=list, compare=False)${s.binding("Point", "record")}`,
  (s) =>
    `spot = Point(${s.i()}, ${s.get("list")})${s.binding("Point", "record", "record")}${s.binding("spot", "spot")}`,
  (s) => `spot.tags.append(${s.i()})${s.binding("spot", "spot", "spot")}`,
  (s) => `print(spot, spot == Point(spot.x), {spot.x: spot}[spot.x] is spot)${s.binding("spot", "spot", "spot")}`,
  (s) =>
    `from dataclasses import replace\nother = replace(spot, x=${s.i()})\nprint(other.tags is spot.tags, other > spot)${s.binding("spot", "spot", "spot")}`,
  (s) =>
    `from typing import NamedTuple\nclass Size(NamedTuple):\n    w: int\n    h: list = []\n${s.set("tuple")} = (Size(${s.i()}).h, 1)`,
  (s) =>
    `from enum import Enum, IntFlag, auto\nclass Mode(Enum):\n    OFF = auto()\n    ON = ${s.i()} + 2\nclass Flag(IntFlag):\n    A = 1\n    B = 2${s.binding("Mode", "enum")}`,
  (s) => `mode, flag = Mode.ON, Flag.A | Flag.B${s.binding("Mode", "enum", "enum")}${s.binding("mode", "mode")}`,
  (s) => `print(mode is Mode.ON, mode is Mode(mode.value), mode, flag & Flag.A)${s.binding("mode", "mode", "mode")}`,
  (s) => `${s.get("dict")}[mode] = ${s.i()}\nprint(mode in ${s.get("dict")})${s.binding("mode", "mode", "mode")}`,
  // Identity.
  (s) => `MISSING = object()${s.binding("MISSING", "sentinel")}`,
  (s) => `${s.get("dict")}['s'] = MISSING${s.binding("MISSING", "sentinel", "sentinel")}`,
  (s) => `print(${s.get("dict")}.get('s') is MISSING)${s.binding("MISSING", "sentinel", "sentinel")}`,
  (s) => `def ${s.set("fn")}(v, w=MISSING):\n    return w is MISSING${s.binding("MISSING", "sentinel", "sentinel")}`,
  (s) => `print(id(${s.get("list")}) == id(${s.get("list")}), ${s.get("dict")} is ${s.get("dict")})`,
  (s) => `print(${s.get("object")} == ${s.get("object")}, ${s.get("object")} in [${s.get("object")}])`,
  (s) => `${s.get("list")}.append(${s.get("list")}) if len(${s.get("list")}) < 3 else None`,
  (s) => `${s.get("dict")}['me'] = ${s.get("dict")}`,
  (s) => `import weakref\nref = weakref.ref(${s.get("object")})\nprint(ref() is ${s.get("object")})`,
  (s) => `seen = {${s.get("object")}: ${s.i()}}\nprint(len(seen))${s.binding("seen", "seen")}`,
  (s) => `print(${s.get("object")} in seen)${s.binding("seen", "seen", "seen")}`,
  // Aliases of types.
  (s) =>
    `from typing import Optional, TypeVar, Generic\nT = TypeVar('T')\nclass Box(Generic[T]):\n    made = 0\n    def __init__(self, v):\n        Box.made += 1\n        self.v = v${s.binding("Box", "box")}`,
  (s) => `${s.set("row")} = (Box[int](${s.i()}).v, Box(2).v)\nprint(Box.made)${s.binding("Box", "box", "box")}`,
  (s) => `Vector = list\nprint(isinstance(${s.get("list")}, Vector))`,
];

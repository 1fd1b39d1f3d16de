"""The functions that stored pickles call when they are loaded. Their names and arguments are part of the value format:
they may gain siblings, but never change.

Unpickling finds functions by module and name only, so what they work on (the definitions and the namespace of this run)
is handed over by `use` before the first value is loaded.
"""

import io
import marshal
import pickle
import sys
import types
from importlib import import_module
from typing import Any, Callable, Optional

_by_hash: Callable[[str], Any]
_globals: dict[str, Any] = {}
_part: Callable[[str, str], Any]
_restated: Callable[[Any], None]


def use(
    by_hash: Callable[[str], Any],
    main: dict[str, Any],
    part: Callable[[str, str], Any],
    restated: Callable[[Any], None],
) -> None:
    """`restated` hears of each definition that is brought to the state it had."""
    global _by_hash, _globals, _part, _restated
    _by_hash, _globals, _part, _restated = by_hash, main, part, restated


class _Unpickler(pickle.Unpickler):
    # Whether it has met nothing but numbers, text and containers of the language's own.
    plain = True

    def find_class(self, module: str, name: str) -> Any:
        self.plain = False
        return super().find_class(module, name)


def load(stream: Any, buffers: Any) -> tuple[Any, bool]:
    """(what is stored, whether it is plain). Loads as if the cell did: what the `__setstate__` of a class looks up in
    its caller's frame (statsmodels, the functions in a formula) is found there."""
    unpickler = _Unpickler(io.BytesIO(stream), buffers=buffers)
    return types.FunctionType(_load.__code__, _globals)(unpickler), unpickler.plain


_trial = False


def trial(stream: Any, buffers: Any) -> None:
    """Loads what has just been stored, to see that it can be; functions and classes stay as they are."""
    global _trial
    _trial = True
    try:
        load(stream, buffers)
    finally:
        _trial = False


def _load(unpickler: Any) -> Any:
    return unpickler.load()


def definition(digest: str) -> Any:
    """A top-level function or class of a cell, made from its source in this process."""
    return _by_hash(digest)


def part(module: str, path: str) -> Any:
    """A function or class of a module of the user's own, by where it stands in a fresh copy of that."""
    return _part(module, path)


def named(module: str, name: str) -> Any:
    """What a module of the user's own holds under a name, where the object itself cannot be stored."""
    return vars(import_module(module))[name]


def restate(thing: Any, delta: dict[str, Any]) -> None:
    """Bring a definition to the state it had: class attributes, function attributes, defaults."""
    if _trial:
        return
    _restated(thing)
    for name in delta.get("removed", ()):
        if name in vars(thing):
            delattr(thing, name)
    for name, value in delta.get("set", {}).items():
        if name == "registry" and isinstance(thing, types.FunctionType) and "dispatch" in vars(thing):
            for kind, function in value.items():
                thing.register(kind, function)  # type: ignore[attr-defined]
            continue
        if name.startswith("<cell>"):
            thing.__closure__[int(name[6:])].cell_contents = value
            continue
        setattr(thing, name, value)


def exception(kind: type, args: tuple[Any, ...]) -> BaseException:
    """An exception as it was, without calling its class's own `__init__`."""
    made: BaseException = kind.__new__(kind, *args)
    made.args = args
    return made


def chained(made: BaseException, state: tuple[Any, Any, Any, bool]) -> None:
    """What it was raised from, and what was being handled then."""
    own, cause, context, suppressed = state
    if own is not None:
        made.__setstate__(own)
    made.__cause__, made.__context__ = cause, context
    made.__suppress_context__ = suppressed


def cell() -> types.CellType:
    return types.CellType()


def function(code: bytes, module: str, cells: tuple[types.CellType, ...]) -> types.FunctionType:
    """A function by value. The globals are the consumer's own `__main__`, so it sees its names as they are there."""
    compiled = marshal.loads(code)
    names = _globals if module == "__main__" else vars(import_module(module))
    return types.FunctionType(compiled, names, compiled.co_name, None, cells or None)


def detached(code: bytes, cells: tuple[types.CellType, ...]) -> types.FunctionType:
    """A function whose globals are no module's: text that a library made and executed, as sympy's `lambdify` does."""
    compiled = marshal.loads(code)
    return types.FunctionType(compiled, {"__builtins__": __builtins__}, compiled.co_name, None, cells or None)


def fill(target: types.FunctionType, state: dict[str, Any]) -> None:
    for one, content in state.pop("cells"):
        one.cell_contents = content
    vars(target).update(state.pop("dict"))
    target.__globals__.update(state.pop("globals", ()))
    for name, value in state.items():
        setattr(target, name, value)


def view(root: Any, dtype: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    """A numpy array that shares the memory of another."""
    numpy = sys.modules["numpy"]
    if root.dtype.hasobject:
        # Memory that holds references may be looked at through an array of them only.
        items = (root if root.flags.c_contiguous else root.T).reshape(-1)
        return numpy.lib.stride_tricks.as_strided(items[offset // root.itemsize :], shape, strides)
    flat = numpy.ndarray((root.nbytes,), "u1", root) if root.flags.c_contiguous else numpy.frombuffer(root.T, "u1")
    return numpy.ndarray(shape, dtype, flat, offset, strides)


def atoms(stream: bytes, shape: tuple[int, ...], by_columns: bool) -> Any:
    """A numpy array of strings and other objects that hold nothing."""
    array = import_module("numpy").empty(shape, object, "F" if by_columns else "C")
    (array.T if by_columns else array).reshape(-1)[:] = pickle.loads(stream)
    return array


_tuples: dict[tuple[Any, ...], type] = {}


def named_tuple(name: str, fields: tuple[str, ...], defaults: Optional[tuple[Any, ...]], module: str) -> type:
    """The class that `collections.namedtuple` made. Equal calls give one class, which two values then share."""
    from collections import namedtuple

    key = (name, fields, repr(defaults), module)
    if key not in _tuples:
        _tuples[key] = namedtuple(name, fields, defaults=defaults or None, module=module)  # type: ignore[misc]
    return _tuples[key]


_enums: dict[tuple[Any, ...], type] = {}


def functional_enum(base: type, name: str, members: tuple[tuple[str, Any], ...], module: str) -> type:
    """The class that `Enum("Name", …)` made."""
    key = (base, name, repr(members), module)
    if key not in _enums:
        _enums[key] = base(name, list(members), module=module)  # type: ignore[call-arg]
    return _enums[key]


_variables: dict[tuple[Any, ...], Any] = {}


def type_variable(kind: type, name: str, constraints: tuple[Any, ...], options: dict[str, Any]) -> Any:
    key = (kind, name, repr(constraints), repr(options))
    if key not in _variables:
        _variables[key] = kind(name, *constraints, **options)
    return _variables[key]


def cached(function: Any, parameters: dict[str, Any]) -> Any:
    """With an empty cache: it is there to be invisible."""
    from functools import lru_cache

    return lru_cache(**parameters)(function)


def bare(kind: type, *given: Any) -> Any:
    """An instance, made past what the notebook's classes do when one is made."""
    for each in kind.__mro__:
        make = vars(each).get("__new__")
        make = getattr(make, "__func__", make)
        if make is not None and make.__module__ != "__main__":
            return make(kind, *given)
    return object.__new__(kind)


def lock(kind: str) -> Any:
    """One that nobody holds, as that was."""
    import _thread

    return _thread.RLock() if kind == "RLock" else _thread.allocate_lock()


def opened(path: str, name: str, position: int, text: Optional[tuple[str, str]]) -> Any:
    """A file that is being read, where it was; the path is absolute, as the folder may be another by now."""

    def at(_name: str, flags: int) -> int:
        import os

        return os.open(path, flags)

    file: Any = open(name, "rb", opener=at) if text is None else open(name, encoding=text[0], errors=text[1], opener=at)
    file.seek(position)
    return file


def match(pattern: Any, way: str, text: Any, start: int, end: int) -> Any:
    return getattr(pattern, way)(text, start, end)

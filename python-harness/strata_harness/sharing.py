"""Which variables share memory that can change: those are stored as one value, and share it again when loaded."""

import copyreg
import datetime
import sys
import types
from collections.abc import Iterable
from typing import Any

from .memory import copies_on_write, extent
from .pickling import Dump
from .summary import immutable

_NEVER_MUTABLE = (
    int, float, complex, str, bytes, tuple, frozenset, type, types.BuiltinFunctionType, types.ModuleType,
    types.CodeType, range, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo,
)  # fmt: skip
_SHARING_NOTHING = {str, bytes, int, float, complex, tuple, frozenset}
_CONTAINERS = (list, dict, set, bytearray)


def groups(dumps: dict[str, Dump]) -> list[list[str]]:
    """The variables' names, those that share mutable memory together, in name order."""
    parent = {name: name for name in dumps}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    owner: dict[int, str] = {}
    mutable: dict[int, bool] = {}
    # The largest is only asked for what the others have.
    by_size = sorted(dumps, key=lambda name: (len(dumps[name].stream), name)) if len(dumps) > 1 else []
    for name in by_size:
        if name == by_size[-1] and not owner:
            continue
        taken = dumps[name]
        met = taken.met
        for key in [each for each in owner if each in met] if name == by_size[-1] else met:
            at, thing = met[key]
            # The first is the dict of the variables itself.
            if at == 0 or type(thing) in _SHARING_NOTHING:
                continue
            if key not in owner:
                owner[key] = name
                continue
            one, other = root(owner[key]), root(name)
            if one == other:
                continue
            if key not in mutable:
                mutable[key] = _mutable(thing, taken)
            if mutable[key]:
                parent[max(one, other)] = min(one, other)
    for one, other in _overlaps(dumps):
        first, second = root(one), root(other)
        if first != second:
            parent[max(first, second)] = min(first, second)
    found: dict[str, list[str]] = {}
    for name in sorted(dumps):
        found.setdefault(root(name), []).append(name)
    return list(found.values())


def _mutable(thing: Any, taken: Dump) -> bool:
    kind = type(thing)
    if id(thing) in taken.constants:
        return False
    if kind in _CONTAINERS or kind.__name__ == "ndarray":
        # Arrays are compared by the memory they cover.
        return kind in _CONTAINERS
    if isinstance(thing, _NEVER_MUTABLE) or immutable(thing):
        return False
    if kind is types.FunctionType:
        return thing.__module__ == "__main__" and bool(thing.__closure__ or vars(thing))
    if kind is types.CellType:
        return True
    module = kind.__module__.partition(".")[0]
    if module == "numpy" and kind.__name__.lower().find("dtype") >= 0:
        return False
    if module == "pyarrow" or (module == "pandas" and _unnoticed(thing)):
        return False
    try:
        own = copyreg.dispatch_table.get(kind)
        reduced = own(thing) if own is not None else thing.__reduce_ex__(4)
    except Exception:
        return True
    if isinstance(reduced, str):
        return False
    if reduced[0] is copyreg.__newobj__ and len(reduced[1]) == 1:  # type: ignore[attr-defined]
        # Made from nothing but its class, like `MISSING = object()`: which one it is is all that it says.
        return True
    # Made from a function and plain arguments alone: a value like a date, or a reference like a logger.
    return not (all(part is None for part in reduced[2:5]) and all(_plain(part) for part in reduced[1]))


def _plain(value: Any) -> bool:
    return isinstance(value, _NEVER_MUTABLE) and immutable(value) or isinstance(value, type)


def _unnoticed(thing: Any) -> bool:
    """Parts of pandas that frames share although a change of one frame never reaches another."""
    pandas = sys.modules.get("pandas")
    if pandas is None or isinstance(thing, pandas.Index) or type(thing).__name__.endswith("Dtype"):
        return True
    return not isinstance(thing, (pandas.DataFrame, pandas.Series)) and copies_on_write(pandas)


def _arrays(taken: Dump) -> Iterable[Any]:
    numpy = sys.modules.get("numpy")
    if numpy is None or not taken.arrays:
        return []
    return [thing for _, thing in taken.met.values() if isinstance(thing, numpy.ndarray) and thing.size]


def _overlaps(dumps: dict[str, Dump]) -> Iterable[tuple[str, str]]:
    spans = []
    for name, taken in dumps.items():
        for array in _arrays(taken):
            start, end = extent(array)
            if not any(low <= start and end <= high for low, high in taken.frozen):
                spans.append((start, end, name, id(array) in taken.lazy or not array.flags.writeable))
    spans.sort(key=lambda span: span[:2])
    reach: list[tuple[int, int, str, bool]] = []
    for span in spans:
        reach = [other for other in reach if other[1] > span[0]]
        for other in reach:
            if other[2] != span[2] and not (other[3] and span[3]):
                yield other[2], span[2]
        reach.append(span)
        if len(reach) > 64:
            # Many arrays on one stretch of memory: the longest stands for them all.
            reach = sorted(reach, key=lambda other: -other[1])[:64]


def links(taken: Iterable[Dump]) -> dict[int, Any]:
    """For the arrays of one group that are views of the same memory: id of the array -> the array it is a view of."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return {}
    by_root: dict[int, dict[int, Any]] = {}
    roots: dict[int, Any] = {}
    eager: set[int] = set()
    for one in taken:
        for array in _arrays(one):
            if type(array) is not numpy.ndarray or (array.dtype.hasobject and array.dtype.char != "O"):
                continue
            top = array
            while type(_below(top)) is numpy.ndarray:
                top = _below(top)
            if not (top.flags.c_contiguous or top.flags.f_contiguous) or not array.flags.writeable:
                continue
            start, end = extent(array)
            if any(low <= start and end <= high for low, high in one.frozen):
                continue
            roots[id(top)] = top
            if id(array) not in one.lazy:
                eager.add(id(top))
            by_root.setdefault(id(top), {})[id(array)] = array
    return {
        key: roots[top]
        for top, arrays in by_root.items()
        if top in eager
        for key in _overlapping(list(arrays.values()))
        if key != top
    }


def _below(array: Any) -> Any:
    """What it is a view of. Numpy's `as_strided` puts an object of its own in between."""
    base = array.base
    return getattr(base, "base", base) if type(base).__name__ == "DummyArray" else base


def _overlapping(arrays: list[Any]) -> set[int]:
    """Ids of the arrays whose memory another one covers too; disjoint parts of one array need no link."""
    found: set[int] = set()
    spans = sorted(((*extent(array), id(array)) for array in arrays), key=lambda span: span[:2])
    furthest = (-1, 0)
    for start, end, key in spans:
        if start < furthest[0]:
            found.update((key, furthest[1]))
        furthest = max(furthest, (end, key))
    return found

"""Takes back what executing a definition again does to modules of the user's own.

`@registry.add` and a base class that lists its subclasses tell a module of the definition. The module's state has it
already: it comes from the cells above, the one with the definition among them. So what the modules hold is looked at
before, and put back in place after, so that whoever holds a part of it goes on to.
"""

import types
from collections import deque
from collections.abc import Iterable
from typing import Any, Callable

# A module that holds more is a store of data, and not what definitions are written into.
_MOST = 20_000


def keep(modules: "Iterable[types.ModuleType]", things: "Iterable[Any]" = ()) -> "Callable[[], None]":
    """Gives the way back to how these modules, and these functions and classes of cells, are now."""
    names: set[Any] = set()
    waiting: list[Any] = []
    for thing in things:
        names.add("__main__")
        waiting.append(thing)
        if isinstance(thing, types.FunctionType):
            waiting += [vars(thing), *(thing.__closure__ or ()), *(thing.__defaults__ or ())]
            waiting += (thing.__kwdefaults__ or {}).values()
    for module in modules:
        names.add(module.__name__)
        waiting.append(vars(module))
    kept: dict[int, tuple[Any, Any]] = {}
    while waiting and len(kept) < _MOST:
        thing = waiting.pop()
        if id(thing) in kept:
            continue
        if isinstance(thing, (list, deque)):
            copy: Any = list(thing)
            waiting.extend(copy)
        elif isinstance(thing, dict):
            copy = dict(thing)
            waiting.extend(copy.values())
        elif isinstance(thing, set):
            copy = set(thing)
        elif isinstance(thing, types.CellType):
            try:
                copy = thing.cell_contents
            except ValueError:
                continue  # Not assigned yet.
            waiting.append(copy)
        elif isinstance(thing, type):
            if thing.__module__ not in names:
                continue
            copy = dict(vars(thing))
            waiting.extend(copy.values())
        elif type(thing).__module__ in names:
            own = getattr(thing, "__dict__", None)
            if isinstance(own, dict):
                waiting.append(own)
            continue
        else:
            continue
        kept[id(thing)] = (thing, copy)

    def back() -> None:
        for thing, copy in kept.values():
            _put_back(thing, copy)

    return back


def _put_back(thing: Any, copy: Any) -> None:
    if isinstance(thing, set):
        if thing != copy:
            thing.clear()
            thing.update(copy)
        return
    if isinstance(thing, types.CellType):
        thing.cell_contents = copy
        return
    if isinstance(thing, dict):
        if not _same(thing, copy):
            thing.clear()
            thing.update(copy)
        return
    if isinstance(thing, type):
        for name in [each for each in vars(thing) if each not in copy]:
            delattr(thing, name)
        for name, value in copy.items():
            if vars(thing).get(name) is not value:
                setattr(thing, name, value)
        return
    if len(thing) != len(copy) or any(one is not other for one, other in zip(thing, copy)):
        thing.clear()
        thing.extend(copy)


def _same(now: "dict[Any, Any]", before: "dict[Any, Any]") -> bool:
    return len(now) == len(before) and all(
        one is other and now[one] is before[other] for one, other in zip(now, before)
    )

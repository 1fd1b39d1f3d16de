"""Which objects are a library's, and whether a library's own state has changed: told by looking at it twice."""

import sys
import types
from collections import deque
from operator import is_
from typing import Any

from .files import library_folders

# What is looked at for one library. Of a larger one it is believed that it has changed.
_MOST = 200_000
_DEPTH = 4
_PASSING = {"__warningregistry__", "__slotnames__"}


def module_of(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return value.__name__
    name = getattr(value, "__module__", None)
    if not isinstance(name, str):
        name = type(value).__module__
    return name


def is_library(value: Any) -> bool:
    """A module of the interpreter or of an installed package, or something that one of those defines."""
    if value is None:
        return False
    if not isinstance(value, (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType)) and not callable(
        value
    ):
        return False
    module = sys.modules.get(module_of(value))
    if module is None or module.__name__ in ("__main__", "builtins") or module.__name__.startswith("strata_harness"):
        return False
    file = getattr(module, "__file__", None)
    return file is None or str(file).startswith(library_folders())


def top_of(value: Any) -> str:
    """What one imports to have it: the package, of the standard library the module itself."""
    name = module_of(value)
    top = name.partition(".")[0]
    return name if top in getattr(sys, "stdlib_module_names", ()) or top == name else top


class Fingerprint:
    """How some libraries are now, in depth, and how many attributes the classes of all others have."""

    def __init__(self, libraries: "set[str]") -> None:
        self.libraries = libraries
        self._modules = {name for name in sys.modules if self._of(name) is not None}
        self._found = {library: self._look(library) for library in libraries}
        self._sizes = self._attributes()

    def changed(self) -> "set[str]":
        found = {library for library, before in self._found.items() if not _same(before, self._look(library))}
        for kind, size in self._attributes().items():
            if self._sizes.get(kind, size) != size:
                found.add(top_of(kind))
        return found

    def _of(self, name: str) -> "str | None":
        for library in self.libraries:
            if name == library or name.startswith(f"{library}."):
                return library
        return None

    def _look(self, library: str) -> "list[Any]":
        """Everything that its modules lead to in a few steps, in order. Modules that were loaded since do not count."""
        found: list[Any] = []
        seen: set[int] = set()
        for name in sorted(self._modules):
            module = sys.modules.get(name)
            if self._of(name) == library and module is not None:
                _walk_items(vars(module), _DEPTH, library, found, seen)
        return found

    def _attributes(self) -> "dict[type, int]":
        sizes: dict[type, int] = {}
        standard = getattr(sys, "stdlib_module_names", ())
        for name, module in list(sys.modules.items()):
            top = name.partition(".")[0]
            if top in standard or top == "strata_harness" or top == "__main__" or self._of(name) is not None:
                continue
            for value in list(getattr(module, "__dict__", {}).values()):
                if isinstance(value, type) and value.__module__ == name:
                    sizes[value] = len([each for each in vars(value) if each not in _PASSING])
        return sizes


def _walk(value: Any, depth: int, library: str, found: "list[Any]", seen: "set[int]") -> None:
    """`seen` has what lives longer than this: another object may have the number of one that is gone."""
    if len(found) > _MOST or id(value) in seen or depth < 0:
        return
    if isinstance(value, (dict, types.MappingProxyType)):
        seen.add(id(value))
        _walk_items(value, depth, library, found, seen)
    elif isinstance(value, (list, tuple, set, frozenset, deque)):
        seen.add(id(value))
        for item in list(value):
            found.append(item)
            _walk(item, depth - 1, library, found, seen)
    elif isinstance(value, type):
        if value.__module__ == library or value.__module__.startswith(f"{library}."):
            seen.add(id(value))
            _walk_items(vars(value), depth - 1, library, found, seen)
    elif isinstance(getattr(value, "__dict__", None), dict):
        seen.add(id(value))
        _walk_items(vars(value), depth - 1, library, found, seen)


def _walk_items(items: Any, depth: int, library: str, found: "list[Any]", seen: "set[int]") -> None:
    # Past a class's own methods, which may make new objects.
    for key, item in list(dict.items(items) if isinstance(items, dict) else items.items()):
        if isinstance(item, types.ModuleType) or (isinstance(key, str) and key in _PASSING):
            continue
        found.append(key)
        found.append(item)
        _walk(item, depth - 1, library, found, seen)


def _same(before: "list[Any]", now: "list[Any]") -> bool:
    return len(before) == len(now) <= _MOST and all(map(is_, before, now))

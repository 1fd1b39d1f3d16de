"""Pickling of one or more variables: what is referred to by hash, by name, by value, and what cannot be stored.

The C pickler does the work; `reducer_override` steps in for functions, classes, closures and linked numpy views only.
"""

import io
import marshal
import pickle
import re
import sys
import types
from typing import Any, Optional

from . import revive
from .atoms import packed
from .definitions import Definitions
from .exceptions import reduced
from .functions import found_by_name, global_names, is_of, own_globals
from .memory import copies_on_write, extent, uncollected
from .remade import MODULES, remade, uncounted

# What `functools.lru_cache` makes, without importing it.
_CACHED: Any = getattr(__import__("_functools"), "_lru_cache_wrapper", None)


class Unstorable(pickle.PicklingError):
    """Why a value cannot be stored, said to the user."""


class Reference:
    """Stands for what cannot be stored, but is there wherever a module of the user's own is loaded."""

    def __init__(self, place: tuple[str, str]) -> None:
        self.place = place

    def __reduce__(self) -> Any:
        return revive.named, self.place


class Dump:
    """One pickled dict of variables, with everything the graph and the grouping need to know about it."""

    def __init__(self, stream: bytes, buffers: list[memoryview], pickler: "_Pickler") -> None:
        self.stream = stream
        self.buffers = buffers
        self.definitions = pickler.definitions_met
        self.needs = pickler.needs
        self.frozen = pickler.frozen
        self.constants = pickler.constants
        self.lazy = pickler.lazy
        self.unsure = pickler.unsure
        self.arrays = pickler.arrays
        # Keeps every object alive while identities are compared.
        self._pickler = pickler
        self._met: Optional[dict[int, tuple[int, Any]]] = None

    @property
    def met(self) -> dict[int, tuple[int, Any]]:
        """By id, every object in it, behind a number: as the pickler gives it, as there may be millions."""
        if self._met is None:
            self._met = uncollected(lambda: self._pickler.memo.copy())
        return self._met


def dump(
    variables: dict[str, Any], definitions: Definitions, main: dict[str, Any], linked: Optional[dict[int, Any]] = None
) -> Dump:
    """`linked`: for ids of numpy arrays, the array whose memory they are a view of."""
    buffers: list[pickle.PickleBuffer] = []
    out = io.BytesIO()
    pickler = _Pickler(out, buffers, definitions, main, linked or {})
    pickler.positions = {id(value) for value in variables.values()}
    uncollected(lambda: pickler.dump(dict(sorted(variables.items()))))
    return Dump(out.getvalue(), [buffer.raw() for buffer in buffers], pickler)


class _Pickler(pickle.Pickler):
    def __init__(
        self,
        out: io.BytesIO,
        buffers: list[pickle.PickleBuffer],
        definitions: Definitions,
        main: dict[str, Any],
        linked: dict[int, Any],
    ) -> None:
        super().__init__(out, 5, buffer_callback=buffers.append)
        self._definitions = definitions
        self._main = main
        self._linked = linked
        self._keep: list[Any] = []
        self.positions: set[int] = set()
        self.definitions_met: set[str] = set()
        self.needs: set[str] = set()
        # Memory of objects that never change, whatever shares it: (start, end).
        self.frozen: list[tuple[int, int]] = []
        # Ids of objects that belong to a class, not to the value.
        self.constants: set[int] = set()
        # Ids of arrays inside frames that copy before they write.
        self.lazy: set[int] = set()
        # Whether there are numpy arrays among it.
        self.arrays = False
        # True when something was met whose own way of pickling is known to fail at loading sometimes.
        self.unsure = False

    def reducer_override(self, thing: Any) -> Any:
        kind = type(thing)
        if not self.arrays and hasattr(kind, "__array_interface__"):
            self.arrays = True
        if kind is types.FunctionType:
            return self._function(thing)
        if isinstance(thing, type):
            return self._class(thing)
        if kind is types.ModuleType:
            return __import__("importlib").import_module, (thing.__name__,)
        if kind is types.CellType:
            return revive.cell, ()
        if kind is Reference:
            self.needs.add(f"module:{thing.place[0]}")
            return NotImplemented
        if kind.__name__ == "WeakSet" and kind.__module__ == "_weakrefset" and len(thing) > 0:
            raise Unstorable("a WeakSet keeps its members only as long as something else does")
        if kind is property:
            return property, (thing.fget, thing.fset, thing.fdel, thing.__doc__)
        if kind is staticmethod or kind is classmethod:
            return kind, (thing.__func__,)
        if kind is _CACHED:
            part = self._part(thing)
            if part is not None:
                return part
        module = kind.__module__
        if module == "numpy":
            if id(thing) in self._linked and kind.__name__ == "ndarray":
                return self._view(thing, self._linked[id(thing)])
            items = packed(thing)
            if items is not None:
                return revive.atoms, items
        elif module == "__main__" or isinstance(thing, BaseException):
            self.unsure = True
        elif module in MODULES:
            return remade(thing, kind) or NotImplemented
        elif module == "typing" and getattr(thing, "__module__", None) == "__main__":
            return self._typing(thing)
        elif module == "pandas" or module.startswith("pandas."):
            self._pandas(thing)
        elif module.startswith("statsmodels.") and type(vars(thing).get("formula")) is str:
            # Evaluated again when the model is loaded: it may call functions of the notebook.
            self.needs.update(word for word in re.findall(r"\w+", thing.formula) if word in self._main)
        digest = self._definitions.hash_of(thing)
        if digest is not None:
            return self._by_hash(thing, digest)
        if kind is _CACHED and thing.__module__ == "__main__":
            return revive.cached, (thing.__wrapped__, thing.cache_parameters())
        if isinstance(thing, BaseException):
            return reduced(thing)
        if module == "__main__" and kind.__new__.__module__ == "__main__":
            return uncounted(thing)
        return NotImplemented

    def _part(self, thing: Any) -> Any:
        """A function or class that the text of a module of the user's own made, whatever it is called now."""
        part = self._definitions.part_of(thing)
        if part is None:
            return None
        self.needs.add(f"module:{part[0]}")
        return revive.part, part

    def _by_hash(self, thing: Any, digest: str) -> Any:
        self.definitions_met.add(digest)
        source = self._definitions.sources[digest]
        self.needs.update(source["late"])
        delta = self._definitions.delta(digest)
        if delta is None:
            return revive.definition, (digest,)
        if id(thing) not in self.positions:
            # Only the variable itself carries the state; whoever holds an instance asks for the variable, so that
            # the latest state wins whatever is loaded first.
            self.needs.add(source["name"])
            return revive.definition, (digest,)
        return revive.definition, (digest,), delta, None, None, revive.restate

    def _class(self, cls: type) -> Any:
        digest = self._definitions.hash_of(cls)
        if digest is not None:
            return self._by_hash(cls, digest)
        if cls.__module__ != "__main__":
            return self._part(cls) or NotImplemented
        fields = getattr(cls, "_fields", None)
        if cls.__bases__ == (tuple,) and isinstance(fields, tuple):
            defaults = tuple(cls._field_defaults.values())  # type: ignore[attr-defined]
            return revive.named_tuple, (cls.__name__, fields, defaults, "__main__")
        enum = sys.modules.get("enum")
        if enum is not None and isinstance(cls, enum.EnumMeta) and cls.__bases__[0].__module__ == "enum":
            members = tuple((name, member.value) for name, member in cls.__members__.items())
            return revive.functional_enum, (cls.__bases__[0], cls.__name__, members, "__main__")
        raise Unstorable(
            f"the class {cls.__qualname__} is made while the cell runs (inside a function, an if or a try), so its "
            "source cannot travel alone; move it to the top level of a cell"
        )

    def _function(self, function: types.FunctionType) -> Any:
        digest = self._definitions.hash_of(function)
        if digest is not None:
            return self._by_hash(function, digest)
        module = function.__module__
        part = self._part(function)
        if part is not None:
            return part
        if module != "__main__" and found_by_name(function):
            return NotImplemented
        names, apart = function.__globals__, None
        if names is self._main:
            module = "__main__"
            # Names of builtins too: a cell may have given one another meaning, and `eval` may look up any name.
            self.needs.update(global_names(function.__code__))
        else:
            # What a decorator makes says that it is of the module of the function it was given.
            module = next((each for each in (module, names.get("__name__")) if is_of(names, each)), None)
            apart = None if module is not None else own_globals(function)
            if module is None and apart is None:
                raise Unstorable(f"the function {function.__qualname__} has globals of its own, and may change them")
        cells = function.__closure__ or ()
        filled = []
        for one in cells:
            try:
                filled.append((one, one.cell_contents))
            except ValueError:
                pass  # Not assigned yet, and stays so.
        state: dict[str, Any] = {
            "cells": filled,
            "dict": dict(vars(function)),
            "__defaults__": function.__defaults__,
            "__kwdefaults__": function.__kwdefaults__,
            "__name__": function.__name__,
            "__qualname__": function.__qualname__,
            "__module__": function.__module__,
            "__doc__": function.__doc__,
        }
        try:
            if function.__annotations__:
                state["__annotations__"] = dict(function.__annotations__)
        except Exception:
            pass  # Annotations that cannot be evaluated (3.14) are of no use to a caller either.
        try:
            # Version 2 has no back references, whose presence depends on reference counts: equal code, equal bytes.
            code = marshal.dumps(function.__code__, 2)
        except ValueError:
            code = marshal.dumps(function.__code__)
        if apart is not None:
            return revive.detached, (code, cells), {**state, "globals": apart}, None, None, revive.fill
        return revive.function, (code, module, cells), state, None, None, revive.fill

    def _view(self, array: Any, root: Any) -> Any:
        if array is root:
            return NotImplemented
        self._keep.append(root)
        offset = array.__array_interface__["data"][0] - root.__array_interface__["data"][0]
        return revive.view, (root, array.dtype, array.shape, array.strides, offset)

    def _typing(self, thing: Any) -> Any:
        if type(thing).__name__ != "TypeVar":
            return NotImplemented
        options = {"bound": thing.__bound__, "covariant": thing.__covariant__, "contravariant": thing.__contravariant__}
        return revive.type_variable, (type(thing), thing.__name__, thing.__constraints__, options)

    def _pandas(self, thing: Any) -> None:
        if (pandas := sys.modules.get("pandas")) is None:
            return
        if hasattr(thing, "_ndarray"):
            # Filled by looking at a value, and pickled with it: looking would seem to change it.
            getattr(thing, "__dict__", {}).pop("_cache", None)
        manager = getattr(thing, "_mgr", None)
        if manager is not None and copies_on_write(pandas):
            for block in getattr(manager, "blocks", ()):
                for array in (block.values, getattr(block.values, "_ndarray", None)):
                    self.lazy.add(id(array))
                    self._keep.append(array)
        # A list of the class, which every instance's state refers to.
        self.constants.add(id(getattr(type(thing), "_metadata", None)))
        if not isinstance(thing, getattr(pandas, "Index", ())):
            return
        # An index cannot be changed, and every frame derived from another shares its own with it.
        parts = [thing, *getattr(thing, "_levels", ())] if hasattr(thing, "_levels") else [thing]
        arrays = list(getattr(thing, "_codes", ()))
        for part in parts:
            # A range makes its numbers when somebody asks for them: not here, where they would be millions.
            lazy = hasattr(part, "_range")
            data = (getattr(part, "_cache", None) or {}).get("_data") if lazy else getattr(part, "_data", None)
            for array in (data, getattr(data, "_ndarray", None), getattr(data, "_codes", None)):
                if type(array).__name__ == "ndarray":
                    arrays.append(array)
        for array in arrays:
            self.frozen.append(extent(array))

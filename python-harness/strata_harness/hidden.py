"""Modules that are in memory although the cell has not imported them.

Importing a library is most of what a small cell costs, so it is done ahead. A cell must not see that: the modules are
kept out of `sys.modules`, and the first import of one puts it back together with everything that its own import brings
in, as if it had been loaded at that moment. No module is ever executed twice. What a module did to the process when it
was executed (variables of the environment, warning filters, its name in its package) comes back together with it.
"""

import os
import sys
from collections.abc import Iterable
from typing import Any, Callable, Optional

from .variables import change_environ, variables

_ABSENT = object()


class Effects:
    """What executing one module changed outside itself."""

    def __init__(self) -> None:
        self.environ: dict[str, Optional[str]] = {}
        # Warning filters put in front of the others, in the order in which they stand.
        self.filters: list[Any] = []


class Hidden:
    def __init__(self) -> None:
        # Those that came back stay listed here, as taking out one after the other would take longer than all the rest.
        self.modules: dict[str, Any] = {}
        self.back: set[str] = set()
        # Names that are not yet, or not in every case, an attribute of their package.
        self.detached: set[str] = set()
        # Which modules a module imports while it is executed.
        self.edges: dict[str, set[str]] = {}
        # All that comes with a module, where its own import was watched alone.
        self.whole: dict[str, tuple[str, ...]] = {}
        self.effects: dict[str, Effects] = {}
        # In the order in which they had been executed.
        self.order: dict[str, int] = {}
        self.path = list(sys.path)
        # In place already for a run that is expected to import them; it is not known yet whether it does.
        self.lent: dict[str, Any] = {}
        self._lent_by: dict[str, dict[str, Any]] = {}
        self._attached: list[tuple[Any, str, str]] = []

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        module = self.modules.get(name, _ABSENT)
        if module is _ABSENT or name in self.back or (path is None and self._shadowed(name)):
            return None
        original = _own(module, "__spec__")
        kind = type(original) if original is not None else type(sys.__spec__)  # type: ignore[name-defined]
        spec = kind.__new__(kind)
        if original is not None:
            vars(spec).update(vars(original))
        else:
            spec.__init__(name, None)
        spec.loader = _Loader(self, name, module, original)
        return spec

    def _shadowed(self, name: str) -> bool:
        """A folder that was put before the interpreter's own has a module of the same name."""
        first = self.path[0] if self.path else None
        for entry in sys.path:
            if entry == first:
                return False
            spec = _path_finder().find_spec(name, [entry])
            if spec is not None and spec.loader is not None:
                return True
        return False

    def closure(self, name: str) -> Iterable[str]:
        """The module, its packages, and everything that comes with them; in the order of their execution."""
        whole = self.whole.get(name)
        if whole is not None:
            return whole
        last = len(self.order)
        return sorted(self.reach(name), key=lambda each: self.order.get(each, last))

    def reach(self, name: str) -> "set[str]":
        """The same in no order."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each in found:
                continue
            found.add(each)
            whole = self.whole.get(each)
            if whole is not None:
                found.update(whole)
                continue
            waiting.extend(self.edges.get(each, ()))
            if "." in each:
                waiting.append(each.rpartition(".")[0])
        return found

    def gather(self) -> None:
        """Puts the names beside each other in memory: elsewhere each is on a page of its own, which a child copies."""
        copies = {name: (name + " ")[:-1] for name in self.modules}
        self.modules = {copies[name]: module for name, module in self.modules.items()}
        self.whole = {
            name: tuple(copies[each] for each in all_of_it if each in copies) for name, all_of_it in self.whole.items()
        }

    def borrow(self, names: Iterable[str], use: Callable[[], None]) -> None:
        """Has modules where an import would put them while `use` is called, and afterwards where they were."""
        environ, before = variables(), list(filters())
        self.lend(names)
        there = set(sys.modules)
        try:
            self._repeat_effects(self.lent)
            use()
        finally:
            self._hide([each for each in sys.modules if each not in there and not each.startswith("strata_harness")])
            self.take_back([])
            put_filters(before)
            change_environ(environ)

    def _hide(self, more: "list[str]") -> None:
        """Loaded by what is there, when it was used."""
        for each in more:
            self.modules[each] = sys.modules.pop(each)
            self.order.setdefault(each, len(self.order))
            self.edges.setdefault(each, set()).update(more)
            package, _, last = each.rpartition(".")
            holder = sys.modules.get(package) or self.modules.get(package)
            if package and getattr(holder, "__dict__", {}).get(last) is self.modules[each]:
                delattr(holder, last)
                self.detached.add(each)

    def lend(self, names: Iterable[str]) -> None:
        """Has modules where an import would put them, until it is known which of them the run begins with."""
        self.lent = {}
        self._lent_by = {}
        for name in with_packages(names):
            if name not in self.modules:
                continue
            block = {
                each: self.modules[each]
                for each in self.closure(name)
                if each in self.modules and each not in self.lent and each not in sys.modules
            }
            self._lent_by[name] = block
            self.lent.update(block)
        sys.modules.update(self.lent)
        self.back.update(self.lent)
        self._attached = self._attach(self.lent)

    def take_back(self, imported: "list[str]") -> "list[dict[str, Any]]":
        """All but what comes with these modules, in the order in which the run imports them before anything else.

        What comes with each of them stays; `repeat` is to do the rest of their imports.
        """
        lent, self.lent = self.lent, {}
        if not lent:
            return []
        first: list[str] = []
        for name in imported:
            if name in lent:
                first.append(name)
            elif not self._quiet(name):
                break
        if [name for name in first if name in self._lent_by] == list(self._lent_by):
            return list(self._lent_by.values())
        blocks: list[dict[str, Any]] = []
        kept: set[str] = set()
        for name in first:
            blocks.append({each: lent[each] for each in self.closure(name) if each in lent and each not in kept})
            kept.update(blocks[-1])
        for holder, last, each in self._attached:
            if each not in kept:
                delattr(holder, last)
        gone = lent.keys() - kept
        self.back.difference_update(gone)
        for each in gone:
            del sys.modules[each]
        return blocks

    def repeat(self, blocks: "list[dict[str, Any]]") -> None:
        for block in blocks:
            self._repeat_effects(block)

    def _quiet(self, name: str) -> bool:
        """Whether nothing is executed when it is imported now: it is loaded, or no module but something in one."""
        package, _, last = name.rpartition(".")
        return name in sys.modules or last in getattr(sys.modules.get(package), "__dict__", ())

    def restore(self, name: str) -> None:
        back = self.back
        block = {each: self.modules[each] for each in self.closure(name) if each not in back and each in self.modules}
        sys.modules.update(block)
        back.update(block)
        self._attach(block)
        self._repeat_effects(block)
        for finder in list(sys.meta_path):
            notify = getattr(finder, "restored", None)
            if notify is not None:
                notify(block)

    def _attach(self, block: "dict[str, Any]") -> "list[tuple[Any, str, str]]":
        """Makes modules attributes of their packages: (package, name in it, module)."""
        attached = []
        for each in self.detached.intersection(block):
            package, _, last = each.rpartition(".")
            holder = sys.modules.get(package)
            if holder is not None and last not in getattr(holder, "__dict__", (last,)):
                setattr(holder, last, block[each])
                attached.append((holder, last, each))
        return attached

    def _repeat_effects(self, block: "dict[str, Any]") -> None:
        """What those that changed something outside themselves did, in the order of their execution."""
        wanted = now = filters()
        for each in sorted([each for each in self.effects if each in block], key=self.order.__getitem__):
            effects = self.effects[each]
            for name, value in effects.environ.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            if effects.filters:
                wanted = [*effects.filters, *(each for each in wanted if each not in effects.filters)]
        if wanted is not now:
            put_filters(wanted)


class _Loader:
    def __init__(self, hidden: Hidden, name: str, module: Any, spec: Any) -> None:
        self._hidden, self._name, self._module, self._spec = hidden, name, module, spec

    def create_module(self, spec: Any) -> Any:
        return self._module

    def exec_module(self, module: Any) -> None:
        try:
            module.__spec__ = self._spec
        except AttributeError:
            pass
        self._hidden.restore(self._name)

    def __getattr__(self, name: str) -> Any:
        # Whoever asks for more than loading (its source, its data) asks the loader that the module came from.
        return getattr(_own(self._spec, "loader"), name)


def with_packages(names: Iterable[str]) -> "list[str]":
    """Each after the packages that its import imports, and once."""
    found: dict[str, None] = {}
    for name in names:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            found[".".join(parts[:count])] = None
    return list(found)


def _own(thing: Any, name: str) -> Any:
    """An attribute of an object of any kind, without running code of its own."""
    return getattr(thing, "__dict__", {}).get(name)


def _path_finder() -> Any:
    return sys.modules["_frozen_importlib_external"].PathFinder


def filters() -> list[Any]:
    """The list of warning filters, which the interpreter has even where nothing has imported `warnings`."""
    warnings = sys.modules.get("warnings")
    found: list[Any] = warnings.filters if warnings is not None else _warnings().filters
    return found


def put_filters(wanted: list[Any]) -> None:
    module = _warnings()
    filters()[:] = wanted
    for name in ("_filters_mutated", "_filters_mutated_lock_held"):
        if hasattr(module, name):
            lock = getattr(module, "_acquire_lock", None) if name.endswith("held") else None
            if lock is not None:
                lock()
            try:
                getattr(module, name)()
            finally:
                if lock is not None:
                    module._release_lock()
            return


def _warnings() -> Any:
    import _warnings

    return _warnings

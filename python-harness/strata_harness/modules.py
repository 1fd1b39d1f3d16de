"""Modules of the user's own, followed from cell to cell: a script loads one once, and what is done to it stays done.

Every cell loads such a module anew, from its file. The first cell that loads it leaves its state for the cells below,
under the component `module:NAME`: mostly just "as its file makes it". Otherwise the state is stored whole, in one file
with the variables that share memory with it, and put into the fresh copy as soon as that is loaded. Loading again what
a cell above had loaded shows nothing and changes no setting.
"""

import pickle
import sys
import types

# Not importlib.util, which takes milliseconds to import.
from _frozen_importlib_external import SourceFileLoader
from typing import Any, Callable, Optional

from .ambient import Ambient
from .definitions import Definitions
from .pickling import Dump
from .store import MAGIC, Content, plain_bytes
from .values import Values

PREFIX = "module:"
# Imported with the first module of the user's own: most cells have none.
LoadedModule = Any


class StateLost(ImportError):
    """A module that a cell above has changed in a way that cannot be carried here."""


class Modules:
    def __init__(
        self,
        job: dict[str, Any],
        content: Content,
        values: Values,
        definitions: Definitions,
        main: dict[str, Any],
        own: Callable[[str], bool],
        note: Callable[[str], None],
    ) -> None:
        ambient: dict[str, str] = job["ambient"]
        self._given = {name[len(PREFIX) :]: digest for name, digest in ambient.items() if name.startswith(PREFIX)}
        self._source: str = job["source"]
        self._content, self._values, self._definitions, self._main, self._own = content, values, definitions, main, own
        self._note = note
        self.loaded: dict[str, LoadedModule] = {}
        self._waiting: list[str] = []
        self._depth = 0
        self._read: dict[str, Optional[dict[str, Any]]] = {}
        self._running = False
        # How the process is made as it was before any cell while a module is loaded again; gives the way back.
        self._aside: Callable[[], Callable[[], None]] = lambda: lambda: None
        # What a module could have done while it was loaded that a cell could notice.
        self._effects: Callable[[], Any] = lambda: None
        self._plain_settings: Callable[[], bool] = lambda: True

    def start(self, listen: bool) -> None:
        self._values.settle = self._settle
        self._values.met = self._met
        self._definitions.part_of = self.part_of
        self._definitions.place_of = self.place_of
        self._definitions.keep_modules = self._keep
        if not listen:
            return
        original = SourceFileLoader.exec_module

        def exec_module(loader: SourceFileLoader, module: types.ModuleType) -> None:
            if not self._own(loader.path):
                self._note(loader.path)
                original(loader, module)
            elif module.__name__ in self.loaded:
                original(loader, module)  # Loaded once more by the cell itself.
                self.loaded[module.__name__].again(module)
            else:
                self._load(module, lambda: original(loader, module))

        SourceFileLoader.exec_module = exec_module  # type: ignore[method-assign]

    def _keep(self) -> Callable[[], None]:
        if not self.loaded:
            return lambda: None
        from .undoing import keep

        return keep(loaded.module for loaded in self.loaded.values())

    def preload(self) -> None:
        """What the cell's text imports is loaded before the settings of the cells above are in effect."""
        source = self._source
        if not self._given or "import" not in source:
            return
        for name in self._given:
            top = name.partition(".")[0]
            said = f"import {top}" in source or f"from {top}" in source or f", {top}" in source
            if said and name not in sys.modules:
                self._import(name)

    def begin(self, settings: Ambient, effects: Callable[[], Any]) -> None:
        """The cell's own code runs from here on."""
        self._running = True
        self._aside = settings.aside
        self._effects = lambda: (settings.states(), effects())
        self._plain_settings = settings.plain
        for loaded in self.loaded.values():
            loaded.remember()

    def _met(self, key: str, digest: str) -> None:
        """A value that was loaded shares memory with this module: as long as that is its state, both come together."""
        name = key[len(PREFIX) :]
        if self._given.get(name) == digest and name not in self.loaded:
            self._values.busy += 1
            try:
                self._import(name)
            finally:
                self._values.busy -= 1

    def part(self, name: str, path: str) -> Any:
        if name not in self.loaded:
            self._import(name)
        return self.loaded[name].parts.found[path]

    def part_of(self, thing: Any) -> Optional[tuple[str, str]]:
        for name, loaded in self.loaded.items():
            path = loaded.parts.paths.get(id(thing))
            if path is not None:
                return name, path
        return None

    def place_of(self, thing: Any) -> Optional[tuple[str, str]]:
        for name, loaded in self.loaded.items():
            for key, value in vars(loaded.module).items():
                if value is thing:
                    return name, key
        return None

    def _import(self, name: str) -> None:
        try:
            __import__(name)
        except StateLost:
            raise
        except ImportError:
            pass  # Its file is gone: whoever asks for it is told.

    def _load(self, module: types.ModuleType, run: Callable[[], None]) -> None:
        name = module.__name__
        if name not in self._given:
            self._load_first(module, run)
            return
        if self._depth > 0:
            run()
            self._register(module)
            self._waiting.append(name)
            return
        self._check_used(name)
        back = self._aside() if self._running else None
        self._depth += 1
        try:
            run()
            self._register(module)
            self._waiting.append(name)
            self._load_users()
        finally:
            self._depth -= 1
            if back is not None:
                back()
        if self._values.busy == 0:
            self._settle()

    def _load_first(self, module: types.ModuleType, run: Callable[[], None]) -> None:
        before = self._effects() if self._running else None
        changed = {name for name, loaded in self.loaded.items() if not self._as_its_file(name) or loaded.changed()}
        plain = self._plain_settings()
        run()
        loaded = self._register(module)
        loaded.uses = self._used(module)
        changed.update(name for name in self.loaded if not self._as_its_file(name))
        loaded.clean = plain and changed.isdisjoint(loaded.uses) and (before is None or before == self._effects())
        if self._running:
            loaded.remember()

    def _as_its_file(self, name: str) -> bool:
        return self._simple(name) is not None if name in self._given else bool(self.loaded[name].clean)

    def _used(self, module: types.ModuleType) -> list[str]:
        """Modules of the user's own that this one mentions, and those that they use in turn."""
        try:
            with open(str(module.__file__), encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            text = ""
        found = {
            name for name in self.loaded if name != module.__name__ and (not text or name.rpartition(".")[2] in text)
        }
        for name in list(found):
            simple = self._simple(name) if name in self._given else None
            found.update(simple["uses"] if simple is not None else self.loaded[name].uses)
        found.discard(module.__name__)
        return sorted(found)

    def _check_used(self, name: str) -> None:
        """A module that was loaded before another was changed cannot be loaded again beside the changed one."""
        simple = self._simple(name)
        for other in simple["uses"] if simple is not None else ():
            loaded = self.loaded.get(other)
            if loaded is not None and self._running and loaded.changed():
                raise StateLost(
                    f"{name} was loaded by a cell above while {other} was as its file says, and this cell has changed "
                    f"{other} since. Import {name} in this cell before changing {other}."
                )

    def _load_users(self) -> None:
        """What a module holds may also be held by those that import it: they are loaded before any of them changes."""
        for name in self._waiting:  # It grows meanwhile.
            for other in self._given:
                simple = self._simple(other) if other not in sys.modules else None
                if simple is not None and name in simple["uses"]:
                    self._import(other)

    def _settle(self) -> None:
        while self._waiting:
            self._depth += 1
            try:
                name = self._waiting.pop(0)
                simple = self._simple(name)
                if simple is None:
                    from .module_state import put

                    loaded = self.loaded[name]
                    put(loaded.module, loaded.parts, self._values.get(self._given[name], PREFIX + name))
                elif "refused" in simple:
                    raise StateLost(simple["refused"])
                if self._running:
                    self.loaded[name].remember()
            finally:
                self._depth -= 1

    def _simple(self, name: str) -> Optional[dict[str, Any]]:
        """A state that says only "as its file makes it" or "lost"; None where it has to be put into the module."""
        digest = self._given[name]
        if digest not in self._read:
            with open(self._content.path(digest), "rb") as file:
                full = file.read(len(MAGIC)) == MAGIC
            self._read[digest] = None if full else pickle.loads(self._content.read(digest))
        return self._read[digest]

    def _register(self, module: types.ModuleType) -> LoadedModule:
        from .loaded_module import LoadedModule

        loaded = self.loaded[module.__name__] = LoadedModule(module, self._definitions, self._main)
        return loaded

    def dumps(self) -> "dict[str, Dump]":
        """Of the states that `end` gave, as far as they have been dumped to compare them."""
        return {loaded.key: loaded.last for loaded in self.loaded.values() if loaded.last is not None}

    def end(self) -> "tuple[dict[str, Any], set[str], dict[str, str]]":
        """(states by pseudo-variable, those that are different or shown for the first time, digests of simple ones)."""
        states: dict[str, Any] = {}
        changed: set[str] = set()
        simple: dict[str, str] = {}
        for name, loaded in self.loaded.items():
            key = PREFIX + name
            if loaded.changed():
                try:
                    loaded.last = loaded.dump()
                    why = "it holds another object than before" if loaded.replaced() else None
                except Exception as error:
                    why = str(error).strip().split("\n")[0] or type(error).__name__
                if why is not None:
                    simple[key] = self.refuse(name, why)
                    continue
                changed.add(key)
            elif name not in self._given:
                if loaded.clean:
                    simple[key] = self._put({"uses": loaded.uses})
                else:
                    changed.add(key)
            states[key] = loaded.state()
        return states, changed, simple

    def refuse(self, name: str, why: str) -> str:
        name = name.partition(":")[2] or name
        text = (
            f"a cell above has changed the module {name} in a way that cannot be carried to other cells: {why}. "
            f"Use {name} in the cell that changes it, or keep what changes in a variable of the notebook."
        )
        return self._put({"refused": text, "uses": []})

    def seen(self) -> list[dict[str, Any]]:
        return [
            {"kind": "ambient", "component": PREFIX + name, "digest": self._given.get(name)} for name in self.loaded
        ]

    def _put(self, state: dict[str, Any]) -> str:
        return self._content.put(plain_bytes(state))[0]

"""One module of the user's own in this process: what it was like when the cell began, and whether that has changed."""

import types
from typing import Any, Optional

from .definitions import Definitions
from .module_state import Parts, State, take
from .pickling import Dump, dump
from .values import Baseline

PREFIX = "module:"


class LoadedModule:
    def __init__(self, module: types.ModuleType, definitions: Definitions, main: dict[str, Any]) -> None:
        self.module = module
        self.parts = Parts(module)
        self.key = PREFIX + module.__name__
        self._definitions, self._main = definitions, main
        # Keys of its state that cannot be stored: compared by identity, and left as a fresh copy has them.
        self._opaque: dict[str, Any] = {}
        self._before: Optional[Baseline] = None
        # Taken when it was last asked whether it has changed.
        self.last: Optional[Dump] = None
        # Alive, so that no other object gets the identity of one of theirs.
        self._kept: list[Parts] = []
        # As its file alone makes it, and nothing was seen to happen while it was loaded.
        self.clean = True
        # Modules that were loaded before or with it.
        self.uses: list[str] = []

    def again(self, module: types.ModuleType) -> None:
        """Its text has been executed once more: functions made before stand for those at the same place now."""
        before = self.parts
        self.module, self.parts = module, Parts(module)
        self._kept.append(before)
        self.parts.paths.update((key, path) for key, path in before.paths.items() if path in self.parts.found)

    def state(self) -> State:
        return take(self.module, self.parts, set(self._opaque))

    def dump(self) -> Dump:
        return dump({self.key: self.state()}, self._definitions, self._main)

    def remember(self) -> None:
        """How it is now, to compare with at the end."""
        try:
            self._before = Baseline(self.dump(), None)
            return
        except Exception:
            pass
        for key, value in take(self.module, self.parts, set()).items():
            try:
                dump({key: value}, self._definitions, self._main)
            except Exception:
                self._opaque[key] = value
        try:
            self._before = Baseline(self.dump(), None)
        except Exception:
            self._before = None

    def changed(self) -> bool:
        if self._before is None:
            return False
        try:
            self.last = self.dump()
            return not self._before.same(self.last) or self.replaced()
        except Exception:
            return True

    def replaced(self) -> bool:
        """Whether something that cannot be stored is another object now."""
        if not self._opaque:
            return False
        now = take(self.module, self.parts, set())
        return any(now.get(key) is not value for key, value in self._opaque.items())

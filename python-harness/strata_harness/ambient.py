"""Process-wide settings that a cell may change and later cells see: the implicit variables of a script.

Each component is a row of a table (`components.py`): the module it lives in, how to take a snapshot of it, how to
restore one. A component is looked at only when its module is loaded. A snapshot is a pickle of plain data; its bytes
are content of the store.
"""

import os
import pickle
import sys
from collections.abc import Collection
from typing import Any, Callable, Optional

from .components import COMPONENTS, Base, Component
from .importwatch import watch
from .store import Content, plain_bytes
from .variables import change_environ


def unchanged(given: "dict[str, str]", lent: Collection[str]) -> list[dict[str, Any]]:
    """What a cell is said to depend on that changes no setting, draws from no generator and imports nothing.

    `lent`: modules that are there for another cell.
    """
    return [
        {"kind": "ambient", "component": component.name, "digest": given.get(component.name)}
        for component in COMPONENTS
        if not component.generator
        and ((component.module in sys.modules and component.module not in lent) or component.name == "warnings")
    ]


class Ambient:
    def __init__(self, job: dict[str, Any], content: Content) -> None:
        self._given: dict[str, str] = job["ambient"]
        self._seed = int(job["seed"] or "0", 16)
        self._content = content
        self._base = Base(job)
        self._ready: dict[str, bytes] = {}
        self._warned = False
        self._loaded = 0

    def look(self) -> None:
        """At every setting of what is loaded, and leaves it as it is."""
        for component in COMPONENTS:
            module = sys.modules.get(component.module)
            if module is None:
                continue
            self._snapshot(component, module)
            if component.seed is not None:
                state = component.take(module, self._base)
                component.seed(module, self._seed)
                component.put(module, state, self._base)

    def restore(self) -> None:
        """Now for modules that are loaded, for others right after the user's code loads them."""
        by_module: dict[str, list[Component]] = {}
        for component in COMPONENTS:
            by_module.setdefault(component.module, []).append(component)
        watch({module: self._prepare(components) for module, components in by_module.items()})
        self._loaded = len(sys.modules)

    def restore_path(self) -> None:
        """Before modules are imported again for the cell: where they are found is a setting too."""
        digest = self._given.get("sys.path")
        for component in COMPONENTS:
            if digest is not None and component.name == "sys.path":
                component.put(sys, pickle.loads(self._content.read(digest)), self._base)

    def load_contexts(self, awaits: bool) -> None:
        """Before the loop of a cell that awaits: settings kept in a context, put back by an import in its text, would
        be those of its task alone, and look changed in the end. A script has loaded what was set anyhow."""
        for component in COMPONENTS:
            if awaits and component.name in self._given and component.module in ("numpy", "decimal"):
                __import__(component.module)

    def _prepare(self, components: list[Component]) -> Callable[[Any], None]:
        def prepare(module: Any) -> None:
            for component in components:
                digest = self._given.get(component.name)
                if digest is not None:
                    component.put(module, pickle.loads(self._content.read(digest)), self._base)
                elif component.seed is not None:
                    component.seed(module, self._seed)
                state = self._snapshot(component, module)
                if state is not None:
                    self._ready[component.name] = state

        return prepare

    def _snapshot(self, component: Component, module: Any) -> Optional[bytes]:
        try:
            return plain_bytes(component.take(module, self._base))
        except Exception:
            # Half-loaded or unusual: this run says nothing about the component.
            return None

    def plain(self) -> bool:
        """Whether no cell, this one included, has changed a setting; generators apart, whose draws are seen."""
        generators = {component.name for component in COMPONENTS if component.generator}
        if any(name not in generators and not name.startswith("module:") for name in self._given):
            return False
        now = self.states()
        return all(now.get(name, state) == state for name, state in self._ready.items() if name not in generators)

    def states(self) -> dict[str, bytes]:
        """How every component of a loaded module is now."""
        found: dict[str, bytes] = {}
        for component in COMPONENTS:
            module = sys.modules.get(component.module)
            state = None if module is None or component.name not in self._ready else self._snapshot(component, module)
            if state is not None:
                found[component.name] = state
        return found

    def keep(self) -> Callable[[], None]:
        """As the settings are now, or as they come with what is loaded meanwhile: the way back to that."""
        held = self.states()

        def back() -> None:
            for component in COMPONENTS:
                module = sys.modules.get(component.module)
                before = held.get(component.name, self._ready.get(component.name))
                if module is not None and before is not None and self._snapshot(component, module) != before:
                    component.put(module, pickle.loads(before), self._base)

        return back

    def aside(self) -> Callable[[], None]:
        """The process as it was before any cell, with nothing shown; gives the way back."""
        held = [
            (component, sys.modules[component.module], component.take(sys.modules[component.module], self._base))
            for component in COMPONENTS
            if component.name in self._ready and component.name not in ("os.environ", "cwd", "sys.path")
        ]
        environ, folder, path = dict(os.environ), os.getcwd(), list(sys.path)
        change_environ(self._base.environ)
        os.chdir(self._base.folder)
        sys.path[:] = [*self._base.path, *(each for each in path if each not in self._base.path)]
        sys.stdout.flush()
        sys.stderr.flush()
        kept = [os.dup(1), os.dup(2)]
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.close(null)

        def back() -> None:
            sys.stdout.flush()
            sys.stderr.flush()
            for fd, saved in zip((1, 2), kept):
                os.dup2(saved, fd)
                os.close(saved)
            change_environ(environ)
            os.chdir(folder)
            sys.path[:] = path
            for component, module, state in held:
                component.put(module, state, self._base)

        return back

    def begin(self, own: Callable[[Any], bool], incidental: set[str], given: bool) -> None:
        """Loading the inputs, if any were `given`, is not the cell's doing: what it changed is compared with the state
        from here on.

        `own` tells whether the notebook's code runs in a frame, and not a library's: also not of an environment that
        is in the notebook's folder.
        """
        self._base.incidental = incidental
        loaded = len(sys.modules) != self._loaded
        # The environment is never as it was: programs that the cell starts are given another backend for figures.
        for component in COMPONENTS if given else COMPONENTS[:1]:
            module = sys.modules.get(component.module)
            if module is None or component.name not in self._ready or (component.generator and not loaded):
                continue
            state = self._snapshot(component, module)
            if component.generator and state not in (None, self._ready[component.name]):
                # Some libraries draw when they are imported; a script has imported those of its values already.
                component.put(module, pickle.loads(self._ready[component.name]), self._base)
            elif state is not None:
                self._ready[component.name] = state
        self._watch_warnings(own)

    def _watch_warnings(self, own: Callable[[Any], bool]) -> None:
        """Libraries add filters when they are imported; only what the user's own code sets is the user's setting."""
        import warnings

        for name in ("filterwarnings", "simplefilter", "resetwarnings"):
            setattr(warnings, name, self._noting(getattr(warnings, name), own))

    def _noting(self, function: Callable[..., Any], own: Callable[[Any], bool]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            if own(sys._getframe(1)):
                self._warned = True
            return function(*args, **kwargs)

        called.__name__ = function.__name__
        called.__doc__ = function.__doc__
        called.__module__ = function.__module__
        return called

    def end(self) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """(digests of the components that changed, what the cell depended on)."""
        after: dict[str, str] = {}
        seen: list[dict[str, Any]] = []
        for component in COMPONENTS:
            module = sys.modules.get(component.module)
            before = self._ready.get(component.name)
            if module is None or before is None:
                continue
            now = self._snapshot(component, module)
            changed = now is not None and now != before
            if component.name == "warnings" and not self._warned:
                changed = False
            if changed and now is not None:
                after[component.name] = self._content.put(now)[0]
            if changed or not component.generator:
                digest = self._given.get(component.name)
                seen.append({"kind": "ambient", "component": component.name, "digest": digest})
        return after, seen

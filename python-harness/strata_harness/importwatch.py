"""Calls a hook right after the user's code has loaded a module, before the code uses it."""

import sys
from collections.abc import Collection
from typing import Any, Callable

Hook = Callable[[Any], None]


def watch(hooks: dict[str, Hook]) -> None:
    """Each hook is called once: now if its module is loaded already."""
    waiting = dict(hooks)
    for name in list(waiting):
        module = sys.modules.get(name)
        if module is not None:
            waiting.pop(name)(module)
    if waiting:
        sys.meta_path.insert(0, _Finder(waiting))  # type: ignore[arg-type]


class _Finder:
    # Not derived from importlib.abc.MetaPathFinder, whose import is slow; the interpreter asks for `find_spec` only.
    def __init__(self, waiting: dict[str, Hook]) -> None:
        self._waiting = waiting
        self._asking: set[str] = set()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        # While it asks the others it is silent, so that two such finders cannot ask each other for ever.
        if fullname not in self._waiting or fullname in self._asking:
            return None
        self._asking.add(fullname)
        try:
            for finder in list(sys.meta_path):
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = None if find is None else find(fullname, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        self._run_after(spec.loader, fullname)
                    return spec
        finally:
            self._asking.discard(fullname)
        return None

    def restored(self, names: Collection[str]) -> None:
        """These have come into `sys.modules` together, without being asked for one by one."""
        for name in [each for each in self._waiting if each in names]:
            self._waiting.pop(name)(sys.modules[name])

    def _run_after(self, loader: Any, name: str) -> None:
        original = loader.exec_module

        def exec_module(module: Any) -> None:
            original(module)
            hook = self._waiting.pop(name, None)
            if hook is not None:
                hook(module)

        try:
            loader.exec_module = exec_module
        except AttributeError:
            pass  # A loader without attributes of its own: this module goes unwatched.

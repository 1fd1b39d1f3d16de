"""Small changes to libraries at the moment the user's code loads them.

A library that the user never loads is never loaded by us. Only two are touched: matplotlib is told to draw through
`strata_harness.figures`, and IPython's `display` is made to show things in the cell (without a running IPython shell
it would print their text).
"""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Callable, Optional

Hook = Callable[[ModuleType], None]

BACKEND = "module://strata_harness.figures"


def when_loaded(hooks: dict[str, Hook]) -> None:
    """Call each hook with its module: now when it is loaded, otherwise right after it has been."""
    waiting = dict(hooks)
    for name in list(waiting):
        module = sys.modules.get(name)
        if module is not None:
            waiting.pop(name)(module)
    if waiting:
        sys.meta_path.insert(0, _Finder(waiting))


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the ordinary finders find the module, then runs the hook after it has been executed."""

    def __init__(self, waiting: dict[str, Hook]) -> None:
        self.waiting = waiting

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname not in self.waiting:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    _run_after(spec.loader, self.waiting, fullname)
                return spec
        return None


def _run_after(loader: Any, waiting: dict[str, Hook], name: str) -> None:
    """Shadows `exec_module` on this one loader object, so that the module keeps its ordinary spec and loader."""
    original = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        original(module)
        hook = waiting.pop(name, None)
        if hook is not None:
            hook(module)

    loader.exec_module = exec_module


def headless_children() -> None:
    """Programs that the cell starts inherit the environment but cannot import our backend: give them plain Agg."""
    if os.environ.get("MPLBACKEND") == BACKEND:
        os.environ["MPLBACKEND"] = "Agg"


def use_backend(matplotlib: ModuleType) -> None:
    """Draw figures into the cell, unless the user's code has chosen another file format's backend by itself."""
    settings = getattr(matplotlib, "rcParams", None)
    if settings is None:
        return
    try:
        chosen = dict.__getitem__(settings, "backend")  # reading it the ordinary way may load a window system
        if not isinstance(chosen, str) or chosen.lower() in ("agg", BACKEND):
            settings["backend"] = BACKEND
    except Exception:
        return  # an unusual matplotlib: figures are still shown at the end of the cell

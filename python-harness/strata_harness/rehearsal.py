"""A run that nobody sees, so that what a run writes to is this process's own memory before a real one comes.

A forked child shares each page with its parent until it writes to it, and in Python even looking at an object writes
its reference count. A run touches about a thousand pages, and copying them at their first touch took most of the time
of a small cell. A child that waits for its run has time for that: it carries out a small cell, and puts everything
back that the cell or the harness has changed in the process.
"""

import builtins
import gc
import hashlib
import json
import os
import sys
from _frozen_importlib_external import SourceFileLoader
from collections.abc import Iterable
from typing import Any, Optional

from .ambient import Ambient
from .hidden import Hidden
from .opened import watches
from .run import Run
from .samples import practise
from .store import Content

_PURE = """\
numbers = [1, 2]
names = {"a": numbers, "b": (1.5, "text")}
for number in range(2):
    numbers.append(number)
names
"""
# More than `pure.py` looks at.
_WHOLE = f"assert True\n{_PURE}"
_FILE = "<rehearsal>"


class _Nowhere:
    """Takes what a channel takes, and sends nothing."""

    mine = True

    def send(self, message: "dict[str, Any]") -> None:
        json.loads(json.dumps(message, separators=(",", ":")))


class _NoStore(Content):
    def __init__(self) -> None:
        super().__init__(os.path.abspath(os.sep), os.path.abspath(os.sep))

    def put(self, data: bytes) -> "tuple[str, int]":
        return hashlib.sha256(data).hexdigest(), len(data)


class _Rehearsal(Run):
    observed = False

    def __init__(self, source: str) -> None:
        # Its own folder: whatever is looked for there is not to be found.
        folder = os.path.dirname(os.path.abspath(__file__))
        job = {
            "cell": "cell",
            "file": _FILE,
            "source": source,
            "folder": folder,
            "bindings": [],
            "definitions": {},
            "own_definitions": {},
            "own_imports": [],
            "ambient": {},
            "environ": dict(os.environ),
            "seed": "0",
        }
        null = os.devnull
        message = {"run": "", "job": job, "stdout": null, "stderr": null, "store": {"content": null, "tmp": null}}
        super().__init__(_Nowhere(), json.loads(json.dumps(message)))  # type: ignore[arg-type]
        self.content = _NoStore()

    def carry_out(self, more: bool = False) -> None:
        result = self._result()
        self.send("result", {**result, **self.streams.sizes()})
        self.streams.flush()
        if result["status"] != "ok":
            raise RuntimeError(result["error"]["traceback"])


def rehearse(hidden: Optional[Hidden] = None, imports: Iterable[str] = (), values: bool = False) -> None:
    """`imports`: libraries that the cell is expected to import; `values`: it is expected to be given what they made."""
    here = os.getcwd()
    descriptors = [(fd, os.dup(fd)) for fd in (0, 1, 2)]
    collecting = gc.isenabled()
    before = _Process()
    try:
        for source in (_PURE, _WHOLE):
            rehearsal = _Rehearsal(source)
            rehearsal.carry_out()
        if hidden is not None:
            settings = Ambient(rehearsal.job, rehearsal.content)
            hidden.borrow(imports, lambda: _handle(settings, values))
    finally:
        before.restore()
        for fd, kept in descriptors:
            os.dup2(kept, fd)
            os.close(kept)
        os.chdir(here)
        (gc.enable if collecting else gc.disable)()


def _handle(settings: Ambient, values: bool) -> None:
    settings.look()
    if "ctypes" in sys.modules:
        watches()
    if values:
        practise()


class _Process:
    """What a run changes in its process, as it is now. Modules that a run loads stay loaded: every run loads them."""

    def __init__(self) -> None:
        self._path = list(sys.path)
        self._finders = list(sys.meta_path)
        self._arguments = list(sys.argv)
        self._main = sys.modules["__main__"]
        self._streams = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
        self._builtins = dict(vars(builtins))
        self._environ = type(os.environ)
        self._stats = SourceFileLoader.path_stats
        import warnings

        self._warnings = dict(vars(warnings))

    def restore(self) -> None:
        sys.path[:] = self._path
        sys.meta_path[:] = self._finders
        sys.argv[:] = self._arguments
        sys.modules["__main__"] = self._main
        sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = self._streams  # type: ignore[misc]
        os.environ.__class__ = self._environ  # type: ignore[assignment]
        SourceFileLoader.path_stats = self._stats  # type: ignore[method-assign]
        linecache = sys.modules.get("linecache")
        if linecache is not None:
            linecache.cache.pop(_FILE, None)
        _put(vars(builtins), self._builtins)
        _put(vars(sys.modules["warnings"]), self._warnings)


def _put(names: "dict[str, Any]", before: "dict[str, Any]") -> None:
    for name in [each for each in names if each not in before]:
        del names[name]
    for name, value in before.items():
        if names.get(name) is not value:
            names[name] = value

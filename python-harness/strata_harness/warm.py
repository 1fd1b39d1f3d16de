"""Importing libraries ahead of the cell that will ask for them, and watching what that does.

Nothing of the user's is imported: only what is installed in the interpreter's own folders. A library whose import does
something that a cell would notice (a thread that stays, a file of the user's that it reads) is reported as unfit; the
process is of no use then, and the host starts another one without that library.
"""

import builtins
import gc
import os
import sys
from typing import Any, Callable, Optional

from .hidden import Effects, Hidden, filters, put_filters
from .installed import installed
from .observe import environ_recorder, library_folders
from .operations import OPERATIONS
from .threads import threads_stay
from .variables import raw_variables, variables

# What nearly every cell makes the harness or a library load at some time.
_ALWAYS = (
    "_socket",
    "fcntl",
    "select",
    "warnings",
    "json",
    "random",
    "pathlib",
    "datetime",
    "inspect",
    "decimal",
    "dataclasses",
)

_MODULES = 4096  # More than a notebook's libraries have; those that are left over are let go.


def warm(wanted: "list[str]", forking: bool) -> "tuple[Hidden, dict[str, Any]]":
    """(the modules, now hidden; what to tell the host)."""
    recorder = _Recorder(forking)
    here = os.getcwd()
    os.chdir(os.path.abspath(os.sep))  # What a library looks for in the current folder is the notebook's to answer.
    collecting = gc.isenabled()
    # What is imported stays, and looking for what does not takes a fifth of the time. A zygote goes on without.
    gc.disable()
    try:
        recorder.start()
        try:
            for name in (*_ALWAYS, *wanted):
                recorder.load(name)
        finally:
            recorder.stop()
    finally:
        os.chdir(here)
        if collecting and not forking:
            gc.enable()
    recorder.hidden.gather()
    return recorder.hidden, recorder.report()


class _Recorder:
    def __init__(self, forking: bool) -> None:
        self.hidden = Hidden()
        self._forking = forking
        self._base = dict(sys.modules)
        self._environ = variables()
        self._filters = list(filters())
        self._stack: list[str] = []
        self._asking: set[str] = set()
        self._see(self._environ, self._filters)
        self._active = False
        self._folders = library_folders()
        # Modules made beside each other in memory. Putting one into `sys.modules` writes to its page, and made one by
        # one each is on a page of its own, which a child copies.
        self._blank: list[Any] = [type(sys)("") for _ in range(_MODULES if forking else 0)]
        self._foreign: Optional[str] = None
        self._asked: set[str] = set()
        self._settings: set[str] = set()
        self.ready: list[str] = []
        self.absent: list[str] = []
        self.unfit: list[dict[str, str]] = []

    def start(self) -> None:
        self._active = True
        self._import = builtins.__import__
        builtins.__import__ = self._noting_import  # type: ignore[assignment]
        sys.meta_path[:0] = [self, self.hidden]  # type: ignore[list-item]
        sys.addaudithook(self._audit)
        self._kind = type(os.environ)
        os.environ.__class__ = environ_recorder(lambda name, _value: self._asked.add(name), lambda _name: None)  # type: ignore[assignment]

    def stop(self) -> None:
        self._active = False
        builtins.__import__ = self._import
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        self._blank.clear()
        os.environ.__class__ = self._kind  # type: ignore[assignment]
        self._hide()

    def report(self) -> dict[str, Any]:
        tops = {name.partition(".")[0] for name in self.hidden.modules}
        return {
            "ready": self.ready,
            "absent": self.absent,
            "unfit": self.unfit,
            "environ": sorted(self._asked),
            "settings": sorted(self._settings),
            "names": sorted(tops),
            "standard": sorted(getattr(sys, "stdlib_module_names", ())),
        }

    # One library after the other, each as in a process that has imported nothing: so all that comes with it is known.
    def load(self, name: str) -> None:
        if self.unfit:
            return
        if not installed(name.partition(".")[0]):
            self.absent.append(name)
            return
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            part = ".".join(parts[:count])
            try:
                self._import(part)
                brought = [each for each in sys.modules if each not in self._base]
                if count == len(parts):
                    operate = OPERATIONS.get(name)
                    if operate is not None:
                        operate(sys.modules[name])
            except ModuleNotFoundError as error:
                if error.name == name and part == name:
                    self._hide()
                    self.absent.append(name)
                else:
                    self._reject(name, f"it cannot be imported: {error}")
                return
            except BaseException as error:
                self._reject(name, f"it cannot be imported: {type(error).__name__}: {error}")
                return
            last = len(self.hidden.order)
            brought.sort(key=lambda each: self.hidden.order.get(each, last))
            self.hidden.whole[part] = tuple(brought)
            self._hide()
        if self._foreign is not None:
            self._reject(name, f"its import reads {self._foreign}")
        elif self._forking and threads_stay():
            self._reject(name, "its import starts threads that stay, which a forked process would lack")
        elif not self._forking and sys.modules["threading"].active_count() > 1:
            self._reject(name, "its import starts threads, which a cell would see before it imports it")
        elif name not in _ALWAYS:
            self.ready.append(name)

    def _reject(self, name: str, reason: str) -> None:
        self.unfit.append({"module": name, "reason": reason})

    def _hide(self) -> None:
        hidden = self.hidden
        mine = [each for each in sys.modules if each not in self._base and not each.startswith("strata_harness")]
        for name in mine:
            hidden.modules[name] = sys.modules.pop(name)
            hidden.order.setdefault(name, len(hidden.order))
        hidden.back.difference_update(mine)
        brought: dict[str, set[str]] = {}
        for name in mine:
            package, _, last = name.rpartition(".")
            holder = self._base.get(package, hidden.modules.get(package))
            if not package or getattr(holder, "__dict__", {}).get(last) is not hidden.modules[name]:
                continue
            if package not in brought:
                brought[package] = set() if package in self._base else hidden.reach(package)
            if name not in brought[package]:
                # In a process that has imported only the package, this part of it is not there.
                delattr(holder, last)
                hidden.detached.add(name)
        now = variables()
        for name in set(now) | set(self._environ):
            if name not in self._environ:
                del os.environ[name]
            elif now.get(name) != self._environ[name]:
                os.environ[name] = self._environ[name]
        put_filters(self._filters)
        self._see(self._environ, self._filters)

    def _see(self, environ: "dict[str, str]", now: "list[Any]") -> None:
        self._seen_environ, self._seen_filters = dict(environ), list(now)
        self._seen_raw = raw_variables()

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name in self._asking or not self._active:
            return None
        self._note_edge(name)
        self._asking.add(name)
        try:
            for finder in list(sys.meta_path):
                spec = finder.find_spec(name, path, target) if finder is not self else None
                if spec is not None:
                    again = finder is self.hidden
                    # A built-in module's loader is a class, shared by all of them; such modules import nothing.
                    if hasattr(spec.loader, "exec_module") and not isinstance(spec.loader, type):
                        self._watch(spec.loader, name, again)
                    return spec
        finally:
            self._asking.discard(name)
        return None

    def _watch(self, loader: Any, name: str, again: bool) -> None:
        def around(function: Callable[[Any], Any], last: bool) -> Callable[[Any], Any]:
            def called(argument: Any) -> Any:
                self._settle()
                if again:
                    result = function(argument)
                    self._see(variables(), filters())
                    return result
                self._stack.append(name)
                try:
                    result = function(argument)
                    if result is None and not last and self._blank:
                        result = self._blank.pop()
                        result.__init__(name)
                    return result
                finally:
                    self._settle()
                    self._stack.pop()
                    if last:
                        self.hidden.order.setdefault(name, len(self.hidden.order))
                        self._note_contents(name)

            return called

        try:
            loader.exec_module = around(loader.exec_module, True)
            if not again and hasattr(loader, "create_module"):
                loader.create_module = around(loader.create_module, False)
        except AttributeError:
            pass

    def _settle(self) -> None:
        """What has changed in the process since the last time is the doing of the module being executed."""
        now, raw = filters(), raw_variables()
        if raw is not None and raw == self._seen_raw and now == self._seen_filters:
            return
        environ = variables()
        if environ == self._seen_environ and now == self._seen_filters:
            return
        if self._stack:
            own = self.hidden.effects.setdefault(self._stack[-1], Effects())
            for name in set(environ) | set(self._seen_environ):
                if environ.get(name) != self._seen_environ.get(name):
                    own.environ[name] = environ.get(name)
                    self._settings.add(name)
            own.filters[:0] = [each for each in now if each not in self._seen_filters]
        self._see(environ, now)

    def _note_edge(self, name: str) -> None:
        if self._stack:
            self.hidden.edges.setdefault(self._stack[-1], set()).add(name)

    def _noting_import(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        result = self._import(name, globals, locals, fromlist, level)
        if self._stack:
            full = name
            if level > 0 and globals is not None:
                package = (globals.get("__package__") or globals.get("__name__") or "").split(".")
                full = ".".join([*package[: len(package) - level + 1], *([name] if name else [])])
            self._note_edge(full)
            for item in fromlist or ():
                if f"{full}.{item}" in sys.modules:
                    self._note_edge(f"{full}.{item}")
        return result

    def _note_contents(self, name: str) -> None:
        """Compiled modules import others that are loaded already without anybody noticing, but they keep them."""
        module = sys.modules.get(name)
        compiled = not str(getattr(module, "__file__", "")).endswith((".py", ".pyc"))
        edges = self.hidden.edges.setdefault(name, set())
        for value in list(getattr(module, "__dict__", {}).values()):
            origin = value.__name__ if isinstance(value, type(sys)) else None
            if origin is None and compiled and isinstance(value, (type, type(warm), type(len))):
                origin = value.__module__
            if isinstance(origin, str) and origin != name and origin in sys.modules and origin not in self._base:
                edges.add(origin)
        if compiled and "__test__" in getattr(module, "__dict__", {}):
            # What all modules compiled by Cython share, and make without an import.
            edges.update(each for each in sys.modules if each == "cython_runtime" or each.startswith("_cython_"))

    def _audit(self, event: str, args: "tuple[Any, ...]") -> None:
        if not self._active or event != "open":
            return
        path = args[0]
        try:
            path = os.path.abspath(os.fsdecode(path)) if isinstance(path, (str, bytes, os.PathLike)) else ""
        except Exception:
            return
        if not path or path.startswith((*self._folders, "<")) or path.endswith((".pyc", ".pyo")):
            return
        if f"{os.sep}matplotlib{os.sep}" in path and f"{os.sep}.c" in path:
            return
        self._foreign = self._foreign or path

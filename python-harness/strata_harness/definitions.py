"""Top-level functions and classes, which travel between cells as source and are executed where they are needed.

Each keeps its own file name and line, so that tracebacks and `inspect.getsource` show the cell it was written in. A
value refers to one by the hash of its source. What a run changed about one (a counter in a class, an attribute of a
function, a default that is a list) is its state: compared with what the source alone gives, and stored when it differs.
"""

import __future__

import linecache
import pickle
import re
import sys
import types
from collections.abc import Iterable
from typing import Any, Callable, Optional

from .importwatch import watch
from .undoing import keep

_ABSENT = object()
# Written by the interpreter or by caches, not by the user.
_UNSTORED = {
    "__dict__",
    "__weakref__",
    "__abstractmethods__",
    "_abc_impl",
    "__doc__",
    "__module__",
    "__qualname__",
    "__annotations__",
    "__annotations_cache__",
    "__annotate_func__",
    "__static_attributes__",
    "__firstlineno__",
    "__slotnames__",
    "__wrapped__",
    "__parameters__",
    "__orig_bases__",
}

# In front of the number of a cell of a function's closure, where a state names its attributes.
CELL = "<cell>"

State = dict[str, tuple[Any, Optional[bytes]]]

# Definitions whose execution may tell others of them: decorated, or classes with a base.
_TELLS = re.compile(r"@|class\s+\w+\s*(\[.*?\])?\s*\(")


class MissingDefinition(Exception):
    pass


class Definitions:
    def __init__(
        self, main: dict[str, Any], sources: dict[str, dict[str, Any]], resolve: Callable[[dict[str, Any]], Any]
    ) -> None:
        """`sources` by hash; `resolve` gives the object a binding stands for."""
        self._main = main
        self.sources = sources
        self._resolve = resolve
        self._objects: dict[str, Any] = {}
        self._hashes: dict[int, str] = {}
        self._pristine: dict[str, State] = {}
        # Those that were brought to the state that cells above have left them in.
        self.restated: list[Any] = []
        # Where in a module of the user's own a function or class stands, if it does.
        self.part_of: Callable[[Any], Optional[tuple[str, str]]] = lambda thing: None
        # The module of the user's own that has this object under a name, and the name.
        self.place_of: Callable[[Any], Optional[tuple[str, str]]] = lambda thing: None
        # Gives the way back to how modules of the user's own are now.
        self.keep_modules: Callable[[], Callable[[], None]] = lambda: lambda: None

    def get(self, digest: str) -> Any:
        """The object of a definition, executed once, without leaving a name behind."""
        if digest in self._objects:
            return self._objects[digest]
        source = self.sources.get(digest)
        if source is None:
            raise MissingDefinition(f"the definition {digest[:12]} that a stored value refers to was not supplied")
        show(source["file"], source["source"], source["line"])
        tells = _TELLS.match(source["source"])
        # A state has in it already what this definition told (a base class that lists its subclasses).
        settle = keep((), self.restated) if tells and self.restated else None
        early = {binding["name"]: self._resolve(binding) for binding in source["early"]}
        name = source["name"]
        before = {key: self._main.get(key, _ABSENT) for key in [*early, name]}
        flags = future_flags(source.get("futures", ()))
        code = compile("\n" * (source["line"] - 1) + source["source"], source["file"], "exec", flags, True)
        self._main.update(early)
        back = self.keep_modules() if tells else None
        try:
            exec(code, self._main)
            thing = self._main[name]
        except NameError as error:
            if not source["source"].startswith("@"):
                raise
            raise MissingDefinition(
                f"{name} is made again in each cell that needs it, where what its decorators use is not there "
                f"yet ({error}). Take the decorator away, and call it in a statement of its own below it."
            ) from error
        finally:
            if back is not None:
                back()
            if settle is not None:
                settle()
            for key, value in before.items():
                if value is _ABSENT:
                    self._main.pop(key, None)
                else:
                    self._main[key] = value
        self.adopt(source, thing)
        return thing

    def adopt(self, source: dict[str, Any], thing: Any) -> None:
        """Remember what a definition's statement just made."""
        digest = source["hash"]
        self.sources.setdefault(digest, source)
        self._objects[digest] = thing
        self._pristine[digest] = _state(thing)
        if _has_identity(thing):
            self._hashes[id(thing)] = digest

    def made(self, digest: str) -> Any:
        return self._objects.get(digest, _ABSENT)

    def hash_of(self, thing: Any) -> Optional[str]:
        return self._hashes.get(id(thing))

    def delta(self, digest: str) -> Optional[dict[str, Any]]:
        """What differs from the state that the source alone gives; None when nothing does."""
        before, now = self._pristine[digest], _state(self._objects[digest])
        # What it took from a module of the user's own: executed elsewhere it would take what the module has there.
        taken = any(name.startswith("module:") for name in self.sources[digest]["late"])
        changed = {
            name: value
            for name, (value, stream) in now.items()
            if name not in before
            or (taken or stream != before[name][1] if stream is not None else value is not before[name][0])
        }
        removed = [name for name in before if name not in now]
        return {"set": changed, "removed": removed} if changed or removed else None

    def closure(self, digests: list[str]) -> dict[str, dict[str, Any]]:
        """The sources of these definitions and of those they need in order to execute."""
        found: dict[str, dict[str, Any]] = {}
        queue = list(digests)
        while queue:
            digest = queue.pop()
            source = self.sources.get(digest)
            if source is None or digest in found:
                continue
            found[digest] = source
            queue.extend(binding["hash"] for binding in source["early"] if binding["kind"] == "definition")
        return found


def show_classes(definitions: Definitions) -> None:
    """Let `inspect` find the source of classes: it looks in the file of their module, which here is another cell."""

    def hook(inspect: Any) -> None:
        original = inspect.getfile

        def getfile(object: Any) -> str:
            digest = definitions.hash_of(object) if isinstance(object, type) else None
            return original(object) if digest is None else definitions.sources[digest]["file"]

        inspect.getfile = getfile

    watch({"inspect": hook})


def _has_identity(thing: Any) -> bool:
    """Whether `id` tells this object from others: a decorator may return anything, a small number too."""
    return (
        isinstance(thing, (type, types.FunctionType))
        or type(thing).__name__ == "TypeAliasType"
        or hasattr(thing, "__wrapped__")
        or hasattr(thing, "__dict__")
    )


def _state(thing: Any) -> State:
    if isinstance(thing, type):
        import_enum = sys.modules.get("enum")
        if import_enum is not None and isinstance(thing, import_enum.EnumMeta):
            return {}
        items = dict(vars(thing))
    elif isinstance(thing, types.FunctionType):
        items = dict(vars(thing))
        items["__defaults__"] = thing.__defaults__
        items["__kwdefaults__"] = thing.__kwdefaults__
        if "registry" in items and "dispatch" in items:
            return _registered(items)
        for index, cell in enumerate(thing.__closure__ or ()):
            # What a decorator keeps beside the function: a list of calls, a counter.
            try:
                items[f"{CELL}{index}"] = cell.cell_contents
            except ValueError:
                pass  # Not assigned yet.
    else:
        own = getattr(thing, "__dict__", None)
        items = dict(own) if isinstance(own, dict) else {}
    return {name: (value, _stream(value)) for name, value in items.items() if name not in _UNSTORED}


def _registered(items: dict[str, Any]) -> State:
    """Of a `functools.singledispatch` function, what has been registered with it."""
    found = {kind: function for kind, function in items["registry"].items() if kind is not object}
    return {"registry": (found, repr([(kind, id(function)) for kind, function in found.items()]).encode())}


_CODE = (types.FunctionType, type, staticmethod, classmethod, property, types.MemberDescriptorType, types.ModuleType)


def _stream(value: Any) -> Optional[bytes]:
    """Bytes that differ when the value does; None for what is compared by identity."""
    if isinstance(value, _CODE):
        return None
    if type(value).__name__ == "WeakSet":
        # Which have come is not to be stored, but that some have is.
        return b"%d" % len(value)
    try:
        return pickle.dumps(value, 5)
    except Exception:
        return None


def show(file: str, source: str, line: int) -> None:
    """Let tracebacks and `inspect` find a cell's text under its file name, which may differ from what is on disk."""
    known = linecache.cache.get(file)
    lines = list(known[2]) if known is not None and len(known) == 4 and known[1] is None else []
    new = source.splitlines(keepends=True)
    if new and not new[-1].endswith("\n"):
        new[-1] += "\n"
    lines.extend("\n" for _ in range(line - 1 + len(new) - len(lines)))
    lines[line - 1 : line - 1 + len(new)] = new
    # Without a modification time the entry is never checked against the disk.
    linecache.cache[file] = (sum(map(len, lines)), None, lines, file)


def future_flags(features: Iterable[str]) -> int:
    """What `from __future__ import …` tells the compiler."""
    flags = 0
    for feature in features:
        flags |= getattr(__future__, feature).compiler_flag if hasattr(__future__, feature) else 0
    return flags

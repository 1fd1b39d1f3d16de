"""What a module of the user's own holds, taken apart into entries that can be stored and put into a fresh copy of it.

A fresh copy has the same functions and classes, since its text made them: its *parts*, found again by where they
stand. All else is state: globals, what is set on classes and functions, defaults, what closures hold. Keys of entries
are a letter and a path: `g` a global, `s` an attribute of a class, `a` attributes of a function, `d` and `k` its
defaults, `c` a cell of its closure, `r` what is registered with a single-dispatch function, `o` names that do not stand
for the parts that the text had bound to them.
"""

import functools
import types
from typing import Any, Optional

from .definitions import _UNSTORED

_SKIPPED = {
    "__builtins__", "__spec__", "__file__", "__cached__", "__loader__", "__name__", "__doc__", "__package__",
    "__path__", "__warningregistry__", "__conditional_annotations__", "__annotate__", "__annotations__",
}  # fmt: skip
_CACHED = type(functools.lru_cache(lambda: None))
_MISSING = object()

State = dict[str, Any]


class Parts:
    """The functions and classes of a module as its text has just made them, by path; and what stood in its classes."""

    def __init__(self, module: types.ModuleType) -> None:
        self.found: dict[str, Any] = {}
        self.paths: dict[int, str] = {}
        self._classes: dict[str, dict[str, Any]] = {}
        name, names = module.__name__, vars(module)
        queue = [item for item in names.items() if item[0] not in _SKIPPED]
        for path, thing in queue:
            kind = type(thing)
            if id(thing) in self.paths:
                continue
            if kind is types.FunctionType:
                if thing.__globals__ is not names and thing.__module__ != name:
                    continue
                queue.extend((f"{path}<{index}>", one) for index, one in enumerate(_contents(thing)))
                queue.extend((f"{path}.{key}", one) for key, one in vars(thing).items())
            elif kind is _CACHED:
                if thing.__module__ != name:
                    continue
                queue.append((f"{path}.__wrapped__", thing.__wrapped__))
            elif isinstance(thing, type):
                if thing.__module__ != name:
                    continue
                self._classes[path] = dict(vars(thing))
                queue.extend((f"{path}.{key}", one) for key, one in vars(thing).items() if key not in _UNSTORED)
            elif kind in (staticmethod, classmethod):
                queue.append((f"{path}()", thing.__func__))
                continue
            elif kind is property:
                accessors = (("get", thing.fget), ("set", thing.fset), ("del", thing.fdel))
                queue.extend((f"{path}({how})", one) for how, one in accessors if one is not None)
                continue
            else:
                continue
            self.found[path] = thing
            self.paths[id(thing)] = path

    def made(self, path: str, key: str, value: Any) -> bool:
        """Whether the class has this attribute from its text, and it is code, which the text gives again."""
        if not _is_code(value) and not (key.startswith("__") and key.endswith("__")):
            return False
        return self._classes[path].get(key, _MISSING) is value


def take(module: types.ModuleType, parts: Parts, opaque: "set[str]") -> State:
    """`opaque`: keys of what cannot be stored, and is left as a fresh copy has it."""
    import sys

    state: State = {}
    names = vars(module)
    other: list[str] = []
    for name, value in names.items():
        if name in _SKIPPED or (
            isinstance(value, types.ModuleType) and sys.modules.get(f"{module.__name__}.{name}") is value
        ):
            continue
        if parts.found.get(name, _MISSING) is not value:
            state[f"g:{name}"] = value
    for path, thing in parts.found.items():
        if "." not in path and "<" not in path and names.get(path, _MISSING) is not thing:
            other.append(path)
        if isinstance(thing, type):
            if type(thing).__module__ == "enum":
                continue
            for key, value in vars(thing).items():
                if key not in _UNSTORED and not parts.made(path, key, value):
                    state[f"s:{path}.{key}"] = value
            continue
        own = {key: value for key, value in vars(thing).items() if id(value) not in parts.paths}
        registry = _registry(thing)
        if registry is not None:
            state[f"r:{path}"] = registry
            continue
        own.pop("__wrapped__", None)
        if own:
            state[f"a:{path}"] = own
        if type(thing) is not types.FunctionType:
            continue
        if thing.__defaults__ is not None:
            state[f"d:{path}"] = thing.__defaults__
        if thing.__kwdefaults__ is not None:
            state[f"k:{path}"] = thing.__kwdefaults__
        for index, content in enumerate(_contents(thing)):
            if content is not _MISSING and id(content) not in parts.paths:
                state[f"c:{path}<{index}"] = content
    for key in opaque:
        state.pop(key, None)
    if other:
        state["o:"] = sorted(other)
    if opaque:
        state["opaque:"] = sorted(opaque)
    return state


def put(module: types.ModuleType, parts: Parts, state: State) -> None:
    names = vars(module)
    opaque = set(state.get("opaque:", ()))
    for key in take(module, parts, opaque):
        letter, _, path = key.partition(":")
        if key not in state and letter in ("g", "s"):
            _remove(names, parts, letter, path)
    for path in state.get("o:", ()):
        if f"g:{path}" not in state:
            names.pop(path, None)
    for key, value in state.items():
        letter, _, path = key.partition(":")
        if letter == "g":
            names[path] = value
        elif letter == "s":
            owner, _, name = path.rpartition(".")
            if _differs(parts.found[owner], name, value):
                setattr(parts.found[owner], name, value)
        elif letter == "a":
            for name in [each for each in vars(parts.found[path]) if each != "__wrapped__" and each not in value]:
                del vars(parts.found[path])[name]
            vars(parts.found[path]).update(value)
        elif letter == "d":
            parts.found[path].__defaults__ = value
        elif letter == "k":
            parts.found[path].__kwdefaults__ = value
        elif letter == "c":
            owner, _, index = path.rpartition("<")
            parts.found[owner].__closure__[int(index)].cell_contents = value
        elif letter == "r":
            for kind, function in value.items():
                if parts.found[path].registry.get(kind) is not function:
                    parts.found[path].register(kind, function)


def _differs(owner: type, name: str, value: Any) -> bool:
    return vars(owner).get(name, _MISSING) is not value


def _remove(names: dict[str, Any], parts: Parts, letter: str, path: str) -> None:
    if letter == "g":
        names.pop(path, None)
        return
    owner, _, name = path.rpartition(".")
    try:
        delattr(parts.found[owner], name)
    except (AttributeError, TypeError):
        pass


def _registry(thing: Any) -> Optional[dict[Any, Any]]:
    """What has been registered with a `functools.singledispatch` function."""
    own = vars(thing)
    if "registry" in own and "dispatch" in own and "_clear_cache" in own:
        return dict(own["registry"])
    return None


def _contents(function: types.FunctionType) -> list[Any]:
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            found.append(_MISSING)
    return found


_CODE = (
    types.FunctionType,
    staticmethod,
    classmethod,
    property,
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    _CACHED,
    functools.cached_property,
    functools.partialmethod,
    functools.singledispatchmethod,
    type,
)


def _is_code(value: Any) -> bool:
    return isinstance(value, _CODE)

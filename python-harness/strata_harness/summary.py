"""What a variable is, in one line, and whether anything could ever change it. Never raises and never takes long."""

import datetime
import sys
import types
from typing import Any

_ATOMS = (int, float, complex, bool, str, bytes, type(None), type(Ellipsis), type(NotImplemented), range, slice)
_DATES = (datetime.date, datetime.time, datetime.timedelta, datetime.timezone)
_LONGEST = 60


def immutable(value: Any, depth: int = 4) -> bool:
    kind = type(value)
    if kind in _ATOMS or kind in _DATES or kind is datetime.datetime or isinstance(value, types.ModuleType):
        return True
    if kind in (tuple, frozenset):
        return depth > 0 and len(value) <= 1000 and all(immutable(item, depth - 1) for item in value)
    if kind.__module__ in ("decimal", "fractions", "uuid", "pathlib", "pathlib._local") and kind.__name__ in (
        "Decimal",
        "Fraction",
        "UUID",
        "PosixPath",
        "WindowsPath",
        "PurePosixPath",
    ):
        return True
    if isinstance(value, (types.BuiltinFunctionType, type)):
        # Classes of cells have a state that is compared on its own.
        return getattr(value, "__module__", None) != "__main__"
    enum = sys.modules.get("enum")
    if enum is not None and isinstance(value, enum.Enum):
        return kind.__module__ != "__main__" or immutable(value._value_, depth - 1)
    numpy = sys.modules.get("numpy")
    return (
        numpy is not None
        and kind.__module__ == "numpy"
        and isinstance(value, numpy.generic)
        and kind.__name__ != "void"
    )


def type_name(value: Any) -> str:
    kind = type(value)
    module = kind.__module__
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return kind.__qualname__
    # The name users know: pandas.DataFrame rather than pandas.core.frame.DataFrame.
    root = module.partition(".")[0]
    top = sys.modules.get(root)
    if top is not None and vars(top).get(kind.__qualname__) is kind:
        module = root
    return f"{module}.{kind.__qualname__}"


def summary(value: Any) -> str:
    try:
        return _summary(value)
    except Exception:
        return type(value).__name__


def _summary(value: Any) -> str:
    kind = type(value)
    name = kind.__name__
    if value is None:
        return "None"
    if kind in (int, float, complex, bool):
        return f"{name} {_short(str(value)) if kind is not int or value.bit_length() < 4096 else '(very large)'}"
    if kind is str:
        return f"str {_short(repr(value[:_LONGEST]))}" if len(value) <= _LONGEST else f"str of {len(value)} characters"
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, type):
        return f"class {value.__qualname__}"
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
        return f"function {value.__qualname__}"
    root = (kind.__module__ or "").partition(".")[0]
    if root in ("numpy", "pandas", "polars", "pyarrow", "torch", "scipy"):
        shape = getattr(value, "shape", None)
        if isinstance(shape, tuple) and shape:
            dtype = getattr(value, "dtype", None)
            return f"{name} {'×'.join(str(int(size)) for size in shape)}" + (f" {dtype}" if dtype is not None else "")
        if not callable(shape):
            return f"{name} {_short(str(value))}" if shape == () else name
    if kind in (list, tuple, dict, set, frozenset, bytes, bytearray):
        return f"{name} of {len(value)}"
    enum = sys.modules.get("enum")
    if enum is not None and isinstance(value, enum.Enum):
        return f"{name}.{value.name}"
    return name


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

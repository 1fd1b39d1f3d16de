"""A value as plain text and, for plain containers, as JSON.

Every display has a text twin: terminals, diffs and `strata run` read nothing else. So making it may never fail, never
take long on a huge container, and never depend on a third-party library.
"""

import json
import math
import pprint
from typing import Any, Optional, cast

MAX_TEXT = 1_000_000
"""Characters of plain text kept of one value."""

MAX_ITEMS = 1000
"""Elements shown of one container, as interactive Python shells do."""

MAX_JSON = 1_000_000
"""Bytes of JSON beyond which a container is shown as text only."""

_CONTAINERS = (dict, list, tuple, set, frozenset)
_EXACT = 2**53  # beyond this a JavaScript number is no longer the integer that was meant


class _More:
    """Stands for the elements of a container that are left out."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __repr__(self) -> str:
        return f"... {self.count} more"


class _Printer(pprint.PrettyPrinter):
    """Pretty-prints containers, but leaves long strings whole instead of cutting them into pieces."""

    _dispatch = {
        key: value
        for key, value in cast(dict[Any, Any], getattr(pprint.PrettyPrinter, "_dispatch", {})).items()
        if key not in (str.__repr__, bytes.__repr__, bytearray.__repr__)
    }


def plain_text(value: object) -> str:
    """What a shell would print for the value; a failing `__repr__` is told in the text."""
    try:
        if type(value) in _CONTAINERS:
            text = _Printer(width=80, sort_dicts=False).pformat(_clipped(value))
        else:
            text = repr(value)
    except Exception as error:  # the user's own __repr__ may raise anything
        text = f"<{type_name(value)} object whose repr() failed: {brief(error)}>"
    return cut(text)


def cut(text: str) -> str:
    """The text, no longer than `MAX_TEXT`, saying how much is missing."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}\n… cut here: {len(text) - MAX_TEXT:,} more characters"


def brief(error: BaseException) -> str:
    """One line for an exception, even when the exception itself cannot be printed."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    return f"{type(error).__name__}: {lines[0][:500]}" if lines else type(error).__name__


def type_name(value: object) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


_LINE = 100


def json_tree(value: object) -> Optional[str]:
    """JSON for the tree view: only of a dict or list that JSON holds exactly and that is worth folding."""
    if type(value) not in (dict, list):
        return None
    members = list(cast(dict[Any, Any], value).values()) if type(value) is dict else cast(list[Any], value)
    flat = not any(type(member) in (dict, list) and member for member in members)
    if flat and len(members) <= _LINE and len(repr(value)) <= _LINE:
        return None  # one line of text says it better
    if not _json_able(value, [100_000], 0):
        return None
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text.encode("utf-8", "backslashreplace")) <= MAX_JSON else None


def _json_able(value: Any, budget: list[int], depth: int) -> bool:
    budget[0] -= 1
    if budget[0] < 0 or depth > 60:
        return False
    kind = type(value)
    if value is None or kind in (str, bool):
        return True
    if kind is int:
        return -_EXACT <= value <= _EXACT
    if kind is float:
        return math.isfinite(value)
    if kind is list:
        return all(_json_able(member, budget, depth + 1) for member in value)
    if kind is dict:
        return all(type(key) is str and _json_able(member, budget, depth + 1) for key, member in value.items())
    return False


def _clipped(value: Any) -> Any:
    """The container itself, or, when it holds very much, a copy with the ends of its long parts left out."""
    return _clip(value, 0, {})


def _clip(value: Any, depth: int, open_: dict[int, Any]) -> Any:
    kind = type(value)
    if kind not in _CONTAINERS or depth > 20 or id(value) in open_:
        return value
    open_[id(value)] = value
    try:
        left_out = len(value) - MAX_ITEMS
        if kind is dict:
            return _clip_dict(value, left_out, depth, open_)
        kept = _first(value, MAX_ITEMS)
        parts = [_clip(member, depth + 1, open_) for member in kept]
        if left_out <= 0 and all(new is old for new, old in zip(parts, kept)):
            return value
        if left_out > 0:
            parts.append(_More(left_out))
        return kind(parts)
    finally:
        del open_[id(value)]


def _clip_dict(value: dict[Any, Any], left_out: int, depth: int, open_: dict[int, Any]) -> dict[Any, Any]:
    keys = _first(value, MAX_ITEMS)
    parts = {key: _clip(value[key], depth + 1, open_) for key in keys}
    if left_out <= 0 and all(parts[key] is value[key] for key in keys):
        return value
    if left_out > 0:
        parts[_More(left_out)] = _More(0)
    return parts


def _first(values: Any, count: int) -> list[Any]:
    if isinstance(values, (list, tuple)):
        return list(values[:count])
    return [member for member, _ in zip(values, range(count))]

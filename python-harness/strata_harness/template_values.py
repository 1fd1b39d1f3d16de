"""What a value is in a prompt: a picture, or text within a budget of characters, which says when something is left out.

Libraries are looked up in `sys.modules` only: a value of a library that is not loaded does not exist.
"""

import base64
import inspect
import io
import json
import pprint
import sys
import types
from typing import Any, Optional

from .display_figures import close, is_figure, picture
from .template_table import table_text

Part = dict[str, str]
"""{"text": …} or {"mime": …, "data": Base64}."""

_MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_PICTURES = (("_repr_png_", "image/png"), ("_repr_jpeg_", "image/jpeg"))


def parts_of(value: Any, source: str, budget: int) -> list[Part]:
    """`source` is the expression, for messages; `budget` is in characters."""
    if isinstance(value, str):
        return [_text(value, budget)]
    if value is None or isinstance(value, (bool, int, float, complex)):
        return [_text(str(value), budget)]
    found = _picture(value)
    if found is not None:
        return [found]
    table = table_text(value, budget)
    if table is not None:
        return [{"text": table}]
    return [_text(_described(value, source), budget)]


def _text(text: str, budget: int) -> Part:
    if len(text) <= budget:
        return {"text": text}
    return {"text": f"{text[:budget]}\n(cut: the first {budget:,} of {len(text):,} characters are shown)"}


def _described(value: Any, source: str) -> str:
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return _structure(value)
    if isinstance(value, (types.FunctionType, type)):
        try:
            return inspect.getsource(value).rstrip()
        except (OSError, TypeError):
            pass
    for name in ("_repr_markdown_", "_repr_latex_"):
        method = getattr(value, name, None)
        text = method() if callable(method) and not isinstance(value, type) else None
        if isinstance(text, str):
            return text
    text = str(value)
    if f"at {id(value):#x}" in text or f"at 0x{id(value):016x}" in text:
        # An address says nothing, and would be another one in every run.
        raise TypeError(
            f"{{{{ {source} }}}} is a {type(value).__name__}, which has no text of its own. "
            "Refer to an attribute of it, or to what a method of it returns."
        )
    return text


def _structure(value: Any) -> str:
    """JSON where the value is JSON, as models read that best; else what Python would print."""
    if isinstance(value, (set, frozenset)):
        try:
            value = sorted(value)
        except TypeError:
            return pprint.pformat(value, width=100)
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    except (TypeError, ValueError):
        return pprint.pformat(value, width=100, sort_dicts=False)


def _plain(value: Any) -> Any:
    """Numbers of numpy and the like inside a structure."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return item()
    if type(value).__module__ in ("datetime", "decimal", "fractions", "uuid", "pathlib", "pathlib._local"):
        return str(value)
    isoformat = getattr(value, "isoformat", None)
    if callable(isoformat):
        return isoformat()
    raise TypeError(type(value).__name__)


def _picture(value: Any) -> Optional[Part]:
    if isinstance(value, type):
        return None
    figure = _figure_of(value)
    if figure is not None:
        data = picture(figure)
        # Also a figure that a plotting call in the expression has just made must not be shown below the cell.
        close(figure)
        return _image("image/png", data)
    if isinstance(value, (bytes, bytearray)):
        for magic, mime in _MAGIC:
            if bytes(value[: len(magic)]) == magic:
                return _image(mime, bytes(value))
        return None
    pil = getattr(sys.modules.get("PIL.Image"), "Image", None)
    if pil is not None and isinstance(value, pil):
        stream = io.BytesIO()
        value.save(stream, "PNG")
        return _image("image/png", stream.getvalue())
    for name, mime in _PICTURES:
        method = getattr(value, name, None)
        data = method() if callable(method) else None
        if isinstance(data, tuple):
            data = data[0]
        if isinstance(data, str):
            return {"mime": mime, "data": "".join(data.split())}
        if isinstance(data, (bytes, bytearray)):
            return _image(mime, bytes(data))
    return None


def _figure_of(value: Any) -> Any:
    if is_figure(value):
        return value
    artist = getattr(sys.modules.get("matplotlib.artist"), "Artist", None)
    if artist is not None and isinstance(value, artist):
        return value.figure
    # A grid of seaborn holds its figure.
    inner = getattr(value, "figure", None)
    return inner if is_figure(inner) else None


def _image(mime: str, data: bytes) -> Part:
    return {"mime": mime, "data": base64.b64encode(data).decode("ascii")}

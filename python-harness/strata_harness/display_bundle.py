"""The representations of one value, richest first and always with plain text last.

Follows the conventions that libraries already implement for interactive Python (`_repr_mimebundle_`, `_repr_html_` and
its siblings). An error inside one of these methods is told in the plain text and never fails the cell.
"""

import base64
import binascii
import json
from collections.abc import Collection
from typing import Any, Callable, Optional, Union

from .display_text import brief, cut, json_tree, plain_text

Content = Union[str, bytes]
Bundle = dict[str, Content]

_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)
_TEXT_IMAGES = ("image/svg+xml",)


def bundle_of(
    value: object, include: Optional[Collection[str]] = None, exclude: Optional[Collection[str]] = None
) -> Bundle:
    """Representations of a value by MIME type."""
    notes: list[str] = []
    found: Bundle = {}
    if not isinstance(value, type) and not _answers_everything(value):
        found.update(_from_mimebundle(value, include, exclude, notes))
        for name, mime in _METHODS:
            if mime not in found:
                content = _from_method(value, name, mime, notes)
                if content is not None:
                    found[mime] = content
    tree = json_tree(value)
    if tree is not None:
        found.setdefault("application/json", tree)
    text = found.pop("text/plain", None)
    text = cut(text) if isinstance(text, str) else plain_text(value)
    if include:
        found = {mime: content for mime, content in found.items() if mime in include}
    if exclude:
        found = {mime: content for mime, content in found.items() if mime not in exclude}
    found["text/plain"] = "\n".join([text, *notes])
    return found


def raw_bundle(data: Any) -> Bundle:
    """A bundle that the user's code made itself."""
    notes: list[str] = []
    found = _contents(data, notes)
    text = found.pop("text/plain", "")
    found["text/plain"] = "\n".join([part for part in [cut(str(text)), *notes] if part])
    return found


def _answers_everything(value: object) -> bool:
    """Mocks and proxies have every attribute one asks for, so that none of them means anything."""
    try:
        return getattr(value, "_strata_no_such_method_", None) is not None
    except Exception:
        return True


def _method(value: object, name: str, notes: list[str]) -> Optional[Callable[..., Any]]:
    try:
        method = getattr(value, name, None)
    except Exception as error:
        notes.append(f"[{name} failed: {brief(error)}]")
        return None
    return method if callable(method) else None


def _from_mimebundle(
    value: object, include: Optional[Collection[str]], exclude: Optional[Collection[str]], notes: list[str]
) -> Bundle:
    method = _method(value, "_repr_mimebundle_", notes)
    if method is None:
        return {}
    try:
        result = method(include=include, exclude=exclude)
    except Exception as error:
        notes.append(f"[_repr_mimebundle_ failed: {brief(error)}]")
        return {}
    data = result[0] if isinstance(result, tuple) and result else result
    return _contents(data, notes) if isinstance(data, dict) else {}


def _from_method(value: object, name: str, mime: str, notes: list[str]) -> Optional[Content]:
    method = _method(value, name, notes)
    if method is None:
        return None
    try:
        result = method()
        data = _without_metadata(result)
        return None if data is None else _content(mime, data)
    except Exception as error:
        notes.append(f"[{name} failed: {brief(error)}]")
        return None


def _without_metadata(result: Any) -> Any:
    """Methods may return `(data, metadata)`; the metadata has no use here."""
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict):
        return result[0]
    return result


def _contents(data: dict[Any, Any], notes: list[str]) -> Bundle:
    found: Bundle = {}
    for mime, part in data.items():
        if part is None or not isinstance(mime, str):
            continue
        try:
            found[mime] = _content(mime, part)
        except Exception as error:
            notes.append(f"[{mime} cannot be shown: {brief(error)}]")
    return found


def _content(mime: str, data: Any) -> Content:
    """Bytes for pictures, text for everything else. Libraries hand over pictures as bytes or as Base64."""
    if isinstance(data, (bytearray, memoryview)):
        data = bytes(data)
    if mime == "application/json" or mime.endswith("+json"):
        return data if isinstance(data, (str, bytes)) and _is_json(data) else json.dumps(data, ensure_ascii=False)
    if isinstance(data, bytes):
        return data.decode("utf-8") if mime.startswith("text/") or mime in _TEXT_IMAGES else data
    if isinstance(data, (list, tuple)) and all(isinstance(line, str) for line in data):
        data = "".join(data)
    if not isinstance(data, str):
        raise TypeError(f"{type(data).__name__} where text or bytes were expected")
    if mime.startswith(("image/", "audio/", "video/")) and mime not in _TEXT_IMAGES or mime == "application/pdf":
        return _decoded(data)
    return data


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError("text that is not Base64 where a picture was expected") from None


def _is_json(data: Union[str, bytes]) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def ordered(bundle: Bundle) -> list[tuple[str, Content]]:
    """The bundle with its plain text last: viewers take the first representation that they know."""
    rest = [(mime, content) for mime, content in bundle.items() if mime != "text/plain"]
    return rest + [("text/plain", bundle["text/plain"])] if "text/plain" in bundle else rest

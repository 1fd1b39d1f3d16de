"""An exception as data: name, message, the traceback as Python prints it without our own frames, and its frames."""

import os
import traceback
from typing import Any, Optional

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def describe(error: BaseException, file: str, cells: dict[str, str]) -> dict[str, Any]:
    """`file` is the failing cell's own file; `cells` maps file names to cell ids."""
    frames: list[dict[str, Any]] = []
    text = ""
    try:
        shown = traceback.TracebackException.from_exception(error)
        _strip(shown, file, set())
        text = "".join(shown.format()).rstrip("\n")
        frames = [_frame(frame, cells) for frame in shown.stack]
    except Exception as problem:  # A broken __str__ or __repr__ of the user's.
        text = f"{type(error).__name__}\n(the traceback cannot be printed: {type(problem).__name__})"
    line = next((frame["line"] for frame in reversed(frames) if frame["file"] == file), None)
    if isinstance(error, SyntaxError) and error.filename == file and error.lineno:
        line = error.lineno
    result: dict[str, Any] = {
        "name": type(error).__qualname__,
        "message": _message(error),
        "traceback": text,
        "frames": frames,
    }
    if line:
        result["line"] = line
    return result


def _message(error: BaseException) -> str:
    try:
        return str(error.msg) if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return ""


def _strip(shown: Optional[traceback.TracebackException], file: str, seen: set[int]) -> None:
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    stack = list(shown.stack)
    # What started the cell (our frames, and asyncio's when it awaits) comes before its first own frame.
    first = next((index for index, frame in enumerate(stack) if frame.filename == file), 0)
    kept = [frame for frame in stack[first:] if not frame.filename.startswith(_HERE)]
    if isinstance(shown.stack, traceback.StackSummary):
        shown.stack[:] = kept
    _strip(shown.__cause__, file, seen)
    _strip(shown.__context__, file, seen)
    for inner in getattr(shown, "exceptions", None) or ():
        _strip(inner, file, seen)


def _frame(frame: traceback.FrameSummary, cells: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {"file": frame.filename, "line": frame.lineno or 0, "function": frame.name}
    if frame.filename in cells:
        result["cell"] = cells[frame.filename]
    if frame.line:
        result["text"] = frame.line
    return result

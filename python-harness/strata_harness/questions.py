"""The functions of `os` that ask about files without opening them, put where the interpreter has its own.

No audit hook hears of these. `os.path`, `pathlib`, `glob` and `shutil` ask by way of them too. What stands in a
function's place is equal to it, has its name, signature and text, is pickled under its name, and is in the sets
`os.supports_fd` and so on; it is no function of Python's, which a class would turn into a method (as `pathlib` does
before Python 3.11). Put there once in a process, before any library is loaded, so that nobody keeps another one;
it costs next to nothing where nobody listens.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Callable, Optional

# (the function's name, its arguments, its keywords, its result or exception, the frame that called)
Hears = Callable[[str, "tuple[Any, ...]", "dict[str, Any]", Any, Any], None]

_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_ASKING = ("stat", "lstat", "access", "readlink")
# Compiled on Windows, where they do not come by `os.stat`.
_COMPILED = ("exists", "lexists", "isfile", "isdir", "islink", "isjunction")


class _Listener:
    """Whoever hears of questions in this process, and which calls of `os.scandir` give entries that tell."""

    hears: Optional[Hears] = None
    scans: "Callable[[Any], bool]" = bool


_listener = _Listener()


def listen(hears: Optional[Hears], scans: "Callable[[Any], bool]" = bool) -> None:
    """`scans` tells of the frame that calls `os.scandir` whether the entries are to tell what they are asked."""
    _listener.hears, _listener.scans = hears, scans


class _Question:
    def __init__(self, real: Any, home: Any, name: str) -> None:
        self._real = real
        # On Windows not the one that it has itself: `os.path.isdir` is `nt._path_isdir`.
        self._name = name
        for name in ("__name__", "__qualname__", "__doc__", "__self__", "__text_signature__"):
            setattr(self, name, getattr(real, name, None))
        # Where this is found by its name: in the module beside it, which imports use, stays what was there.
        self.__module__ = home.__name__

    def __call__(self, *args: Any, **named: Any) -> Any:
        hears = _listener.hears
        if hears is None:
            return self._real(*args, **named)
        try:
            answer = self._real(*args, **named)
        except OSError as error:
            hears(self._name, args, named, error, sys._getframe(1))
            raise
        hears(self._name, args, named, answer, sys._getframe(1))
        return answer

    @property
    def __class__(self) -> Any:
        return type(self._real)

    def __eq__(self, other: object) -> bool:
        return other is self or other is self._real

    def __hash__(self) -> int:
        return hash(self._real)

    def __repr__(self) -> str:
        return repr(self._real)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._name


class _Scan(_Question):
    """`os.scandir`. That a folder was listed is heard of already; here, what its entries are asked."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        found = self._real(*args, **named)
        hears = _listener.hears
        if hears is None:
            return found
        frame = sys._getframe(1)
        if _listener.scans(frame):
            return _Entries(found, hears)
        # The library's own functions ask their entries what they are, and nothing else of them.
        hears("scandir", args, named, None, frame)
        return found


class _Entries:
    def __init__(self, found: Any, hears: Hears) -> None:
        self._found, self._hears = found, hears

    @property
    def __class__(self) -> Any:
        return type(self._found)

    def __iter__(self) -> "Iterator[Any]":
        return self

    def __next__(self) -> Any:
        return _Entry(next(self._found), self._hears)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        self._found.close()

    def close(self) -> None:
        self._found.close()


class _Entry:
    __slots__ = ("_entry", "_hears")

    def __init__(self, entry: Any, hears: Hears) -> None:
        self._entry, self._hears = entry, hears

    @property
    def __class__(self) -> Any:
        return os.DirEntry

    name = property(lambda self: self._entry.name)
    path = property(lambda self: self._entry.path)

    def inode(self) -> int:
        found: int = self._entry.inode()
        return found

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._kind(self._entry.is_dir(follow_symlinks=follow_symlinks))

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return self._kind(self._entry.is_file(follow_symlinks=follow_symlinks))

    def is_symlink(self) -> bool:
        return self._kind(self._entry.is_symlink())

    def is_junction(self) -> bool:
        return self._kind(self._entry.is_junction())

    def _kind(self, answer: bool) -> bool:
        self._hears("scandir", (os.path.dirname(self._entry.path) or ".",), {}, None, sys._getframe(2))
        return answer

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        named = {"follow_symlinks": follow_symlinks}
        try:
            answer = self._entry.stat(**named)
        except OSError as error:
            self._hears("stat", (self._entry.path,), named, error, sys._getframe(1))
            raise
        self._hears("stat", (self._entry.path,), named, answer, sys._getframe(1))
        return answer

    def __fspath__(self) -> Any:
        return self._entry.path

    def __repr__(self) -> str:
        return repr(self._entry)


def install() -> None:
    """Once in a process."""
    if type(os.stat) is _Question:
        return
    # Loaded before in some environments; before Python 3.11 it keeps the functions themselves.
    kept = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
    for name in (*_ASKING, "scandir"):
        real = getattr(os, name, None)
        if real is None:
            continue
        question = (_Scan if name == "scandir" else _Question)(real, os, name)
        setattr(os, name, question)
        if kept is not None and vars(kept).get(name) is real:
            setattr(kept, name, question)
    for name in _COMPILED:
        real = getattr(os.path, name, None)
        if type(real) is type(len):
            setattr(os.path, name, _Question(real, os.path, name))
    _hide_from_tracebacks()


def _hide_from_tracebacks() -> None:
    """An exception comes by this project's frames then, which the cell does not see as a script does not."""

    def without_ours(walk: Any) -> Any:
        def walk_tb(tb: Any) -> "Iterator[Any]":
            for each in walk(tb):
                if not each[0].f_code.co_filename.startswith(_HERE):
                    yield each

        walk_tb.__name__ = walk_tb.__qualname__ = walk.__name__
        walk_tb.__doc__, walk_tb.__module__, walk_tb.__wrapped__ = walk.__doc__, walk.__module__, walk  # type: ignore[attr-defined]
        return walk_tb

    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        walk = getattr(traceback, name, None)
        if walk is not None:
            setattr(traceback, name, without_ours(walk))

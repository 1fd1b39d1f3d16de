"""Values of earlier cells: loaded from the store, and compared at the end with what they were."""

import gc
import hashlib
import sys
from typing import Any, Callable, Optional, Union

from . import revive
from .definitions import Definitions
from .pages import written
from .pickling import Dump, dump
from .store import Content, ValueFile

_CHUNK = 1 << 18


class ValueUnreadable(Exception):
    """A stored value that an earlier cell made cannot be loaded here."""


class Values:
    def __init__(self, content: Content) -> None:
        self._content = content
        self._loaded: dict[str, tuple[ValueFile, dict[str, Any]]] = {}
        # Levels of loading around this point; modules that come in meanwhile get their state at its end.
        self.busy = 0
        self.settle: Callable[[], None] = lambda: None
        self.met: Callable[[str, str], None] = lambda name, digest: None

    def get(self, digest: str, variable: str) -> Any:
        """A variable of a stored value. Variables of one file share what they shared when they were stored."""
        return self._load(digest)[1][variable]

    def _load(self, digest: str) -> tuple[ValueFile, dict[str, Any]]:
        if digest not in self._loaded:
            try:
                file = ValueFile(self._content.path(digest))
            except (OSError, ValueError) as error:
                raise ValueUnreadable(f"the stored value {digest[:12]} is missing or damaged: {error}") from error
            collecting = gc.isenabled()
            gc.disable()
            self.busy += 1
            try:
                variables, plain = revive.load(file.stream, file.buffers)
            finally:
                self.busy -= 1
                if collecting:
                    gc.enable()
            if plain and len(variables) == 1:
                file.plain = next(iter(variables))
            self._loaded[digest] = (file, variables)
            for name in variables:
                if name.startswith("module:"):
                    self.met(name, digest)
            if self.busy == 0:
                self.settle()
        return self._loaded[digest]

    def file(self, digest: str) -> ValueFile:
        return self._load(digest)[0]


class Baseline:
    """How a variable was before the cell, cheap to take: large buffers are compared with the file they came from."""

    def __init__(self, taken: Dump, file: Optional[ValueFile]) -> None:
        self._stream = taken.stream
        self._definitions = taken.definitions
        self._file = file
        # Per buffer: its place in the file, or the hash of what it held.
        self._places: list[tuple[int, int]] = []
        self._hashes: list[Optional[bytes]] = []
        base = _address(memoryview(file.map)) if file is not None and taken.buffers else 0
        size = len(file.map) if file is not None else 0
        for buffer in taken.buffers:
            at = _address(buffer) - base if file is not None and buffer.nbytes else -1
            inside = 0 <= at and at + buffer.nbytes <= size
            self._places.append((at if inside else -1, buffer.nbytes))
            self._hashes.append(None if inside else hashlib.sha256(buffer).digest())

    def same(self, now: Dump) -> bool:
        if now.stream != self._stream or len(now.buffers) != len(self._places):
            return False
        original = None
        base = _address(memoryview(self._file.map)) if self._file is not None and now.buffers else 0
        try:
            for buffer, (at, length), digest in zip(now.buffers, self._places, self._hashes):
                if buffer.nbytes != length:
                    return False
                if digest is not None:
                    if hashlib.sha256(buffer).digest() != digest:
                        return False
                elif self._file is not None:
                    here = length > 0 and _address(buffer) == base + at
                    for start, end in written(self._file.map, base, at, length) if here else [(0, length)]:
                        if original is None:
                            original = open(self._file.path, "rb", buffering=0)
                        original.seek(at + start)
                        for piece in range(start, end, _CHUNK):
                            part = buffer[piece : min(piece + _CHUNK, end)]
                            if original.read(len(part)) != bytes(part):
                                return False
            return True
        finally:
            if original is not None:
                original.close()


class Stored:
    """The same for plain values, for nothing: a million of them take longer to look through than most cells run."""

    def __init__(self, name: str, file: ValueFile, definitions: Definitions, main: dict[str, Any]) -> None:
        self._name, self._file, self._definitions, self._main = name, file, definitions, main

    def same(self, now: Dump) -> bool:
        if now.buffers:
            return False
        if now.stream == bytes(self._file.stream):
            return True
        # Equal sets may be stored in another order once they have been loaded; loading it again runs no code.
        before = revive.load(self._file.stream, self._file.buffers)[0][self._name]
        return now.stream == dump({self._name: before}, self._definitions, self._main).stream


def _address(buffer: memoryview) -> int:
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        return int(numpy.frombuffer(buffer, "u1").__array_interface__["data"][0]) if buffer.nbytes else 0
    import ctypes

    if buffer.readonly:
        return -1
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def baseline(
    name: str, value: Any, definitions: Definitions, main: dict[str, Any], file: Optional[ValueFile]
) -> "Optional[Union[Baseline, Stored]]":
    """None when the value cannot be pickled again, and so cannot be compared."""
    if file is not None and file.plain == name:
        return Stored(name, file, definitions, main)
    try:
        return Baseline(dump({name: value}, definitions, main), file)
    except Exception:
        return None

"""Standard output and standard error of the cell: two files the host tails, written at the level of file descriptors.

So text survives a crash, and what C code and child processes print is captured too. The text writers below only add a
`mark` to the channel when Python-level output switches from one stream to the other, which is how the host keeps them
in order.
"""

import io
import os
import sys
from typing import Callable, Optional

from .keeping import Keeper

# Nothing is translated on the way: Windows would make two characters of each end of a line.
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


def go_nowhere(*descriptors: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in descriptors:
        os.dup2(null, fd)
    os.close(null)


def open_log(path: str) -> int:
    return os.open(path, _APPEND, 0o600)


class _Writer(io.TextIOWrapper):
    streams: "Streams"

    def write(self, text: str) -> int:
        if self.streams.current is not self:
            self.streams.switch(self)
        if self.streams.keeper is not None:
            self.streams.keeper.tick()
        return super().write(text)


class Streams:
    def __init__(self, mark: Callable[[dict[str, int]], None], log: "Optional[Callable[[str], int]]" = None) -> None:
        """`log` opens a log file, where everything goes nowhere already."""
        self._mark = mark
        self._log = log
        self.keeper: Optional[Keeper] = None
        self.current: Optional[_Writer] = None
        self._out: Optional[_Writer] = None
        self._err: Optional[_Writer] = None
        self._before = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)

    def mute(self) -> None:
        """Until `attach`, everything printed goes nowhere: the prelude repeats what was shown before."""
        if self._log is None:
            go_nowhere(0, 1, 2)
        self._install()

    def attach(self, stdout: str, stderr: str) -> None:
        self.flush()
        for fd, path in ((1, stdout), (2, stderr)):
            file = (self._log or open_log)(path)
            os.dup2(file, fd)
            os.close(file)
        self._install()

    def detach(self) -> None:
        """As it was before `attach`."""
        self.flush()
        go_nowhere(1, 2)
        sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = self._before  # type: ignore[misc]

    def _install(self) -> None:
        if self._out is None:
            self._out = self._writer(1, "<stdout>", "strict")
            self._err = self._writer(2, "<stderr>", "backslashreplace")
        self.current = self._out
        sys.stdout = sys.__stdout__ = self._out  # type: ignore[assignment]
        sys.stderr = sys.__stderr__ = self._err  # type: ignore[assignment]

    def _writer(self, fd: int, name: str, errors: str) -> _Writer:
        raw = io.FileIO(fd, "w", closefd=False)
        raw.name = name  # type: ignore[misc]
        writer = _Writer(io.BufferedWriter(raw), encoding="utf-8", errors=errors, line_buffering=True, newline="\n")
        writer.mode = "w"  # type: ignore[misc]
        writer.streams = self
        return writer

    def switch(self, to: _Writer) -> None:
        self.current = to
        self._mark(self.sizes())

    def flush(self) -> None:
        for writer in (self._out, self._err, sys.stdout, sys.stderr):
            try:
                if writer is not None:
                    writer.flush()
            except (OSError, ValueError, AttributeError):
                pass  # The user closed it or put something else in its place.

    def sizes(self) -> dict[str, int]:
        """Bytes written so far: the position of whatever is sent next among the text."""
        self.flush()
        return {"stdout": _size(1), "stderr": _size(2)}


def _size(fd: int) -> int:
    try:
        return os.fstat(fd).st_size
    except OSError:
        return 0

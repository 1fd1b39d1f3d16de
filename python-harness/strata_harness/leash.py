"""Ends a guest when its host is gone, however it ended, and whatever the cell is doing.

The host holds the other end of something that it never writes to, and the guest asks the kernel for a signal when
something happens to its own end: the only thing that can is that the host ended, and the signal is SIGKILL to the
guest's process group. Linux alone lets one choose the signal. For a guest that the host starts, it is a socket on
descriptor 4. For the children of a zygote, which may be killed together with the host, it is a FIFO that the zygote
makes in the host's private folder and opens for each child, as each needs a description of its own. The zygote shares
that description, and so can let go of a child that is to outlive the host (keeping.py).
On macOS the kernel sends SIGIO and nothing else, which is ignored there unless somebody handles it. The guest does: so
it ends when the interpreter next looks at its signals, which is not while compiled code runs on. On Windows the host
starts its guests in a job that ends with it, and nothing is needed here.
"""

import os
import signal
import sys
from typing import Any, Optional


def make(path: str) -> Optional[str]:
    try:
        os.mkfifo(path, 0o600)
        return path
    except (OSError, AttributeError):
        return None


def open_end(path: Optional[str]) -> Optional[int]:
    try:
        return None if path is None else os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None


class Leash:
    """`fcntl` is the module, which the cell has yet to import."""

    def __init__(self, fd: int, fcntl: Any) -> None:
        self._fcntl = fcntl
        self._fd = fd
        os.set_inheritable(fd, False)
        os.set_blocking(fd, False)
        # The guest leads a group of its own: what the cell has started ends too.
        if hasattr(fcntl, "F_SETSIG"):
            fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpid())
            fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
        else:
            fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
            signal.signal(signal.SIGIO, self._look)
        self.hold()

    def hold(self) -> None:
        """Also once more, after it was let go."""
        flags = self._fcntl.fcntl(self._fd, self._fcntl.F_GETFL)
        self._fcntl.fcntl(self._fd, self._fcntl.F_SETFL, flags | os.O_ASYNC)
        if self._gone():
            os._exit(1)

    def release(self) -> None:
        release(self._fd, self._fcntl)

    def _gone(self) -> bool:
        try:
            return os.read(self._fd, 1) == b""
        except BlockingIOError:
            return False

    def _look(self, _number: int, _frame: Any) -> None:
        # The signal may be the cell's own, about something else.
        if self._gone():
            os.killpg(os.getpid(), signal.SIGKILL)


def release(fd: int, fcntl: Any) -> None:
    """From now on the run may outlive the host, and so may what it has forked: all share the descriptor."""
    if hasattr(os, "O_ASYNC"):
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) & ~os.O_ASYNC)


def attach(end: Optional[int], fcntl: Any) -> Optional[Leash]:
    """None where the system has no such thing, or the host gave none."""
    if end is None or not hasattr(fcntl, "F_SETOWN") or not hasattr(os, "O_ASYNC"):
        return None
    try:
        return Leash(end, fcntl)
    except OSError:
        return None


def attach_started(end: int) -> Optional[Leash]:
    """For a guest that the host started itself. The cell is not to find the module imported."""
    try:
        import fcntl
    except ImportError:
        return None
    sys.modules.pop("fcntl", None)
    return attach(end, fcntl)

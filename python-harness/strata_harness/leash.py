"""Ends a forked child when its host is gone, also when the zygote went with it and nobody else is left to do so.

The zygote makes a FIFO in the host's private folder, and the host holds it open for writing, without ever writing. Each
child opens it for reading and asks the kernel for a signal when something happens to it: the only thing that can is
that the host ended, and the signal is SIGKILL to the child's process group. Linux alone lets one choose the signal.
"""

import os
import signal
from typing import Any, Optional


def make(path: str) -> Optional[str]:
    try:
        os.mkfifo(path, 0o600)
        return path
    except (OSError, AttributeError):
        return None


class Leash:
    """`fcntl` is the module, which the cell has yet to import."""

    def __init__(self, path: str, fcntl: Any) -> None:
        self._fcntl = fcntl
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        # An own process group, as `setsid` made it: what the cell has started ends too.
        fcntl.fcntl(self._fd, fcntl.F_SETOWN, -os.getpid())
        fcntl.fcntl(self._fd, fcntl.F_SETSIG, signal.SIGKILL)
        self._notify(True)
        try:
            gone = os.read(self._fd, 1) == b""
        except BlockingIOError:
            gone = False
        if gone:
            os._exit(1)

    def release(self) -> None:
        """From now on the run may outlive the host, and so may what it has forked: all share the descriptor."""
        self._notify(False)

    def _notify(self, wanted: bool) -> None:
        flags = self._fcntl.fcntl(self._fd, self._fcntl.F_GETFL)
        flags = flags | os.O_ASYNC if wanted else flags & ~os.O_ASYNC
        self._fcntl.fcntl(self._fd, self._fcntl.F_SETFL, flags)


def attach(path: Optional[str], fcntl: Any) -> Optional[Leash]:
    """None where the system has no such thing."""
    if path is None or not hasattr(fcntl, "F_SETSIG") or not hasattr(os, "O_ASYNC"):
        return None
    try:
        return Leash(path, fcntl)
    except OSError:
        return None

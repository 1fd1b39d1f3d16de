"""Frames between the guest and the host, over one duplex descriptor. docs/harness-protocol.md specifies them in full.

A frame is 4 bytes, big-endian, the length of what follows, then that many bytes of UTF-8 JSON: one object that has a
"type".
    guest -> host   hello, taken, display, clear, mark, input, result
    host -> guest   run, input_reply
Large data never travels in a frame: it is put into the content store and named by its digest.
A frame is written whole or not at all: an interrupt that arrives meanwhile is raised after it, a second thread waits,
and a forked copy of the process writes nothing.
"""

import json
import os
import signal
import threading
from typing import Any, Callable, Optional

PROTOCOL = 1
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
MAX_FRAME = 64 * 1024 * 1024
_STEP_MS = 100


class ChannelClosed(Exception):
    """The host is gone."""


class Channel:
    def __init__(self, descriptor: int, commands: Optional[int] = None) -> None:
        # Windows lets nobody write to a pipe while somebody waits for its next byte: commands come by another.
        self._fd = _own(descriptor)
        self._from = self._fd if commands is None else _own(commands)
        self._pid = os.getpid()
        self._received = bytearray()
        self._lock = threading.RLock()
        self._writing = False
        self._queued: list[bytes] = []
        self.reset()
        # For a run that may outlive the host: see leash.py.
        self.unleash: Callable[[], Any] = lambda: None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave)

    def reset(self) -> None:
        # What to do when nobody will ever read what is written: end, as a program does whose terminal is gone.
        self.abandoned: Callable[[], Any] = lambda: os._exit(1)
        # Is shown each frame before it is sent.
        self.noted: Callable[[bytes], None] = lambda frame: None

    def _leave(self) -> None:
        """In a forked copy: let go of the descriptor, so that the channel closes when the real guest ends."""
        for fd in {self._fd, self._from}:
            try:
                os.close(fd)
            except OSError:
                pass
        self._fd = self._from = -1

    @property
    def mine(self) -> bool:
        """False in a forked copy of the guest."""
        return os.getpid() == self._pid

    def send(self, message: dict[str, Any]) -> None:
        if self._fd < 0 or not self.mine:
            return
        body = _ENCODE(message).encode("ascii")
        if len(body) > MAX_FRAME:
            raise ValueError(f"a {message['type']} message of {len(body)} bytes is larger than a frame may be")
        frame = len(body).to_bytes(4, "big") + body
        with self._lock:
            if self._writing:
                # A signal handler of the user's printed while this same thread was writing a frame.
                self._queued.append(frame)
                return
            self._writing = True
            held = _HeldInterrupt()
            try:
                self._write(frame)
                while self._queued:
                    self._write(self._queued.pop(0))
            finally:
                self._writing = False
                held.release()

    def _write(self, frame: bytes) -> None:
        self.noted(frame)
        view = memoryview(frame)
        while view:
            try:
                view = view[os.write(self._fd, view) :]
            except (BrokenPipeError, ConnectionResetError):
                self.abandoned()
                return

    def receive(self, user: bool = False) -> dict[str, Any]:
        """The next message. An interrupt in the middle of a frame loses nothing: what was read stays.

        `user`: it is the user who is waited for, and may want to interrupt it.
        """
        while True:
            message = self.take()
            if message is not None:
                return message
            if user:
                self._await_bytes()
            self.fill()

    def _await_bytes(self) -> None:
        """In steps: an interrupt that comes right before the process goes to sleep is heard after it."""
        if os.name != "posix":
            return
        import select

        waiting = select.poll()
        waiting.register(self._from, select.POLLIN)
        while not waiting.poll(_STEP_MS):
            pass

    @property
    def descriptor(self) -> int:
        return self._from

    def take(self) -> "Optional[dict[str, Any]]":
        """A message that has arrived already."""
        if len(self._received) < 4:
            return None
        length = int.from_bytes(self._received[:4], "big")
        if length > MAX_FRAME:
            raise ChannelClosed(f"the host announced a frame of {length} bytes")
        if len(self._received) < 4 + length:
            return None
        body = bytes(self._received[4 : 4 + length])
        del self._received[: 4 + length]
        message: dict[str, Any] = json.loads(body)
        return message

    def fill(self) -> None:
        """Waits for more bytes."""
        try:
            chunk = os.read(self._from, 1 << 20)
        except (ConnectionResetError, OSError) as error:
            raise ChannelClosed(str(error)) from error
        if not chunk:
            raise ChannelClosed("the host closed the channel")
        self._received += chunk


def _own(descriptor: int) -> int:
    """A descriptor of our own, not inherited by programs that the user starts."""
    own = os.dup(descriptor)
    os.set_inheritable(own, False)
    os.close(descriptor)
    return own


class _HeldInterrupt:
    """SIGINT waits until `release`, in the main thread; elsewhere nothing is needed, as handlers never run there."""

    def __init__(self) -> None:
        self._arrived = False
        self._before: Optional[Any] = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)

    def _note(self, _number: int, _frame: Any) -> None:
        self._arrived = True

    def release(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            if self._arrived and callable(self._before):
                self._before(signal.SIGINT, None)

"""The zygote: a guest that has imported the notebook's libraries and forks a child for each run.

It runs nothing of the user's itself. Each child connects to the host's socket, says hello with the word it was asked
for, and is from then on what any other guest is. The zygote tells the host how each child ended, as only the parent of
a process learns that; when the host goes away it ends its children and itself.
    host -> zygote   fork {slot, imports, values}, keep {slot}, retire
    zygote -> host   warmed, forked {slot, pid}, kept {slot}, exited {slot, status, signal}
"""

import gc
import os
import signal
from collections.abc import Iterable
from typing import Any, NoReturn, Optional

from . import guest, leash
from .ahead import Ahead
from .channel import Channel, ChannelClosed
from .hidden import Hidden
from .rehearsal import rehearse
from .variables import become
from .warm import warm


def serve_forks(channel: Channel, modules: "list[str]", path: str, environ: "dict[str, str]") -> NoReturn:
    hidden, report = warm(modules, True)
    # Before the host is told: it opens the other end then.
    held = leash.make(os.path.join(os.path.dirname(path), "leash"))
    channel.send({"type": "warmed", **report, "leash": held})
    if report["unfit"]:
        os._exit(0)
    # To the letter, without what the interpreter itself has added: so it need not be said to each child.
    become(environ)
    Zygote(channel, path, hidden, held).serve()


class Zygote:
    def __init__(self, channel: Channel, path: str, hidden: Hidden, held: "Optional[str]") -> None:
        self._channel = channel
        self._path = path
        self._leash = held
        self._hidden = hidden
        self._select = hidden.modules["select"]
        self._sockets = hidden.modules["_socket"]
        self._slots: dict[int, str] = {}
        # The children's ends of their leashes, to let go of one whose time has come.
        self._ends: dict[str, int] = {}
        # Runs that may go on without the host.
        self._kept: set[str] = set()
        self._retired = False
        self._wake, self._waker = os.pipe()
        for fd in (self._wake, self._waker):
            os.set_blocking(fd, False)

    def serve(self) -> NoReturn:
        # A waiting child sees the end of the host too, and its own end may be what is told first.
        self._channel.abandoned = self._end
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        # Loads what a run loads, and sets up the compiler's types, which takes milliseconds.
        _rehearse(self._hidden, self._hidden.whole, True)
        # What is there now stays as it is: children share its memory, and no collection writes to it. None comes before
        # either: the little that the libraries have let go of is not worth the tenth of a second that finding it takes.
        gc.disable()
        gc.freeze()
        try:
            while not (self._retired and not self._slots):
                readable, _, _ = self._select.select([self._channel.descriptor, self._wake], [], [])
                if self._wake in readable:
                    os.read(self._wake, 4096)
                    self._reap()
                if self._channel.descriptor in readable:
                    self._channel.fill()
                    while True:
                        message = self._channel.take()
                        if message is None:
                            break
                        self._handle(message)
        except ChannelClosed:
            self._end()
        os._exit(0)

    def _end(self) -> NoReturn:
        """The host ended without a word: nobody waits for these results, and nobody else would end them."""
        for pid, slot in self._slots.items():
            if slot not in self._kept:
                _kill(pid)
        self._forget_socket()
        os._exit(0)

    def _handle(self, message: "dict[str, Any]") -> None:
        kind = message.get("type")
        if kind == "retire":
            self._retired = True
        elif kind == "keep":
            slot = message["slot"]
            self._kept.add(slot)
            if slot in self._ends:
                leash.release(self._ends[slot], self._hidden.modules["fcntl"])
            self._channel.send({"type": "kept", "slot": slot})
        elif kind == "fork":
            slot = message["slot"]
            end = leash.open_end(self._leash)
            try:
                pid = os.fork()
            except OSError:
                if end is not None:
                    os.close(end)
                self._channel.send({"type": "exited", "slot": slot, "status": None, "signal": None})
                return
            if pid == 0:
                self._become_child(slot, message, end)
            self._slots[pid] = slot
            if end is not None:
                self._ends[slot] = end
            self._channel.send({"type": "forked", "slot": slot, "pid": pid})

    def _reap(self) -> None:
        while self._slots:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            slot = self._slots.pop(pid, None)
            if slot is None:
                continue
            self._kept.discard(slot)
            if slot in self._ends:
                os.close(self._ends.pop(slot))
            end: dict[str, Any] = {"status": None, "signal": None}
            if os.WIFSIGNALED(status):
                end["signal"] = _signal_name(os.WTERMSIG(status))
            else:
                end["status"] = os.WEXITSTATUS(status)
            self._channel.send({"type": "exited", "slot": slot, **end})

    def _become_child(self, slot: str, expected: "dict[str, Any]", end: Optional[int]) -> NoReturn:
        try:
            os.setsid()
            for other in self._ends.values():
                os.close(other)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.close(self._wake)
            os.close(self._waker)
            ahead = Ahead(self._hidden)
            gc.enable()
            leash.attach(end, self._hidden.modules["fcntl"])
            socket = self._sockets.socket(self._sockets.AF_UNIX, self._sockets.SOCK_STREAM)
            socket.connect(self._path)
            channel = Channel(socket.detach())
            if expected.get("imports") is not None:
                _rehearse(self._hidden, expected["imports"], expected.get("values") is True)
                ahead.lend(expected["first"])
                ahead.make(expected.get("logs", []))
            guest.greet(channel, {"slot": slot})
            while True:
                message = channel.receive()
                kind = message.get("type")
                if kind == "run":
                    guest.start(channel, message, ahead)
                elif kind == "probe":
                    _probe()
                    channel.send({"type": "probed"})
        except BaseException:
            pass
        os._exit(70)

    def _forget_socket(self) -> None:
        try:
            os.unlink(self._path)
            if self._leash is not None:
                os.unlink(self._leash)
            os.rmdir(os.path.dirname(self._path))
        except OSError:
            pass


def _rehearse(hidden: Hidden, imports: Iterable[str], values: bool) -> None:
    try:
        rehearse(hidden, imports, values)
    except Exception:
        pass  # Only time is lost: a run does all of it by itself.


def _probe() -> None:
    """What goes wrong in forked processes where something does: threads, and compiled code that keeps threads."""
    import threading

    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(1))
    thread.start()
    thread.join()
    try:
        import numpy
    except ImportError:
        return
    # Large enough for OpenBLAS and MKL to use all their threads.
    size = 256
    product = numpy.ones((size, size)) @ numpy.ones((size, size))
    if not done or product[0, 0] != size:
        raise RuntimeError("wrong result")


def _kill(pid: int) -> None:
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except OSError:
            pass


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

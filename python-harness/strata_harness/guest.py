"""The guest's life: say hello, wait for a run, carry it out, send its result, end.

One process serves one run, or several that leave nothing behind in it (`pure.py`).
"""

import gc
import os
import sys
from typing import Any, Optional

from . import leash, questions
from .ahead import Ahead
from .channel import PROTOCOL, Channel, ChannelClosed
from .run import Run


def serve(descriptor: int, more: "dict[str, int]") -> None:
    """`more`: descriptors beside the channel's, by what they are for (docs/harness-protocol.md)."""
    questions.install()
    channel = Channel(descriptor, more.get("commands"))
    held = leash.attach_started(more["leash"]) if "leash" in more else None
    if held is not None:
        channel.unleash = held.release
    if "interrupts" in more:
        from .interrupts import listen

        channel.unleash = listen(more["interrupts"])
    greet(channel, {})
    ahead: Optional[Ahead] = None
    try:
        while True:
            message = channel.receive()
            kind = message.get("type")
            if kind == "run":
                if message.get("keep") is not None:
                    # Nobody is there who could do so when its time has come: this run ends when it next says something.
                    channel.unleash()
                start(channel, message, ahead)
                if held is not None:
                    held.hold()
            elif kind == "warm":
                _make_ready(channel, message["modules"])
                ahead = Ahead()
            elif kind == "zygote":
                from .zygote import serve_forks

                # It has children to end first, and a folder to remove.
                channel.unleash()
                serve_forks(channel, message["modules"], message["socket"], message["environ"])
    except (ChannelClosed, KeyboardInterrupt):
        os._exit(0)


def _make_ready(channel: Channel, modules: "list[str]") -> None:
    """For one cell, which is not there yet: as the zygote does it for all of them."""
    from .warm import warm

    hidden, report = warm(modules, False)
    if not report["unfit"]:
        from .rehearsal import rehearse

        try:
            rehearse(hidden, hidden.whole, True)
        except Exception:
            pass  # Only time is lost: a run does all of it by itself.
        gc.freeze()
    channel.send({"type": "warmed", **report, "memory": _memory()})


def _memory() -> Optional[int]:
    """Bytes that this process has taken at most; None where nobody says."""
    try:
        import resource
    except ImportError:
        return None
    finally:
        sys.modules.pop("resource", None)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def greet(channel: Channel, more: dict[str, Any]) -> None:
    # As the platform module would say it, which takes longer to import than everything else together.
    kind = {"cpython": "CPython", "pypy": "PyPy"}.get(sys.implementation.name, sys.implementation.name)
    version = f"{kind} {'.'.join(map(str, sys.version_info[:3]))}"
    channel.send({"type": "hello", "protocol": PROTOCOL, "python": version, "pid": os.getpid(), **more})


def start(channel: Channel, message: dict[str, Any], ahead: Optional[Ahead] = None) -> None:
    """Carries out a run. Returns only with `ahead`, and only when this process is as it was before, for another run."""
    Run(channel, message, ahead).carry_out(ahead is not None)

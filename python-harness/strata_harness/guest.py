"""The guest's life: say hello, wait for a run, carry it out, send its result, end.

One process serves one run, or several that leave nothing behind in it (`pure.py`).
"""

import os
import sys
from typing import Any, Optional

from . import leash
from .channel import PROTOCOL, Channel, ChannelClosed
from .run import Run


def serve(descriptor: int, end: Optional[int]) -> None:
    channel = Channel(descriptor)
    held = leash.attach_started(end) if end is not None else None
    if held is not None:
        channel.unleash = held.release
    greet(channel, {})
    try:
        while True:
            message = channel.receive()
            kind = message.get("type")
            if kind == "run":
                if message.get("keep") is not None:
                    # Nobody is there who could do so when its time has come: this run ends when it next says something.
                    channel.unleash()
                break
            if kind == "warm":
                from .warm import warm

                channel.send({"type": "warmed", **warm(message["modules"], False)[1]})
            elif kind == "zygote":
                from .zygote import serve_forks

                # It has children to end first, and a folder to remove.
                channel.unleash()
                serve_forks(channel, message["modules"], message["socket"])
    except (ChannelClosed, KeyboardInterrupt):
        os._exit(0)
    start(channel, message)


def greet(channel: Channel, more: dict[str, Any]) -> None:
    # As the platform module would say it, which takes longer to import than everything else together.
    kind = {"cpython": "CPython", "pypy": "PyPy"}.get(sys.implementation.name, sys.implementation.name)
    version = f"{kind} {'.'.join(map(str, sys.version_info[:3]))}"
    channel.send({"type": "hello", "protocol": PROTOCOL, "python": version, "pid": os.getpid(), **more})


def start(channel: Channel, message: dict[str, Any], more: bool = False) -> None:
    """Carries out a run. Returns only with `more`, and only when this process is as it was before: it may have another.

    Without the first word nothing was done, and the host may give the run to another guest.
    """
    channel.send({"type": "taken", "run": message["run"]})
    Run(channel, message).carry_out(more)

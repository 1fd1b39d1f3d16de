"""Interrupts on Windows, where the host cannot send a signal to a process without a console of its own.

Each byte that arrives on a descriptor is one. It is waited for by a thread that `threading` does not know of, and
raised as a signal: that also wakes `time.sleep`. The end of the descriptor is the end of the host.
"""

import _thread
import os
import signal
from typing import Callable


def listen(descriptor: int) -> "Callable[[], None]":
    """What it returns is called when the run may outlive the host."""
    os.set_inheritable(descriptor, False)
    held = [True]

    def wait() -> None:
        while True:
            try:
                if not os.read(descriptor, 1):
                    break
            except OSError:
                break
            signal.raise_signal(signal.SIGINT)
        if held:
            os._exit(1)

    _thread.start_new_thread(wait, ())
    return held.clear

"""The event loop of a cell that awaits at its top level, and how an interrupt reaches it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


def run_loop(body: Coroutine[Any, Any, None]) -> None:
    """Like `asyncio.run`, but an interrupt shows where the cell was: also when it was waiting."""
    before = signal.getsignal(signal.SIGINT)
    ours = before is signal.default_int_handler
    if ours:
        # Not the default one while the loop starts, so that asyncio (from 3.11) does not install its own.
        signal.signal(signal.SIGINT, _interrupt)
    try:
        asyncio.run(_interruptible(body, ours))
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


async def _interruptible(body: Coroutine[Any, Any, None], ours: bool) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    arrived = False

    def interrupt(_number: int, frame: Any) -> None:
        nonlocal arrived
        if task is None or frame is None or not frame.f_code.co_filename.endswith("selectors.py"):
            raise KeyboardInterrupt
        # Nothing is running, so no frame could show the line: the cell is woken where it waits.
        arrived = True
        loop.call_soon_threadsafe(task.cancel)

    if ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        await body
    except asyncio.CancelledError as error:
        if not arrived:
            raise
        raise KeyboardInterrupt().with_traceback(error.__traceback__) from None

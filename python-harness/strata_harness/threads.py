"""Threads that a library has left running: after a fork they would be gone, with whatever they held."""

import os

# The memory allocator of pyarrow and polars: it looks after its own threads around a fork.
_HARMLESS = ("jemalloc_bg_thd",)


def threads_stay() -> "list[str]":
    """Some libraries (OpenBLAS) end their threads before a fork and start them again when they are needed."""
    if not _threads():
        return []
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return _threads()


def _threads() -> "list[str]":
    found: list[str] = []
    own = str(os.getpid())
    try:
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/comm") as file:
                name = file.read().strip()
            if task != own and name not in _HARMLESS:
                found.append(name)
    except OSError:
        pass
    return found

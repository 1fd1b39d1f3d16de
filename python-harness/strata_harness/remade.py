"""Objects that Python does not pickle, and that can be made again as they were: locks that nobody holds, files that are
open for reading, archives of numpy, matches of regular expressions. What cannot be told to come back the same is left
to fail, with Python's reason."""

import os
import sys
from typing import Any, Optional

from . import revive

MODULES = {"_thread", "_io", "re", "numpy.lib.npyio", "numpy.lib._npyio_impl"}
_LOCKS = {"lock", "RLock"}
# A longer one is not searched for line ends.
_LONGEST = 1 << 20


def remade(thing: Any, kind: type) -> Optional[tuple[Any, ...]]:
    """How to make it again, as `__reduce__` says it; None where that is not known."""
    name, module = kind.__name__, kind.__module__
    if module == "_thread" and name in _LOCKS:
        return _lock(thing, name)
    if module == "_io" and name in ("TextIOWrapper", "BufferedReader"):
        return _file(thing, name)
    if module == "re" and name == "Match":
        return _match(thing)
    return _archive(thing) if name == "NpzFile" else None


def uncounted(thing: Any) -> Any:
    """An instance of a class with a `__new__` of its own, which counts, registers or gives the one instance there is:
    a script calls it once, so loading does not."""
    import copyreg

    made = thing.__reduce_ex__(5)
    if isinstance(made, tuple) and made[0] is copyreg.__newobj__:  # type: ignore[attr-defined]
        return (revive.bare, *made[1:])
    return made


def _lock(lock: Any, name: str) -> Optional[tuple[Any, ...]]:
    # Held by this thread or by another: nobody would ever let go of it elsewhere.
    if not lock.acquire(False):
        return None
    held = name == "RLock" and "count=1" not in repr(lock)
    lock.release()
    return None if held else (revive.lock, (name,))


def _file(file: Any, name: str) -> Optional[tuple[Any, ...]]:
    try:
        path, position = file.name, file.tell()
        if not isinstance(path, str) or file.writable() or not os.path.isfile(path):
            return None
        if not os.path.samestat(os.stat(path), os.fstat(file.fileno())):
            return None
        text = (file.encoding, file.errors) if name == "TextIOWrapper" else None
        # Which line ends it was told to translate nobody can ask; without any to translate it is the same.
        if text is not None and (os.path.getsize(path) > _LONGEST or b"\r" in _content(path)):
            return None
        return revive.opened, (os.path.abspath(path), path, position, text)
    except (OSError, ValueError):
        # Closed, or in the midst of being iterated over, where it cannot say how far it is.
        return None


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _match(match: Any) -> Optional[tuple[Any, ...]]:
    for way in ("search", "match", "fullmatch"):
        again = getattr(match.re, way)(match.string, match.pos, match.endpos)
        if again is not None and again.regs == match.regs and again.lastindex == match.lastindex:
            return revive.match, (match.re, way, match.string, match.pos, match.endpos)
    return None


def _archive(archive: Any) -> Optional[tuple[Any, ...]]:
    path = getattr(archive.fid, "name", None)
    if not isinstance(path, str) or not os.path.isfile(path):
        return None
    return sys.modules["numpy"].load, (os.path.abspath(path), None, archive.allow_pickle)

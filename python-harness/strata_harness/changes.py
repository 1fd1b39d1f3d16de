"""What the cell itself has done to files, as far as it did it by Python's functions."""

import os
import re
import sys
from typing import Any, Callable, Optional

# Audit events of changes: which arguments are paths, and which are the folders that those start from.
CHANGES: "dict[str, tuple[tuple[int, Optional[int]], ...]]" = {
    "os.mkdir": ((0, 2),), "os.remove": ((0, 1),), "os.rmdir": ((0, 1),), "os.rename": ((0, 2), (1, 3)),
    "os.link": ((1, 3),), "os.symlink": ((1, 2),), "os.truncate": ((0, None),), "os.utime": ((0, 3),),
    "os.chmod": ((0, 2),), "os.chown": ((0, 3),), "shutil.rmtree": ((0, 1),),
}  # fmt: skip

# Paths that have nothing for `os.path.abspath` to do, which takes as long as all the rest.
_PLAIN = os.sep == "/"
_TO_SIMPLIFY = re.compile(r"//|/$|(?:^|/)\.\.?(?:/|$)|^$")


class Changes:
    """What the cell itself has made, changed or removed, as far as Python's functions did it."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.made: set[str] = set()
        self._trees: tuple[str, ...] = ()

    def note(self, event: str, args: "tuple[Any, ...]") -> None:
        """Of an audit event in `CHANGES`."""
        for at, folder_at in CHANGES[event]:
            folder = args[folder_at] if folder_at is not None and len(args) > folder_at else None
            path = path_of(args[at], None if folder in (None, -1) else folder)
            if path is None:
                continue
            if event == "os.mkdir":
                if not isinstance(attempt(os.lstat, path), OSError):
                    continue  # It will fail.
                self.made.add(path)
                self._trees += (os.path.join(path, ""),)
            elif event == "shutil.rmtree":
                self._trees += (os.path.join(path, ""),)
            self.paths.add(path)

    def reach(self, path: str) -> bool:
        return path in self.paths or path.startswith(self._trees)


def path_of(path: Any, folder: Optional[int]) -> Optional[str]:
    if isinstance(path, int):
        return _of_descriptor(path)
    text = path if type(path) is str else os.fsdecode(path)
    if folder is None and _PLAIN and not _TO_SIMPLIFY.search(text):
        return text if text.startswith("/") else f"{os.getcwd()}/{text}"
    if folder is not None and not os.path.isabs(text):
        start = _of_descriptor(folder)
        return None if start is None else os.path.normpath(os.path.join(start, text))
    return os.path.abspath(text)


def _of_descriptor(number: int) -> Optional[str]:
    """Where the system tells."""
    if not sys.platform.startswith("linux"):
        return None
    path = os.readlink(f"/proc/self/fd/{number}")
    return path if path.startswith("/") else None


def attempt(look: Callable[[str], Any], path: str) -> Any:
    try:
        return look(path)
    except OSError as error:
        return error

"""What whoever calls `os.stat` and its like wants to know: the standard library's functions, or else their callers."""

import os
from typing import Any

THERE, KIND, SIZE, TIME, MODE, LINK = 1, 2, 4, 8, 16, 32
# Of a file that is also read: libraries look at its time for their caches, and its content is known.
LIBRARY_TIME = 64
ALL = KIND | SIZE | TIME | MODE
OF_LIBRARIES = KIND | SIZE | LIBRARY_TIME

# What the standard library's own functions want to know of what they are given.
_WANTED = {
    "exists": THERE, "lexists": THERE, "isfile": KIND, "isdir": KIND, "is_file": KIND, "is_dir": KIND,
    "is_socket": KIND, "is_fifo": KIND, "is_block_device": KIND, "is_char_device": KIND, "ismount": KIND,
    "is_mount": KIND, "samefile": KIND, "islink": LINK, "is_symlink": LINK, "isjunction": LINK,
    "is_junction": LINK, "_joinrealpath": LINK, "realpath": LINK, "resolve": LINK, "_resolve": LINK,
    "getsize": KIND | SIZE, "getmtime": KIND | TIME, "getctime": KIND | TIME, "getatime": KIND,
    # shutil: what is copied is opened as well.
    "_samefile": KIND, "_stat": KIND, "copyfile": KIND, "copymode": KIND | MODE, "rmtree": KIND, "move": KIND,
    "_rmtree_safe_fd": KIND, "_rmtree_safe_fd_step": KIND, "_rmtree_unsafe": KIND, "_fwalk": KIND, "fwalk": KIND,
}  # fmt: skip
NOT_FOLLOWING = ("lstat", "lexists", "islink", "isjunction")
BY_NAME = SIZE | TIME | LIBRARY_TIME
_NAMED = {"getsize", "getmtime", "getctime"}
_FIELDS = {"st_size", "st_mtime", "st_mtime_ns", "st_ctime", "st_ctime_ns"}
# They look up lines of source for a traceback, or a name for a file of their own.
_IDLERS = ("linecache.py", "tokenize.py", "inspect.py", "tempfile.py")
_PASSES_ON, _WANTS, _IDLE = 0, 1, 2
_DEEPEST = 6
_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_LIBRARY = os.path.join(os.path.dirname(os.path.abspath(os.__file__)), "")
_PACKAGES = (os.path.join(_LIBRARY, "site-packages", ""), os.path.join(_LIBRARY, "dist-packages", ""))


def is_library(file: str) -> bool:
    return file.startswith("<frozen ") or (file.startswith(_LIBRARY) and not file.startswith(_PACKAGES))


class Callers:
    """What each file of code was found to be, as there are few of them and they ask often."""

    def __init__(self) -> None:
        self._roles: dict[str, int] = {}

    def wanted(self, name: str, frame: Any) -> "tuple[int, Any]":
        """What a function of the standard library wants to know, or else its caller, and who that is."""
        wanted, asking = _WANTED.get(name), frame
        for _ in range(_DEEPEST):
            if frame is None:
                break
            code = frame.f_code
            file = code.co_filename
            role = self._roles.get(file)
            if role is None:
                role = self._roles[file] = _role(file)
            if role != _PASSES_ON:
                if role == _IDLE:
                    return 0, frame
                break
            if wanted is None:
                wanted, asking = _WANTED.get(code.co_name), frame
            frame = frame.f_back
        return (ALL, frame) if wanted is None else (wanted, asking)


def _role(file: str) -> int:
    if file.startswith((_HERE, "<frozen importlib")):
        return _IDLE
    if not is_library(file):
        return _WANTS
    return _IDLE if file.endswith(_IDLERS) else _PASSES_ON


def by_name(frame: Any) -> bool:
    if frame is None:
        return False
    code = frame.f_code
    return code.co_name in _NAMED or not _FIELDS.isdisjoint(code.co_names)

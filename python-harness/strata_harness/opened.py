"""Files that compiled code opens and writes by itself: pyarrow, polars, duckdb, SQLite, HDF5 and their like ask nobody.

On Linux the kernel tells (inotify): the notebook's folder is watched, and what the cell names or lists elsewhere, from
the moment in which such a library is loaded. It does not tell who opened a file, so what another process reads
meanwhile counts as read, which can only make a cell run once more. What is written meanwhile is the cell's where its
text, or that of functions it may call, looks as if it writes files and has the file's name or ending in it. Elsewhere,
or where the kernel has no watches left, the files count that the cell names: in its text, or by its inputs.
"""

import os
import re
import struct
import sys
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any, Callable, Optional

READERS = (
    "pyarrow", "polars", "duckdb", "sqlite3", "h5py", "tables", "netCDF4", "cv2", "rasterio", "osgeo", "fiona",
    "pyogrio", "deltalake", "lance", "safetensors", "soundfile", "pyreadstat", "SimpleITK", "pysam",
)  # fmt: skip

_OPEN, _MODIFY, _CREATE, _MOVED_TO = 0x20, 0x2, 0x100, 0x80
_FOLDER, _OVERFLOW = 0x40000000, 0x4000
_CLOEXEC_NONBLOCK = 0o2004000
_EVENT = struct.Struct("iIII")

# A folder with a hundred thousand pictures is not looked through by every cell.
_MOST_FOLDERS, _MOST_ENTRIES = 1000, 20_000
# Read by this project and by uv at any time, and never a cell's input without its naming them to Python.
_OURS = {"cells", "notebook.toml", "pyproject.toml", "uv.lock", "node_modules", "__pycache__"}
_CODE = (".py", ".pyc", ".pyo", ".so", ".pyd", ".ipynb")
_LITERAL = re.compile(r"""(['"])((?:(?!\1)[^\\\n]){1,1000})\1""")
_MOST_ITEMS = 1000
_WRITING = re.compile(
    r"write|save|dump|store|export|insert|create|append|copy|execute|connect|\bsql\b|\bto_[a-z]|sink_|[Ff]ile\("
)
# What databases keep beside theirs while they have it open.
_BESIDE = ("-wal", "-shm", "-journal", ".wal", ".tmp", ".lock")


class Opened:
    def __init__(self, folder: str, texts: "list[str]", library: "Callable[[str], bool]") -> None:
        """`texts`: the cell's own, then those of the functions and classes that it is given."""
        self._folder = folder
        self._texts = texts
        self._library = library
        self._inputs: dict[str, Any] = {}
        self._fd = -1
        self._add: Any = None
        self._places: dict[int, str] = {}
        self._begun = False
        self._made: set[str] = set()
        # Some of what happened was not seen.
        self._partly = False

    def begin(self) -> None:
        """Once, when a library of that kind is loaded."""
        if self._begun:
            return
        self._begun = True
        if not self._start():
            self._partly = True
            return
        for folder in self._tree():
            self._watch(folder)
        self._near_named()

    def bound(self, inputs: "dict[str, Any]") -> None:
        """What the cell is given, which may name files."""
        self._inputs = inputs
        if self._fd >= 0:
            self._near_named()

    def near(self, path: str) -> None:
        """Watches a file, or the files in a folder, that is not in the notebook's folder."""
        if self._fd >= 0 and not path.startswith(self._folder + os.sep) and not self._library(os.path.join(path, "")):
            if path not in _shared_folders():
                self._watch(path)

    def end(self) -> "tuple[set[str], set[str], set[str]]":
        """(files that were read, folders that were listed, what the cell wrote or made), since `begin`."""
        if not self._begun:
            return set(), set(), set()
        files, folders, written = self._drain() if self._fd >= 0 else (set(), set(), set())
        if self._partly:
            named = {path for path in self._named() if not self._left_out(path)}
            files.update(path for path in named if os.path.isfile(path))
            folders.update(path for path in named if os.path.isdir(path) and path != self._folder)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        return files, folders, self._own(written)

    def _own(self, written: "set[str]") -> "set[str]":
        if not written or not any(map(_WRITING.search, self._texts)):
            return set()
        text = "\n".join((*self._texts, *self._input_texts()))

        def named(path: str) -> bool:
            name = os.path.basename(path)
            return not name.endswith(_BESIDE) and (os.path.splitext(name)[1] or name) in text

        own = {path for path in written if named(path) and os.path.isfile(path)}
        return own | {folder for folder in self._made if any(path.startswith(f"{folder}{os.sep}") for path in own)}

    def _start(self) -> bool:
        if not sys.platform.startswith("linux"):
            return False
        kernel = watches()
        if kernel is not None:
            begin, self._add = kernel
            self._fd = begin(_CLOEXEC_NONBLOCK)
        return self._fd >= 0

    def _watch(self, path: str) -> None:
        number = self._add(self._fd, os.fsencode(path), _OPEN | _MODIFY | _CREATE | _MOVED_TO)
        if number >= 0:
            self._places.setdefault(number, path)
        else:
            self._partly = True

    def _near_named(self) -> None:
        for path in self._named():
            self.near(path)

    def _tree(self) -> "list[str]":
        """The notebook's folder with those in it, before any is watched: this is no listing of the cell's."""
        found: dict[str, str] = {}
        waiting = [self._folder]
        looked = 0
        while waiting:
            folder = waiting.pop()
            real = os.path.realpath(folder)
            if real in found:
                continue
            if len(found) >= _MOST_FOLDERS or looked >= _MOST_ENTRIES:
                self._partly = True
                break
            found[real] = folder
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        looked += 1
                        # A link to where the data lies is as good as a folder.
                        if entry.is_dir() and not self._left_out(entry.path):
                            waiting.append(entry.path)
            except OSError:
                self._partly = True
        return list(found.values())

    def _left_out(self, path: str) -> bool:
        name = os.path.basename(path)
        inside = path.startswith(self._folder + os.sep)
        return name.endswith(_CODE) or self._library(path) or (inside and (name in _OURS or name.startswith(".")))

    def _drain(self) -> "tuple[set[str], set[str], set[str]]":
        opened: set[str] = set()
        listed: set[str] = set()
        written: set[str] = set()
        searched = {os.path.abspath(entry) for entry in sys.path}
        while True:
            try:
                data = os.read(self._fd, 1 << 16)
            except OSError:
                break
            at = 0
            while at < len(data):
                number, mask, _, length = _EVENT.unpack_from(data, at)
                name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
                at += _EVENT.size + length
                self._partly = self._partly or bool(mask & _OVERFLOW)
                place = self._places.get(number)
                if place is None:
                    continue
                path = os.path.join(place, os.fsdecode(name)) if name else place
                if self._left_out(path):
                    continue
                if mask & _FOLDER:
                    # What Python looks through for modules is listed by every import.
                    if mask & (_CREATE | _MOVED_TO):
                        self._made.add(path)
                    elif mask & _OPEN and path not in searched:
                        listed.add(path)
                elif mask & _OPEN:
                    opened.add(path)
                else:
                    written.add(path)
        for folder in self._made:
            # Nobody watched it yet when something was put there.
            for place, _, names in islice(os.walk(folder), _MOST_FOLDERS):
                written.update(os.path.join(place, name) for name in names[:_MOST_ENTRIES])
        return opened - written, self._meant(listed, opened), written

    def _meant(self, listed: "set[str]", opened: "set[str]") -> "set[str]":
        """Cells that start meanwhile look through the whole tree: a listing is this one's if it names the folder, or a
        folder that it is in, or has files in it read."""
        if not listed:
            return listed
        places = [os.path.join(path, "") for path in self._named()]
        read = {os.path.dirname(path) for path in opened}
        return {
            folder
            for folder in listed
            if folder in read or any(os.path.join(folder, "").startswith(place) for place in places)
        }

    def _named(self) -> "Iterable[str]":
        """Paths in the cell's text and among its inputs, up to the first place for any name in them."""
        texts = [found.group(2) for found in islice(_LITERAL.finditer(self._texts[0]), _MOST_ITEMS)]
        texts.extend(self._input_texts())
        found = {}
        for text in texts:
            start = re.split(r"[*?\[{]", text)[0]
            text = text if start == text else os.path.dirname(start)
            path = os.path.abspath(os.path.expanduser(text)) if text and "\0" not in text else ""
            if path and os.path.exists(path):
                found[path] = True
        return found

    def _input_texts(self) -> "list[str]":
        texts: list[str] = []
        for value in list(self._inputs.values()):
            items = list(value)[:_MOST_ITEMS] if type(value) in (list, tuple, set) else [value]
            if type(value) is dict:
                items = list(value.values())[:_MOST_ITEMS]
            texts.extend(text for text in map(_path_text, items) if text is not None)
        return texts


@cache
def watches() -> "Optional[tuple[Any, Any]]":
    """(begins to watch, adds a path): the kernel's own functions. Finding them takes longer than calling them."""
    # The cell is not to find it imported.
    loaded = set(sys.modules)
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        return libc.inotify_init1, libc.inotify_add_watch
    except Exception:
        return None
    finally:
        for name in [each for each in sys.modules if each not in loaded]:
            del sys.modules[name]


def _shared_folders() -> "set[str]":
    """Where everybody's files come and go."""
    places = {os.sep, "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), os.environ.get("TMPDIR", "")}
    return {os.path.abspath(place) for place in places if place}


def _path_text(value: Any) -> Optional[str]:
    if type(value) is str:
        return value if len(value) <= _MOST_ITEMS else None
    try:
        text = os.fspath(value)
    except Exception:
        return None
    return text if isinstance(text, str) else None

"""What a run was seen to depend on beyond its inputs: files, folders, environment variables; and what it wrote.

An audit hook sees every `open` and listing of Python code; what compiled readers open by themselves is in `opened.py`,
what is only asked about files is in `asked.py`. Nobody sees the clock. Files of the interpreter, its packages, the
store and caches of libraries are left out: the environment is part of the recipe key already.
"""

import hashlib
import os
import sys
from typing import Any, Callable, Optional

from .asked import Asked
from .bytecode import distrust_young
from .changes import CHANGES, Changes
from .entropy import watch_entropy
from .environ import environ_recorder
from .files import described, entries, entries_digest, library_folders, listing
from .importwatch import watch
from .opened import READERS, Opened
from .store import Content

_DEVICES = "/dev/"
# A folder like any other, though it is among the devices: data is put there because it is in memory.
_IN_MEMORY = "/dev/shm/"
_HEARD = frozenset(("open", "os.listdir", "os.scandir", "import", "socket.connect", "socket.sendto", *CHANGES))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


class Observer:
    def __init__(self, job: dict[str, Any], content: Content, logs: tuple[str, str], main: dict[str, Any]) -> None:
        self._folder: str = job["folder"]
        self._main = main
        self._active = False
        self._pid = os.getpid()
        self._read: set[str] = set()
        self._changes = Changes()
        self._wrote: set[str] = set()
        self._listed: set[str] = set()
        self._environ: dict[str, Optional[str]] = {}
        # Variables set or removed in this process, by the cell or by the settings that cells above have left.
        self._given: set[str] = set()
        self._sample: set[str] = set()
        self._importing = False
        # Whether a module may have been loaded from the folder. Looking at all modules takes milliseconds.
        self._imported = False
        # Variables that libraries set for themselves when imported: whoever needs them imports the library too.
        self.incidental: set[str] = set()
        own = (os.path.join(self._folder, ".venv"), os.path.join(self._folder, ".strata"))
        self._outside = library_folders(content.content, content.tmp, *own)
        self._logs = logs
        texts = [job["source"], *(source["source"] for source in job["definitions"].values())]
        self._opened_unseen = Opened(self._folder, texts, self._library)
        self._asked = Asked(self._folder, self._counts, self._around, self.own, self._changes)

    def start(self, listen: bool = True) -> None:
        self._active = listen
        watch_entropy(lambda: self._sample.add("entropy") if self._active else None, self.own)
        distrust_young(self.inside)
        if listen:
            # For as long as the process lives: a hook cannot be removed.
            sys.addaudithook(self._hook)
            self._asked.begin()
            watch({name: lambda _: self._watch_files() for name in READERS})
        os.environ.__class__ = environ_recorder(self._note_environ, self._note_set)  # type: ignore[assignment]

    def incidentally(self, work: Callable[[], None]) -> None:
        """What it does to the environment is the doing of libraries that are imported."""
        self._importing = True
        work()
        self._importing = False

    def bound(self, inputs: dict[str, Any]) -> None:
        """The cell's inputs are loaded."""
        self._unseen(lambda: self._opened_unseen.bound(inputs))

    def _watch_files(self) -> None:
        self._unseen(self._opened_unseen.begin)

    def _unseen(self, look: Callable[[], None]) -> None:
        """What we read, list and ask ourselves is nobody's input."""
        active, self._active = self._active, False
        self._asked.end()
        try:
            look()
        finally:
            self._active = active
            if active:
                self._asked.begin()

    def stop(self) -> None:
        self._active = False
        self._asked.end()
        files, folders, written = self._opened_unseen.end()
        self._read |= files
        self._listed |= folders
        self._wrote |= written
        self._changes.paths |= written

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        # Called for everything the interpreter does: decides quickly, and never lets an error of its own out.
        if event not in _HEARD or not self._active:
            return
        if event == "open":
            path, mode, flags = args
            if isinstance(path, (str, bytes, os.PathLike)):
                try:
                    self._opened(os.fsdecode(path), mode, flags)
                except Exception:
                    pass
        elif event in ("os.listdir", "os.scandir"):
            if not sys._getframe(1).f_code.co_filename.startswith("<frozen importlib"):
                try:
                    path = args[0]
                    if not isinstance(path, int):
                        self._note(self._listed, os.fsdecode(path if path is not None else "."))
                except Exception:
                    pass
        elif event == "import":
            # A compiled module; of others, the file is opened.
            if isinstance(args[1], str):
                self._imported = self._imported or self._perhaps_inside(args[1])
        elif event in ("socket.connect", "socket.sendto"):
            # Who is asked the time or a name by datagrams is never connected to.
            address = args[1]
            if isinstance(address, tuple):
                self._sample.add("network")
        elif event in CHANGES:
            try:
                self._changes.note(event, args)
                if event == "os.rename":
                    self._note(self._wrote, os.fsdecode(args[1]))
            except Exception:
                pass

    def _opened(self, path: str, mode: Any, flags: Any) -> None:
        writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
        if not writing:
            caller = sys._getframe(2).f_code.co_filename
            # Loaded modules are looked up by name at the end; source lines shown in tracebacks are nobody's input.
            if caller.startswith("<frozen importlib"):
                self._imported = self._imported or self._perhaps_inside(path)
                return
            if caller.endswith(("linecache.py", "tokenize.py")):
                return
        self._note(self._wrote if writing else self._read, path)

    def _note(self, kind: set[str], path: str) -> None:
        path = os.path.abspath(path)
        if not self._counts(path):
            return
        kind.add(path)
        if kind is self._listed:
            self._opened_unseen.near(path)
        elif kind is self._wrote:
            self._changes.paths.add(path)

    def _counts(self, path: str) -> bool:
        if self._library(path) or path in self._logs or path.endswith((".pyc", ".pyo")):
            return False
        # Its caches and settings under ~/.cache and ~/.config.
        return not ("matplotlib" in path and f"{os.sep}matplotlib{os.sep}" in path and f"{os.sep}.c" in path)

    def _around(self, folder: str) -> bool:
        above = os.path.join(folder, "")
        return any(os.path.join(place, "").startswith(above) for place in (self._folder, *self._outside))

    def _note_environ(self, name: str, value: Optional[str]) -> None:
        if not self._active or name in self._environ or name in self._given:
            return
        frame: Any = sys._getframe(2)
        while frame is not None and frame.f_globals.get("__name__") in ("os", "_collections_abc", "collections.abc"):
            frame = frame.f_back
        if frame is None:
            return
        if self.own(frame):
            self._environ[name] = value

    def own(self, frame: Any) -> bool:
        """Whether the notebook's code runs in the frame: a cell's, or a module's of its folder."""
        return frame.f_globals is self._main or self.inside(frame.f_code.co_filename)

    def _perhaps_inside(self, path: str) -> bool:
        return path.startswith(self._folder) or not os.path.isabs(path) or sys.pycache_prefix is not None

    def asked(self) -> int:
        """How many variables of the environment the notebook's code has asked for so far."""
        return len(self._environ)

    def done_outside(self) -> int:
        """How much the cell has done so far that outlives its process: files changed, the network used."""
        return len(self._changes.paths) + ("network" in self._sample)

    def note_module(self, file: str) -> None:
        """A module from elsewhere that is of no library, found by a folder put on the path: its text is an input."""
        if self._active:
            self._note(self._read, file)

    def inside(self, file: str) -> bool:
        """Whether a file is the notebook's own, and not of an environment in its folder."""
        return file.startswith(self._folder + os.sep) and not self._library(file)

    def _library(self, path: str) -> bool:
        device = path.startswith(_DEVICES) and not path.startswith(_IN_MEMORY)
        return device or f"{path}{os.sep}".startswith(self._outside)

    def _note_set(self, name: str) -> None:
        self._given.add(name)
        if self._importing:
            self.incidental.add(name)
            return
        frame: Any = sys._getframe(2)
        while frame is not None and not self.own(frame):
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                self.incidental.add(name)
                return
            frame = frame.f_back

    def result(self) -> tuple[list[dict[str, Any]], list[str]]:
        """(observations in a stable order, why the result is a sample)."""
        for name, module in list(sys.modules.items()) if self._imported else ():
            file = getattr(module, "__file__", None)
            if name != "__main__" and isinstance(file, str) and file.startswith(self._folder + os.sep):
                self._note(self._read, file)
                if file.endswith(".py") and not file.endswith("__init__.py"):
                    # A package of its name would come first.
                    self._note(self._read, os.path.join(file[:-3], "__init__.py"))
        found: list[dict[str, Any]] = []
        read: set[str] = set()
        for path in sorted(self._read - self._wrote):
            state = described(path)
            if state is not None:
                read.add(path)
                found.append({"kind": "file", "path": self._shown(path), **state})
            elif not os.path.exists(path):
                found.append({"kind": "missing", "path": self._shown(path)})
        for path in sorted(self._listed):
            there = entries(path, False) if path in self._asked.scanned else None
            digest = listing(path) if there is None else entries_digest(there)
            if digest is not None:
                detail = {} if there is None else {"detail": "kinds"}
                found.append({"kind": "directory", "path": self._shown(path), "digest": digest, **detail})
            elif not os.path.exists(path):
                found.append({"kind": "missing", "path": self._shown(path)})
        found += self._asked.result(read | self._wrote, self._shown)
        for path in sorted(self._changes.made):
            if self._counts(path) and os.path.isdir(path):
                found.append({"kind": "asked", "path": self._shown(path), "saw": "folder", "made": True})
        for name, value in sorted(self._environ.items()):
            digest = None if value is None else hashlib.sha256(os.fsencode(value)).hexdigest()
            found.append({"kind": "environ", "name": name, "digest": digest})
        for path in sorted(self._wrote):
            state = described(path)
            if state is not None:
                # A file written and removed again (a temporary one) leaves nothing to check.
                found.append({"kind": "written", "path": self._shown(path), **state})
        return found, sorted(self._sample)

    def _shown(self, path: str) -> str:
        """Relative inside the notebook's folder, so that a moved notebook keeps its results."""
        if path == self._folder:
            return "."
        if path.startswith(self._folder + os.sep):
            return os.path.relpath(path, self._folder).replace(os.sep, "/")
        return path

"""What a cell asked about files without opening them, and what it was answered.

Each question counts for what it asks and no more: `exists` for being there, `isfile` and `isdir` for what is there,
`getsize` for the size, `getmtime` for the time, `os.stat` for all of these and the permissions. What was answered first
is kept. A folder's own size and time change whenever anything comes or goes in it, also files of this project: they
count where they are asked for by name, otherwise it counts that it is a folder. Where the cell asks about hundreds of
files of one folder, that folder's entries are observed as one.

Not counted: what the cell had written, made or removed itself before it asked, and what it changed afterwards: of a
cell that changes what it looked at, the result is that of the run that was made.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from stat import S_IFREG, S_ISDIR, S_ISLNK, S_ISREG
from typing import Any, Callable, Optional

from . import questions
from .changes import Changes, attempt, path_of
from .files import entries, entries_digest, kind_of, permissions
from .wanted import (
    ALL,
    BY_NAME,
    KIND,
    LIBRARY_TIME,
    LINK,
    MODE,
    NOT_FOLLOWING,
    OF_LIBRARIES,
    SIZE,
    THERE,
    TIME,
    Callers,
    by_name,
    is_library,
)  # fmt: skip

# From so many on, questions about one folder's files are one observation; unless it has many times as many others.
_MANY, _OTHERS = 256, 4
_LETTERS = {"file": "f", "folder": "d", "other": "o"}
_STATES = (SIZE, TIME | LIBRARY_TIME, MODE)
_STATE = SIZE | TIME | LIBRARY_TIME | MODE

# In place of a mode, size and time.
_THERE, _MISSING, _UNREADABLE = (S_IFREG, 0, 0), (0, 0, 0), (-1, 0, 0)

# What was asked; what there was, its size, time and permissions.
_Seen = tuple[int, str, int, int, int]


class Asked:
    def __init__(
        self,
        folder: str,
        counts: Callable[[str], bool],
        around: Callable[[str], bool],
        own: Callable[[Any], bool],
        changes: Changes,
    ) -> None:
        """
        `counts`: whether a path matters at all; `around`: whether the notebook or its environment lies in a folder;
        `own`: whether the notebook's code runs in a frame.
        """
        self._folder = folder
        self._counts = counts
        self._around = around
        self._own = own
        self._changes = changes
        self._callers = Callers()
        # Path → (what was asked, mode, size, time of what was there), following links or not.
        self._followed: dict[str, Any] = {}
        self._links: dict[str, Any] = {}
        self._later: list[tuple[str, Any]] = []
        self._targets: dict[str, str] = {}
        self._access: dict[tuple[str, int], bool] = {}
        # Folders whose entries were asked what they are.
        self.scanned: set[str] = set()

    def begin(self) -> None:
        questions.listen(self._hear, lambda frame: not is_library(frame.f_code.co_filename))

    def end(self) -> None:
        questions.listen(None)

    def _hear(self, name: str, args: "tuple[Any, ...]", named: "dict[str, Any]", answer: Any, frame: Any) -> None:
        # Called for every question, maybe a hundred thousand times: what can wait is done at the end. And whatever it
        # is called with, the cell hears of no error but the function's own.
        try:
            wanted, frame = self._callers.wanted(name, frame)
            if not wanted:
                return
            path = path_of(args[0] if args else named.get("path", "."), named.get("dir_fd") if named else None)
            if path is None or path in self._changes.paths:
                return
            if name == "stat" and not named:
                self._keep(self._followed, path, wanted, answer, frame)
            else:
                self._note(name, path, args, named, wanted, answer, frame)
        except Exception:
            pass

    def _note(
        self,
        name: str,
        path: str,
        args: "tuple[Any, ...]",
        named: "dict[str, Any]",
        wanted: int,
        answer: Any,
        frame: Any,
    ) -> None:
        if name == "scandir":
            self.scanned.add(path)
        elif name == "access":
            mode = args[1] if len(args) > 1 else named["mode"]
            if mode == os.F_OK:
                self._followed.setdefault(path, (THERE, *(_THERE if answer else _MISSING)))
            else:
                self._access.setdefault((path, mode), bool(answer))
        elif name == "readlink":
            if isinstance(answer, OSError):
                self._links.setdefault(path, (LINK, *_MISSING))
            else:
                self._targets.setdefault(path, os.fsdecode(answer))
        else:
            if isinstance(answer, bool):
                answer = attempt(os.lstat if name in NOT_FOLLOWING else os.stat, path)
            follow = name not in NOT_FOLLOWING and named.get("follow_symlinks", True)
            if wanted == LINK and follow:
                wanted = THERE
            self._keep(self._followed if follow else self._links, path, wanted, answer, frame)

    def _keep(self, kept: "dict[str, Any]", path: str, wanted: int, answer: Any, frame: Any) -> None:
        if wanted == ALL and not self._own(frame):
            wanted = OF_LIBRARIES
        seen = kept.get(path)
        if seen is not None and not wanted & ~seen[0]:
            return
        raw = _raw(answer)
        if S_ISDIR(raw[0]) and wanted & BY_NAME and not by_name(frame):
            wanted &= ~BY_NAME
        if seen is None or seen[1:] == raw:
            kept[path] = (wanted if seen is None else seen[0] | wanted, *raw)
        else:
            # Somebody changed it between two questions: the cell was given both answers.
            self._later.append((path, (wanted, *raw)))

    def result(self, known: "set[str]", shown: Callable[[str], str]) -> "list[dict[str, Any]]":
        """Observations. `known`: files whose content is observed, and with it that they are there and how long."""
        found: list[dict[str, Any]] = []
        for at, granted in sorted(self._access.items()):
            path, access = at
            if self._counts(path) and (not self._changes.reach(path) or os.access(path, access) == granted):
                saw = "granted" if granted else "refused"
                found.append({"kind": "asked", "path": shown(path), "saw": saw, "access": access})
        for path, target in sorted(self._targets.items()):
            if self._counts(path) and not self._changes.reach(path):
                found.append({"kind": "asked", "path": shown(path), "link": True, "saw": "link", "target": target})
        for path, seen in self._together(known, found, shown):
            found.append({"path": shown(path), **_observation(seen, True)})
        for path, seen in self._remaining(self._links.items(), os.lstat):
            if os.path.dirname(path) not in self.scanned:
                found.append({"path": shown(path), **_observation(seen, False)})
        return found

    def _remaining(
        self, kept: "Iterable[tuple[str, Any]]", look: Callable[[str], Any]
    ) -> "Iterator[tuple[str, _Seen]]":
        for path, (wanted, *raw) in sorted(kept):
            kind, size, time, mode = _state(raw)
            if kind == "folder" and self._around(path):
                # It is there, and is a folder, or nothing of this would run.
                wanted &= TIME
            elif kind == "link":
                # Its own size and time are asked by none but those who copy it.
                wanted &= LINK | KIND | THERE
            seen = (wanted, kind, size, time, mode)
            # What the cell asked before it changed it counts only where it made no difference.
            if wanted and self._counts(path) and (not self._changes.reach(path) or _same(seen, attempt(look, path))):
                yield path, seen

    def _together(
        self, known: "set[str]", found: "list[dict[str, Any]]", shown: Callable[[str], str]
    ) -> "list[tuple[str, _Seen]]":
        groups: dict[str, list[tuple[str, _Seen]]] = {}
        for path, seen in self._remaining([*self._followed.items(), *self._later], os.stat):
            if path in known and seen[1] == "file":
                seen = (seen[0] & ~(THERE | KIND | SIZE | LIBRARY_TIME), *seen[1:])
            if seen[0]:
                groups.setdefault(path.rpartition(os.sep)[0], []).append((path, seen))
        left: list[tuple[str, _Seen]] = []
        for folder, asked in groups.items():
            if len(asked) >= _MANY and folder != self._folder:
                states = any(seen[0] & _STATE for _, seen in asked)
                there = entries(folder, states)
                if there is None:
                    found.append({"kind": "missing", "path": shown(folder)})
                    there = {}
                elif len(there) < _OTHERS * len(asked):
                    detail = "states" if states else "kinds"
                    digest = entries_digest(there)
                    found.append({"kind": "directory", "path": shown(folder), "digest": digest, "detail": detail})
                else:
                    left.extend(asked)
                    continue
                # What was answered otherwise than what is there now, or is no part of it, stays by itself.
                cut = len(folder) + 1
                asked = [(path, seen) for path, seen in asked if not _agrees(seen, there.get(path[cut:]))]
            left.extend(asked)
        return left


def _raw(answer: Any) -> "tuple[int, int, int]":
    """(mode, size, time) of what there is."""
    if isinstance(answer, OSError):
        return _MISSING if answer.errno in (errno.ENOENT, errno.ENOTDIR) else _UNREADABLE
    return answer.st_mode, answer.st_size, answer.st_mtime_ns


def _state(raw: Any) -> "tuple[str, int, int, int]":
    mode, size, time = raw
    if mode <= 0:
        return "missing" if mode == 0 else "unreadable", 0, 0, 0
    kind = "file" if S_ISREG(mode) else "link" if S_ISLNK(mode) else kind_of(mode)
    return kind, size, time, permissions(mode)


def _same(seen: "_Seen", answer: Any) -> bool:
    return _observation(seen, True) == _observation((seen[0], *_state(_raw(answer))), True)


def _observation(seen: "_Seen", follow: bool) -> "dict[str, Any]":
    wanted, kind, size, time, mode = seen
    if kind == "missing" and follow:
        return {"kind": "missing"}
    answer: dict[str, Any] = {"kind": "asked"}
    if not follow:
        answer["link"] = True
    if kind in ("missing", "unreadable"):
        answer["saw"] = "no link" if wanted == LINK else kind
        return answer
    if wanted == LINK:
        answer["saw"] = "link" if kind == "link" else "no link"
        return answer
    answer["saw"] = "there" if wanted == THERE else kind
    if wanted & SIZE:
        answer["size"] = size
    if wanted & (TIME | LIBRARY_TIME):
        answer["mtime_ns"] = str(time)
    if wanted & MODE:
        answer["mode"] = mode
    return answer


def _agrees(seen: _Seen, now: Optional[bytes]) -> bool:
    """Whether `entries` has the answer that the cell was given."""
    wanted, kind, *state = seen
    if now is None or now.endswith(b"-"):
        return kind == "missing"
    if kind == "missing":
        return False
    words = now.decode().split(" ")
    if wanted != THERE and _LETTERS.get(kind) != words[0][-1]:
        return False
    if kind != "file":
        return not wanted & _STATE
    return all(not wanted & bits or new == str(was) for bits, was, new in zip(_STATES, state, words[1:]))

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
from stat import S_ISLNK, S_ISREG
from typing import Any, Callable

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
_STATES = (SIZE, TIME | LIBRARY_TIME, MODE)
_STATE = SIZE | TIME | LIBRARY_TIME | MODE


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
        # Path → (what was asked, what was there, size, time, permissions), following links or not.
        self._followed: dict[str, Any] = {}
        self._links: dict[str, Any] = {}
        self._targets: dict[str, str] = {}
        self._access: dict[tuple[str, int], bool] = {}
        # Folders whose entries were asked what they are.
        self.scanned: set[str] = set()

    def begin(self) -> None:
        questions.listen(self._hear, lambda frame: not is_library(frame.f_code.co_filename))

    def end(self) -> None:
        questions.listen(None)

    def _hear(self, name: str, args: "tuple[Any, ...]", named: "dict[str, Any]", answer: Any, frame: Any) -> None:
        # Whatever it is called with, the cell hears of no error but the function's own.
        try:
            self._note(name, args, named, answer, frame)
        except Exception:
            pass

    def _note(self, name: str, args: "tuple[Any, ...]", named: "dict[str, Any]", answer: Any, frame: Any) -> None:
        wanted, frame = self._callers.wanted(name, frame)
        path = path_of(args[0] if args else named.get("path", "."), named.get("dir_fd")) if wanted else None
        if path is None or path in self._changes.paths or not self._counts(path):
            return
        if name == "scandir":
            self.scanned.add(path)
        elif name == "access":
            mode = args[1] if len(args) > 1 else named["mode"]
            if mode == os.F_OK:
                self._followed.setdefault(path, (THERE, "file" if answer else "missing", 0, 0, 0))
            else:
                self._access.setdefault((path, mode), bool(answer))
        elif name == "readlink":
            if isinstance(answer, OSError):
                self._links.setdefault(path, (LINK, "missing", 0, 0, 0))
            else:
                self._targets.setdefault(path, os.fsdecode(answer))
        else:
            if wanted == ALL and not self._own(frame):
                wanted = OF_LIBRARIES
            if isinstance(answer, bool):
                answer = attempt(os.lstat if name in NOT_FOLLOWING else os.stat, path)
            follow = name not in NOT_FOLLOWING and named.get("follow_symlinks", True)
            if wanted == LINK and follow:
                wanted = THERE
            state = _state(answer)
            if state[0] == "folder":
                if not (wanted & BY_NAME and by_name(frame)):
                    wanted &= ~BY_NAME
                if self._around(path):
                    # It is there, and is a folder, or nothing of this would run.
                    wanted &= TIME
            elif state[0] == "link":
                # Its own size and time are asked by none but those who copy it.
                wanted &= LINK | KIND | THERE
            kept = self._followed if follow else self._links
            seen = kept.get(path)
            if not wanted:
                return
            if seen is None:
                kept[path] = (wanted, *state)
            elif wanted & ~seen[0]:
                kept[path] = (seen[0] | wanted, *seen[1:])

    def result(self, known: "set[str]", shown: Callable[[str], str]) -> "list[dict[str, Any]]":
        """Observations. `known`: files whose content is observed, and with it that they are there and how long."""
        found: list[dict[str, Any]] = []
        for path, seen in sorted(self._access.items()):
            if not self._changes.reach(path[0]) or os.access(*path) == seen:
                saw = "granted" if seen else "refused"
                found.append({"kind": "asked", "path": shown(path[0]), "saw": saw, "access": path[1]})
        for path, target in sorted(self._targets.items()):
            if not self._changes.reach(path):
                found.append({"kind": "asked", "path": shown(path), "link": True, "saw": "link", "target": target})
        left = self._together(known, found, shown)
        for path, seen in left:
            found.append({"path": shown(path), **_observation(seen, True)})
        for path, seen in sorted(self._links.items()):
            if self._still(path, seen, os.lstat) and not self._covered(path):
                found.append({"path": shown(path), **_observation(seen, False)})
        return found

    def _still(self, path: str, seen: Any, look: Callable[[str], Any]) -> bool:
        """What the cell asked before it changed it counts only where it made no difference."""
        return not self._changes.reach(path) or _same(seen, _state(attempt(look, path)))

    def _covered(self, path: str) -> bool:
        return os.path.dirname(path) in self.scanned

    def _together(
        self, known: "set[str]", found: "list[dict[str, Any]]", shown: Callable[[str], str]
    ) -> "list[tuple[str, Any]]":
        groups: dict[str, list[tuple[str, Any]]] = {}
        for path, seen in sorted(self._followed.items()):
            wanted = seen[0]
            if path in known and seen[1] == "file":
                wanted &= ~(THERE | KIND | SIZE | LIBRARY_TIME)
            if wanted and self._still(path, seen, os.stat):
                groups.setdefault(os.path.dirname(path), []).append((path, (wanted, *seen[1:])))
        left: list[tuple[str, Any]] = []
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
                asked = [one for one in asked if not _agrees(one, there)]
            left.extend(asked)
        return left


def _state(answer: Any) -> "tuple[str, int, int, int]":
    if isinstance(answer, OSError):
        gone = answer.errno in (errno.ENOENT, errno.ENOTDIR)
        return "missing" if gone else "unreadable", 0, 0, 0
    mode = answer.st_mode
    kind = "file" if S_ISREG(mode) else "link" if S_ISLNK(mode) else kind_of(mode)
    return kind, answer.st_size, answer.st_mtime_ns, permissions(mode)


def _same(seen: Any, now: "tuple[str, int, int, int]") -> bool:
    return bool(_observation(seen, True) == _observation((seen[0], *now), True))


def _observation(seen: Any, follow: bool) -> "dict[str, Any]":
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


def _agrees(one: "tuple[str, Any]", there: "dict[str, bytes]") -> bool:
    path, (wanted, kind, *state) = one
    now = there.get(os.path.basename(path))
    if now is None or now.endswith(b"-"):
        return bool(kind == "missing")
    words = now.decode().split(" ")
    letter = {"file": "f", "folder": "d", "other": "o"}.get(kind)
    if kind == "missing" or (wanted != THERE and words[0][-1] != letter):
        return False
    if kind != "file":
        return not wanted & _STATE
    return all(not wanted & bits or now == str(was) for bits, was, now in zip(_STATES, state, words[1:]))

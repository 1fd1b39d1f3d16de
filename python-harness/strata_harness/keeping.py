"""What a long run does when its host goes away: it goes on, and keeps what it has to say for the next host.

The host allows it with `keep` in the run message: after how many seconds, and a folder of the user's own (never one of
the notebook's: what is found there is believed), in which it says by then whose run this is. From then on every frame
is also written to `frames` in it, from the first frame on. A host that ends earlier ends the run with it.
"""

import os
import time
from typing import Any, Optional

# Nothing is translated on the way: Windows would make two characters of each end of a line.
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)

# Frames are small, as data travels by digest; a cell that shows very much waits no longer for its file.
MOST_IN_MEMORY = 4 * 1024 * 1024


class Keeper:
    def __init__(self, keep: dict[str, Any]) -> None:
        self._folder: str = keep["folder"]
        self.path = os.path.join(self._folder, "frames")
        self._due = time.monotonic() + keep["after"]
        self._frames: list[bytes] = []
        self._size = 0
        self._file: Optional[int] = None
        # A story with a gap is none: nothing is added to it, and the run ends with its host.
        self._torn = False

    def note(self, frame: bytes) -> None:
        """Takes a copy of a frame before it is sent."""
        if self._torn:
            return
        if self._file is not None:
            self._append(frame)
            return
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > MOST_IN_MEMORY or time.monotonic() >= self._due:
            self._open()

    def tick(self) -> None:
        """The cell goes on, and may say nothing for long: what it has shown must not be missing from its story."""
        if self._frames and not self._torn and time.monotonic() >= self._due:
            self._open()

    def abandoned(self) -> None:
        """The host is gone: returns when the run goes on without it."""
        if self._file is None and not self._torn and os.path.exists(os.path.join(self._folder, "guest.json")):
            self._open()
        if self._file is None or self._torn:
            os._exit(1)

    def _open(self) -> None:
        self._frames, frames = [], self._frames
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            # Named when it is whole.
            draft = f"{self.path}.draft"
            self._file = os.open(draft, _APPEND | os.O_TRUNC, 0o600)
            for frame in frames:
                self._append(frame)
            os.replace(draft, self.path)
        except OSError:
            # It can be read to the end by the host that is there, and by no other.
            self._torn = True

    def _append(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view and self._file is not None:
            try:
                view = view[os.write(self._file, view) :]
            except OSError:
                # A full disk.
                self._torn = True
                return

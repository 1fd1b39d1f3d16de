"""What a long run does when its host goes away: it goes on, and keeps what it has to say for the next host.

The host allows it with `keep` in the run message: after how many seconds, and a folder of the user's own (never one of
the notebook's: what is found there is believed), in which it says by then whose run this is. From then on every frame
is also written to `frames` in it, from the first frame on. A host that ends earlier ends the run with it.
"""

import os
import time
from typing import Any, Optional

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

    def note(self, frame: bytes) -> None:
        """Takes a copy of a frame before it is sent."""
        if self._file is not None:
            self._append(frame)
            return
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > MOST_IN_MEMORY or time.monotonic() >= self._due:
            self._open()

    def tick(self) -> None:
        """The cell goes on, and may say nothing for long: what it has shown must not be missing from its story."""
        if self._frames and time.monotonic() >= self._due:
            self._open()

    def abandoned(self) -> None:
        """The host is gone: returns when the run goes on without it."""
        if not os.path.exists(os.path.join(self._folder, "guest.json")):
            os._exit(1)
        if self._file is None:
            self._open()
        if self._file is None:
            os._exit(1)

    def _open(self) -> None:
        self._frames, frames = [], self._frames
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            # Named when it is whole.
            draft = f"{self.path}.draft"
            self._file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
            for frame in frames:
                self._append(frame)
            os.replace(draft, self.path)
        except OSError:
            # It can be read to the end by the host that is there, and by no other.
            self._due = float("inf")

    def _append(self, frame: bytes) -> None:
        view = memoryview(frame)
        while view and self._file is not None:
            try:
                view = view[os.write(self._file, view) :]
            except OSError:
                # A torn story is none: a full disk ends it here.
                self._due = float("inf")
                return

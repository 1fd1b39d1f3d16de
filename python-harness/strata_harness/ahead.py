"""What a process that waits for a run has done for it already."""

import os
from collections.abc import Collection, Iterable
from typing import Any, Optional

from .hidden import Hidden
from .streams import go_nowhere, open_log


class Ahead:
    """Its streams go nowhere, its log files are open, and modules that it is expected to import are in place."""

    def __init__(self, hidden: "Optional[Hidden]" = None) -> None:
        go_nowhere(0, 1, 2)
        self._hidden = hidden
        self._files: dict[str, int] = {}

    def make(self, logs: "list[str]") -> None:
        for path in logs:
            try:
                self._files[path] = open_log(path)
            except OSError:
                pass  # The run meets the same failure, and says so.

    def log(self, path: str) -> int:
        """Its descriptor."""
        file = self._files.pop(path, -1)
        if file >= 0 and os.fstat(file).st_nlink > 0:
            return file
        # Somebody has removed it meanwhile, or it is another one.
        if file >= 0:
            os.close(file)
        return open_log(path)

    def lend(self, modules: Iterable[str]) -> None:
        if self._hidden is not None:
            self._hidden.lend(modules)

    def lent(self) -> Collection[str]:
        """Modules that are in place although nothing has imported them."""
        return () if self._hidden is None else self._hidden.lent

    def take_back(self, imported: "list[str]") -> "list[dict[str, Any]]":
        return [] if self._hidden is None else self._hidden.take_back(imported)

    def repeat(self, blocks: "list[dict[str, Any]]") -> None:
        if self._hidden is not None:
            self._hidden.repeat(blocks)

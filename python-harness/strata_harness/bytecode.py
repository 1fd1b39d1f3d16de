"""Modules of the notebook's folder are what their text says.

Python takes a compiled module for current when the source has the same size and was modified in the same second, so an
edit right after a run would go unnoticed, and its result would be stored as that of the new text.
"""

import os
import time

# Not importlib.util, which takes milliseconds to import.
from _frozen_importlib_external import SourceFileLoader, cache_from_source
from typing import Any, Callable

# As for files that cells read: the coarsest file time in use, and the second that compiled modules are stamped with.
_RACY = 2.0


def distrust_young(own: Callable[[str], bool]) -> None:
    """`own` tells whether a path belongs to the notebook's code."""
    original = SourceFileLoader.path_stats

    def path_stats(self: SourceFileLoader, path: Any) -> Any:
        found = original(self, path)
        if own(os.fspath(path)):
            try:
                seen = os.stat(cache_from_source(path)).st_mtime
            except (OSError, NotImplementedError):
                seen = time.time()
            if seen - found["mtime"] < _RACY:
                # The importer then compiles the text, and keeps what came of it to itself.
                raise OSError(f"{path} was modified a moment ago")
        return found

    SourceFileLoader.path_stats = path_stats  # type: ignore[method-assign]

"""The environment's variables as the user's code asks for them."""

import os
from typing import Any


def environ_recorder(note: Any, note_set: Any) -> type:
    base = type(os.environ)

    class Environ(base):  # type: ignore[misc, valid-type]
        """The environment, with a note of each name that the user's code asks for."""

        def __getitem__(self, key: Any) -> Any:
            copied = vars(self).get("_strata_copied")
            if copied and key in copied:
                copied.discard(key)
                return base.__getitem__(self, key)
            try:
                value = base.__getitem__(self, key)
            except KeyError:
                note(key, None) if isinstance(key, str) else None
                raise
            note(key, value) if isinstance(key, str) else None
            return value

        def __setitem__(self, key: Any, value: Any) -> None:
            base.__setitem__(self, key, value)
            note_set(key)

        def __delitem__(self, key: Any) -> None:
            base.__delitem__(self, key)
            note_set(key)

        def __iter__(self) -> Any:
            # Copying the whole environment (for a child process) asks for no name in particular.
            names = list(base.__iter__(self))
            vars(self)["_strata_copied"] = set(names)
            return iter(names)

    Environ.__name__ = Environ.__qualname__ = base.__name__
    Environ.__module__ = base.__module__
    return Environ

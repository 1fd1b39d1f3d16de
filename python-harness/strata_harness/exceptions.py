"""How an exception is taken apart for a pickle: with what it was raised from, which Python leaves out."""

import pickle
import types
from typing import Any

from . import revive


def reduced(error: BaseException) -> Any:
    """As `reducer_override` gives it. The class's own `__init__` is not called again."""
    kind = type(error)
    plain: Any = NotImplemented
    if type(kind.__init__) is types.FunctionType and kind.__reduce__ is BaseException.__reduce__:
        # Python would call `__init__` again with what it handed to its base.
        plain = (revive.exception, (kind, error.args), vars(error) or None)
    links = (error.__cause__, error.__context__, error.__suppress_context__)
    if links == (None, None, False):
        return plain
    if plain is NotImplemented:
        plain = error.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
    if not isinstance(plain, tuple) or len(plain) > 3:
        return plain
    state = plain[2] if len(plain) == 3 else None
    return plain[0], plain[1], (state, *links), None, None, revive.chained

"""Large arrays of strings and other objects that hold nothing: pickled apart from what surrounds them.

What the pickler meets is looked through for what variables share (sharing.py), and hundreds of thousands of strings
would take most of the time of storing them: nothing can be shared through them, as nothing can change them.
"""

import pickle
import sys
from typing import Any, Optional

_KINDS = {str, bytes, int, float, bool, complex, type(None)}
_LARGE = 1000


def packed(array: Any) -> "Optional[tuple[bytes, tuple[int, ...], bool]]":
    """The arguments of `revive.atoms`; None for an array that is small, or of anything else."""
    numpy = sys.modules["numpy"]
    if type(array) is not numpy.ndarray or array.dtype.char != "O" or array.size < _LARGE:
        return None
    # As numpy keeps it: by columns where it lies so, and otherwise by rows.
    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    items = array.ravel("F" if by_columns else "C").tolist()
    if not set(map(type, items)) <= _KINDS:
        return None
    return pickle.dumps(items, 5), array.shape, bool(by_columns)

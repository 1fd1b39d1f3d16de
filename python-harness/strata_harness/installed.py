"""Which libraries are the interpreter's or its environment's, and nobody's project."""

import os
import sys

from .observe import library_folders


def installed(top: str) -> bool:
    """Part of the interpreter or of its environment: found there, and not through a link into somebody's project."""
    if top in sys.builtin_module_names or top in sys.modules:
        return True
    spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec(top)
    if spec is None:
        return False
    places = list(spec.submodule_search_locations or []) if spec.origin is None else [spec.origin]
    folders = library_folders()
    return bool(places) and all(os.path.abspath(place).startswith(folders) for place in places if place != "frozen")

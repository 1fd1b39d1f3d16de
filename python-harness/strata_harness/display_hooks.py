"""Small changes to libraries at the moment the user's code loads them.

A library that the user never loads is never loaded by us. Only two are touched: matplotlib is told to draw through
`strata_harness.figures`, and IPython's `display` is made to show things in the cell (without a running IPython shell
it would print their text).
"""

import os
from types import ModuleType

BACKEND = "module://strata_harness.figures"


def headless_children() -> None:
    """Programs that the cell starts inherit the environment but cannot import our backend: give them plain Agg."""
    if os.environ.get("MPLBACKEND") == BACKEND:
        os.environ["MPLBACKEND"] = "Agg"


def use_backend(matplotlib: ModuleType) -> None:
    """Draw figures into the cell, unless the user's code has chosen another file format's backend by itself."""
    settings = getattr(matplotlib, "rcParams", None)
    if settings is None:
        return
    try:
        chosen = dict.__getitem__(settings, "backend")  # reading it the ordinary way may load a window system
        if not isinstance(chosen, str) or chosen.lower() in ("agg", BACKEND):
            settings["backend"] = BACKEND
    except Exception:
        return  # an unusual matplotlib: figures are still shown at the end of the cell

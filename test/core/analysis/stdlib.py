"""The standard library of the Python that runs this, as programs to test the analysis on."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator


def modules(every: int) -> Iterator[tuple[str, str, ast.Module]]:
    """Path, text and syntax tree of one module in `every`; without those that cannot be read or have a form feed."""
    root = os.path.dirname(os.__file__)
    files = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(".py") and "site-packages" not in folder and "lib2to3" not in folder
    )
    for path in files[::every]:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        if "\f" not in text:
            yield os.path.relpath(path, root), text, tree

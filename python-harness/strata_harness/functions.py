"""What is asked of a function that is stored by value: where it can be found, and what it looks up."""

import sys
import types
from typing import Any, Optional

from .summary import immutable


def is_of(names: dict[str, Any], module: Any) -> bool:
    return isinstance(module, str) and module in sys.modules and vars(sys.modules[module]) is names


def found_by_name(function: types.FunctionType) -> bool:
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


def own_globals(function: types.FunctionType) -> Optional[dict[str, Any]]:
    """What it looks up in globals that are no module's, if nothing in there could be changed."""
    names = function.__globals__
    if any(step.opname == "STORE_GLOBAL" for step in __import__("dis").get_instructions(function.__code__)):
        return None
    found = {name: names[name] for name in sorted(global_names(function.__code__)) if name in names}
    return found if all(callable(value) or immutable(value) for value in found.values()) else None


def global_names(code: types.CodeType) -> set[str]:
    """Names that the code, and code inside it, looks up in its globals."""
    import dis

    found: set[str] = set()
    queue = [code]
    while queue:
        one = queue.pop()
        for step in dis.get_instructions(one):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "DELETE_GLOBAL"):
                found.add(step.argval)
        queue.extend(constant for constant in one.co_consts if isinstance(constant, types.CodeType))
    return found

"""What a cell imports before any code of the user's runs: those modules may be in `sys.modules` from its beginning."""

import ast
from collections.abc import Iterable
from typing import Any, Optional

from .hidden import with_packages
from .patches import COMPONENT


def first_imports(job: "dict[str, Any]", tree: Optional[ast.Module]) -> "list[str]":
    """Names of modules, packages included, in the order in which the run imports them."""
    given = job["ambient"]
    # Where modules are found, or what they hold, is not as it was; modules of the folder run code of their own.
    if "sys.path" in given or COMPONENT in given or any(name.startswith("module:") for name in given):
        return []
    statements = [each["statement"] for each in job["bindings"] if each["kind"] == "import"]
    try:
        found = _imported(ast.parse("\n".join(statements)).body) if statements else []
        # A definition is executed before the cell's own text is.
        if not job["definitions"] and not job.get("patches"):
            found += _imported((tree or ast.parse(job["source"])).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return with_packages(found)


def _imported(statements: "Iterable[ast.stmt]") -> "list[str]":
    found: list[str] = []
    for statement in statements:
        if isinstance(statement, ast.Import):
            names = [each.name for each in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.level == 0 and statement.module is not None:
            names = [statement.module, *(f"{statement.module}.{each.name}" for each in statement.names)]
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        else:
            break
        found += names
    return found

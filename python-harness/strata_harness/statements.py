"""What a statement of a cell does, as far as its text says: what it calls, where it stores, what it is made of."""

import ast
from typing import Any, Optional

COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)


def call_of(statement: ast.stmt) -> Optional[ast.Call]:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return statement.value
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
        if all(isinstance(each, ast.Name) for each in statement.targets):
            return statement.value
    return None


def stored_into(call: ast.Call) -> Optional[str]:
    """Whose attribute `setattr` or `delattr` sets."""
    if isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr") and call.args:
        return root_of(call.args[0])
    return None


def leaves_of(statement: Any) -> "list[ast.stmt]":
    """The simple statements of a compound one, but for those of functions and classes that it defines."""
    found: list[ast.stmt] = []
    for field in ("body", "orelse", "finalbody", "handlers"):
        for each in getattr(statement, field, []):
            compound = isinstance(each, (*COMPOUND, ast.ExceptHandler))
            found.extend(leaves_of(each) if compound else [each])
    return found


def targets_of(statement: ast.stmt) -> "list[ast.expr]":
    if isinstance(statement, (ast.Assign, ast.Delete)):
        return list(statement.targets)
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        return [statement.target]
    return []


def root_of(node: ast.expr) -> Optional[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def dotted(node: ast.expr) -> bool:
    """`a.b = …` or `a.b[…] = …`, and not `a[…] = …`, which no module or class takes."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute)

"""Cuts the standard library into notebook cells and says what CPython itself thinks of their names.

Prints one JSON object a line: {"file", "source", "binds": [names], "reads": [names], "unsure": [names]}.
`binds` are the names a cell binds in the module's scope, `reads` those it looks up there, functions included.
`unsure` are names about which `symtable` says something else than what running the code does:
comprehension variables since 3.12 (PEP 709 merges them into the scope around), targets of `+=` and `del`
(recorded as stores only), annotations without a value, and names that a class body both reads and binds.
"""

from __future__ import annotations

import ast
import json
import symtable
import sys
import warnings

from stdlib import modules

STATEMENTS_PER_CELL = (1, 3, 5, 8, 2)


def cells(source: str, tree: ast.Module) -> list[str]:
    lines = source.splitlines(keepends=True)
    found: list[str] = []
    at = turn = 0
    while at < len(tree.body):
        size = STATEMENTS_PER_CELL[turn % len(STATEMENTS_PER_CELL)]
        turn += 1
        end = min(at + size, len(tree.body))
        # Statements on one line stay together.
        while end < len(tree.body) and tree.body[end].lineno <= (tree.body[end - 1].end_lineno or 0):
            end += 1
        first = tree.body[at]
        start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
        found.append("".join(lines[start - 1 : tree.body[end - 1].end_lineno]))
        at = end
    return found


def free_reads(table: symtable.SymbolTable, top: bool) -> set[str]:
    names = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    for child in table.get_children():
        names |= free_reads(child, False)
    return names


def global_stores(table: symtable.SymbolTable) -> set[str]:
    names: set[str] = set()
    for child in table.get_children():
        names |= {
            s.get_name() for s in child.get_symbols() if s.is_declared_global() and (s.is_assigned() or s.is_imported())
        }
        names |= global_stores(child)
    return names


def unsure(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension) and sys.version_info >= (3, 12):
            names |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Delete):
            names |= {n.id for n in node.targets if isinstance(n, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ClassDef):
            stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            stored |= {s.name for s in node.body if isinstance(s, (ast.FunctionDef, ast.ClassDef))}
            names |= stored & {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return names


def main(every: int) -> None:
    warnings.simplefilter("ignore")
    for path, source, tree in modules(every):
        if "from __future__ import annotations" in source:
            continue
        for cell in cells(source, tree):
            try:
                table = symtable.symtable(cell, path, "exec")
                cell_tree = ast.parse(cell)
            except SyntaxError:
                continue
            binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
            record = {
                "file": path,
                "source": cell,
                "binds": sorted(binds | global_stores(table)),
                "reads": sorted(free_reads(table, True)),
                "unsure": sorted(unsure(cell_tree)),
            }
            print(json.dumps(record))


main(int(sys.argv[1]))

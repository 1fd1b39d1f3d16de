"""The tree of a cell's text, parsed once for all that ask about it, where nobody can see that it was."""

import ast
import re
from typing import Optional

# Of what is longer the parsing is not what costs time.
_LONGEST = 4000

# No escape and no number that the compiler would warn of, as it is parsed here before anybody can see a warning.
_NUMBERS = re.compile(r"(?<!\w)\d[\w.]*")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|\d[\d_]*|\d+\.\d*|\d+(\.\d*)?[eE]\d*")


def parsed(source: str) -> Optional[ast.Module]:
    if len(source) > _LONGEST or "\\" in source:
        return None
    if any(not _NUMBER.fullmatch(each) for each in _NUMBERS.findall(source)):
        return None
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree: ast.Module = compile(source, "<cell>", "exec", flags, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree

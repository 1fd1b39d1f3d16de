"""Cells of the standard library, each with its text without comments as CPython's tokenizer sees them."""

from __future__ import annotations

import io
import json
import sys
import tokenize
import warnings

from stdlib import modules


def without_comments(source: str) -> str:
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip(" \t")
    return "\n".join(lines).rstrip(" \t\n")


def main(every: int) -> None:
    warnings.simplefilter("ignore")
    for _, source, tree in modules(every):
        lines = source.split("\n")
        starts = [0, *(node.lineno - 1 for node in tree.body[1:] if not hasattr(node, "decorator_list")), len(lines)]
        for start, end in zip(starts, starts[1:]):
            cell = "\n".join(lines[start:end])
            try:
                print(json.dumps({"source": cell, "code": without_comments(cell)}))
            except (SyntaxError, tokenize.TokenError):
                continue


main(int(sys.argv[1]))

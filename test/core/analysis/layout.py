"""Makes pairs of programs from the standard library, to test what the normalised text keeps and what it leaves out.

Prints one JSON object a line: {"a", "b", "same"}. When `same`, b is a with another layout: comments and blank lines
added or taken out, deeper indentation, line breaks in brackets. Otherwise one token was taken out, doubled or swapped
with its neighbour, or a line's indentation was changed, and both still compile, to different programs.
"""

from __future__ import annotations

import ast
import io
import json
import random
import sys
import tokenize
import warnings

from stdlib import modules

SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING}


def relaid(source: str) -> str:
    """The same tokens: comments gone, four more blanks of indentation a level, blank lines, a break after commas."""
    lines: list[str] = []
    line: list[str] = []
    level = depth = 0
    end = (1, 0)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in SKIPPED:
            continue
        if token.type == tokenize.INDENT:
            level += 1
        elif token.type == tokenize.DEDENT:
            level -= 1
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            if line:
                lines += ["", " " * 7 * level + "".join(line) + "  # " + "x" * level]
            line = []
        else:
            if line:
                line.append(" " if token.start != end else "")
            line.append(token.string)
            depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
            if token.string == "," and depth > 0:
                line.append("\n# between\n")
        end = token.end
    return "\n".join(lines) + "\n"


def mangled(source: str, rng: random.Random) -> str | None:
    """One small accident."""
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.string.strip()]
    if len(tokens) < 4:
        return None
    lines = source.splitlines(keepends=True)
    token = rng.choice(tokens)
    row = token.start[0] - 1
    line = lines[row]
    kind = rng.randrange(4)
    if kind == 0:
        if token.start[0] != token.end[0]:
            return None
        lines[row] = line[: token.start[1]] + line[token.end[1] :]
    elif kind == 1:
        lines[row] = line[: token.start[1]] + token.string + " " + line[token.start[1] :]
    elif kind == 2:
        lines[row] = line[4:] if line.startswith("    ") and rng.random() < 0.5 else "    " + line
    else:
        other = rng.choice(tokens)
        if other.start[0] != other.end[0] or token.start[0] != token.end[0]:
            return None
        lines[row] = line[: token.start[1]] + other.string + line[token.end[1] :]
    return "".join(lines)


def parsed(source: str) -> str | None:
    try:
        compile(source, "cell", "exec", dont_inherit=True)
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        return None


def main(every: int) -> None:
    warnings.simplefilter("ignore")
    rng = random.Random(7)
    for _, text, tree in modules(every):
        lines = text.splitlines(keepends=True)
        for node in tree.body:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            a = "".join(lines[first - 1 : node.end_lineno])
            if len(a) > 4000 or not a.endswith("\n"):
                continue
            before = parsed(a)
            if before is None:
                continue
            b = relaid(a)
            if parsed(b) == before:
                print(json.dumps({"a": a, "b": b, "same": True}))
            for _ in range(6):
                try:
                    c = mangled(a, rng)
                except (tokenize.TokenError, IndentationError):
                    continue
                after = None if c is None else parsed(c)
                if after is not None and after != before:
                    print(json.dumps({"a": a, "b": c, "same": False}))


main(int(sys.argv[1]))

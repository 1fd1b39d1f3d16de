"""Compiling and executing the text of one cell."""

import __future__

import ast
from collections.abc import Collection
from opcode import EXTENDED_ARG, opmap
from typing import Any, Callable, Optional

from .definitions import future_flags, show

_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_COROUTINE = 0x80

_STORE_NAME, _STORE_GLOBAL = opmap["STORE_NAME"], opmap["STORE_GLOBAL"]

Made = Callable[[str], None]


class Unwatched:
    """Is told before and after each statement that concerns it."""

    def concerns(self, statement: ast.stmt) -> bool:
        return False

    def before(self, statement: ast.stmt) -> None:
        pass

    def after(self, statement: ast.stmt) -> None:
        pass


class Program:
    """A cell in pieces: a piece ends after each definition of its own, and the last expression is a piece by itself."""

    def __init__(
        self,
        job: dict[str, Any],
        tree: Optional[ast.Module],
        definitions: Collection[str] = (),
        watcher: Any = None,
    ) -> None:
        """`tree`: of the job's text, where it has been parsed already."""
        source, file = job["source"], job["file"]
        shown: Optional[str] = job.get("shown")
        show(file, source if shown is None else shown, 1)
        if tree is None:
            tree = compile(source, file, "exec", ast.PyCF_ONLY_AST | _AWAIT, True)
        # From the whole text: which features it asks for, and errors that only the compiler finds.
        asked = future_flags(job.get("futures", ()))
        whole = compile(source, file, "exec", _AWAIT | asked, True)
        flags = (whole.co_flags & _FUTURE) | _AWAIT
        self.stored = _stored(whole)
        self.pieces: list[tuple[Any, str, Optional[ast.stmt]]] = []
        """(code, what follows it: "" nothing, "=" show the value, otherwise the name just defined; what is watched)."""
        self._watcher = Unwatched() if watcher is None else watcher
        body = list(tree.body)
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        if last is not None and _silenced(source, last):
            body.append(last)
            last = None
        batch: list[ast.stmt] = []

        def end(then: str = "", watched: Optional[ast.stmt] = None) -> None:
            if batch:
                # Most cells are one piece, which is compiled already.
                all_of_it = len(batch) == len(tree.body)
                code = whole if all_of_it else compile(ast.Module(batch, []), file, "exec", flags, True)
                self.pieces.append((code, then, watched))
                batch.clear()

        for statement in body:
            watched = statement if self._watcher.concerns(statement) else None
            if watched is not None:
                end()
            batch.append(statement)
            name = _defined(statement)
            if name in definitions:
                end(name, watched)
            elif watched is not None:
                end("", watched)
        end()
        if isinstance(last, ast.Expr):
            watched = last if self._watcher.concerns(last) else None
            self.pieces.append((compile(ast.Expression(last.value), file, "eval", flags, True), "=", watched))
        self.awaits = any(code.co_flags & _COROUTINE for code, _, _ in self.pieces)

    def run(self, names: dict[str, Any], made: Made, result: Callable[[Any], None]) -> None:
        if self.awaits:
            from .awaiting import run_loop

            run_loop(self._run_async(names, made, result))
            return
        for code, then, watched in self.pieces:
            if watched is not None:
                self._watcher.before(watched)
            value = eval(code, names)
            self._done(value, then, watched, made, result)

    async def _run_async(self, names: dict[str, Any], made: Made, result: Callable[[Any], None]) -> None:
        for code, then, watched in self.pieces:
            if watched is not None:
                self._watcher.before(watched)
            value = eval(code, names)
            if code.co_flags & _COROUTINE:
                value = await value
            self._done(value, then, watched, made, result)

    def _done(
        self, value: Any, then: str, watched: Optional[ast.stmt], made: Made, result: Callable[[Any], None]
    ) -> None:
        if watched is not None:
            self._watcher.after(watched)
        if then == "=":
            result(value)
        elif then:
            made(then)


def _defined(statement: ast.stmt) -> str:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    if type(statement).__name__ == "TypeAlias":  # Since Python 3.12.
        return str(statement.name.id)  # type: ignore[attr-defined]
    return ""


def _silenced(source: str, last: ast.Expr) -> bool:
    """Whether a semicolon follows the last expression."""
    lines = source.split("\n")
    line = lines[(last.end_lineno or 1) - 1].encode("utf-8", "surrogatepass")
    return line[last.end_col_offset or 0 :].lstrip().startswith(b";")


def _stored(code: Any) -> set[str]:
    """Names that the cell's text binds in its namespace, whether or not it got there."""
    found: set[str] = set()
    queue = [(code, True)]
    while queue:
        one, top = queue.pop()
        text = one.co_code
        high = 0
        for at in range(0, len(text), 2):
            operation, low = text[at], text[at + 1]
            if operation == _STORE_GLOBAL or (top and operation == _STORE_NAME):
                found.add(one.co_names[high | low])
            high = (high | low) << 8 if operation == EXTENDED_ARG else 0
        queue.extend((constant, False) for constant in one.co_consts if hasattr(constant, "co_consts"))
    return found

"""Statements by which a cell sets up a library, carried out again where that library is used below.

`mimetypes.add_type(…)`, `tqdm.pandas()`, `sqlite3.register_adapter(Point, adapt)`, `lib.TABLE["k"] = v` change objects
that a library keeps for itself, and often cannot be stored. Such a statement does again what it did: it is kept with
the values of its names, and carried out in silence right after a cell below has loaded the library, in the order of
the script. What it does to settings that are followed by themselves is put back.
"""

import ast
import builtins
import contextlib
import importlib
import io
import re
import sys
import time
import types
from collections import deque
from collections.abc import Iterable, MutableMapping, MutableSequence, MutableSet
from typing import Any, Callable, Optional

from .components import COMPONENTS
from .libraries import Fingerprint, is_library, top_of
from .statements import COMPOUND, call_of, dotted, leaves_of, root_of, stored_into, targets_of

# The names of methods that change the container they belong to.
CHANGING = frozenset(
    "append extend insert add update remove pop clear setdefault discard popitem appendleft sort reverse".split()
)
_CONTAINERS = (MutableMapping, MutableSequence, MutableSet, deque)
MARK = "()"
# Followed as settings, or the process's own.
_PROCESS = {"sys", "os", "posix", "nt", "warnings", "signal", "threading"}
FOLLOWED = _PROCESS | {component.module.partition(".")[0] for component in COMPONENTS}

_HARMLESS = (ast.Import, ast.ImportFrom, ast.Pass, ast.FunctionDef, ast.ClassDef)
# As the planner has them (core/plan/set-ups.ts), which names what is looked at here. A test compares them.
SETTING_VERBS = "set reset restore enable disable register use configure activate install patch apply override".split()
SETTING_NAMES = (
    "init_printing init_notebook_mode initjs add_type config extension pickle constructor field_size_limit pandas setup"
).split()
DATABASE_VERBS = "create insert update delete drop alter set pragma load use attach".split()
# Seeds and states of generators are followed by themselves.
_SETTING = re.compile(
    rf"\b((un|re|de)?({'|'.join(SETTING_VERBS)})(?!_?seed|_\w*seed|_\w*state)\w*|{'|'.join(SETTING_NAMES)})$"
)
# Databases in memory that a library keeps for everybody.
_SQL = re.compile(rf"\b(sql|execute|query)\(\s*[rf]?['\"]+\s*({'|'.join(DATABASE_VERBS)})\b", re.I)
_ELSEWHERE = re.compile(
    r"\b(sql|execute|query)\(\s*[rf]*['\"]+\s*(attach|use\b|[^'\"]*\b(into|table|view|update|from)\s+\w+\.\w+)", re.I
)

# Seconds of the processor, for what is not a library's own function. The cells below would take as much longer.
_LONG = 2.0

Keep = Callable[[], Callable[[], None]]


class ReplayLost(RuntimeError):
    """A cell above has set a library up in a way that cannot be repeated here."""


class Replays:
    """`named`: names of the cell under which its text, or that of what it calls, seems to set up libraries."""

    def __init__(self, named: "list[dict[str, str]]", cell: str, main: "dict[str, Any]") -> None:
        self._named = {each["name"]: each["statement"] for each in named if each["path"] == MARK}
        self._placed = {each["name"] for each in named if each["path"] != MARK}
        self._cell = cell
        self._main = main
        self._before: Optional[Fingerprint] = None
        # How much was done that a second time would be too much.
        self.outside: Callable[[], int] = lambda: 0
        self._done = 0
        self._began = 0.0
        self.made: list[dict[str, Any]] = []

    def concerns(self, statement: ast.stmt) -> bool:
        """Whether it may be such a statement, judged by its text."""
        if isinstance(statement, COMPOUND):
            return bool(self._named) and any(self.concerns(each) for each in leaves_of(statement))
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            return any(root_of(each) in self._named for each in statement.decorator_list)
        call = call_of(statement)
        if call is not None:
            root = root_of(call.func)
            if isinstance(statement, ast.Assign) and root not in self._named:
                return False
            if stored_into(call) is not None:
                return True
            return bool(self._named) and not any(isinstance(each, ast.Await) for each in ast.walk(call))
        return any(
            isinstance(each, (ast.Attribute, ast.Subscript)) and (dotted(each) or root_of(each) in self._named)
            for each in targets_of(statement)
        )

    def before(self, statement: ast.stmt) -> None:
        self._before = None
        self._done = self.outside()
        self._began = time.process_time()
        call = call_of(statement)
        if isinstance(statement, COMPOUND):
            self._before = Fingerprint(self._libraries(statement))
            return
        if call is None and not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            return
        libraries = self._libraries(statement)
        if libraries:
            self._before = Fingerprint(libraries)

    def after(self, statement: ast.stmt) -> None:
        for expression, roots in self._changing(statement):
            self._keep(expression, roots)

    def _changing(self, statement: ast.stmt) -> "Iterable[tuple[str, set[str]]]":
        """(source, the libraries that were changed by it)."""
        call = call_of(statement)
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            decorators = [each for each in statement.decorator_list if root_of(each) in self._named]
            changed = self._changed() or self._unseen(statement, decorators)
            if changed and not isinstance(self._main.get(statement.name), (types.FunctionType, type)):
                # The decorator has taken it, and left something else.
                yield ast.unparse(statement), changed
                return
            for each in reversed(decorators) if changed else ():
                yield f"({ast.unparse(each)})({statement.name})", changed
        elif isinstance(statement, COMPOUND):
            # What was loaded by it has not been looked at before.
            changed = self._changed() | (self._libraries(statement) - self._before.libraries if self._before else set())
            if changed:
                yield ast.unparse(statement), changed
        elif call is not None:
            owner = self._value(call.func.value) if isinstance(call.func, ast.Attribute) else None
            name = stored_into(call)
            if name is not None:
                value = self._main.get(name)
                alias = name not in self._placed and _is_whole(value) and is_library(value)
                changed = {top_of(value)} - _PROCESS if alias else set()
            elif isinstance(owner, _CONTAINERS):
                # Its own method: no need to look.
                changes = isinstance(call.func, ast.Attribute) and call.func.attr in CHANGING
                changed = self._libraries(statement) if changes else set()
            elif _SQL.search(ast.unparse(call)):
                changed = self._libraries(statement)
            else:
                changed = self._changed() or self._unseen(statement, [call.func])
            if changed:
                yield ast.unparse(call), changed
        else:
            for target in targets_of(statement):
                name = root_of(target)
                value = self._main.get(name or "")
                if isinstance(target, ast.Name) or name is None:
                    continue
                if isinstance(target, ast.Attribute) and name in self._placed:
                    continue  # A place, which is carried by itself.
                if name not in self._named and not (_is_whole(value) and is_library(value)):
                    continue
                library = self._library(name)
                if library and library not in (_PROCESS if isinstance(target, ast.Attribute) else FOLLOWED):
                    yield ast.unparse(statement), {library}
                    return

    def _changed(self) -> "set[str]":
        return self._before.changed() if self._before is not None else set()

    def _unseen(self, statement: ast.stmt, called: "list[ast.expr]") -> "set[str]":
        """What compiled code and abstract classes keep cannot be seen: it is believed to have changed something."""
        compiled = any(
            (isinstance(self._value(each), types.BuiltinFunctionType) or "register" in ast.unparse(each))
            and _SETTING.search(ast.unparse(each))
            for each in called
        )
        return self._libraries(statement) if compiled and self._before is not None else set()

    def _libraries(self, statement: ast.stmt) -> "set[str]":
        """The libraries that the statement is about."""
        if isinstance(statement, COMPOUND):
            return {
                library for each in leaves_of(statement) if self.concerns(each) for library in self._libraries(each)
            }
        call = call_of(statement)
        names = [root_of(call.func)] if call is not None else [root_of(each) for each in targets_of(statement)]
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            names = [root_of(each) for each in statement.decorator_list]
        if call is not None and names[0] not in self._named:
            # A function or an object of the notebook: what the text of all that it reaches is about.
            names = list(self._named) if self._is_own(names[0]) else []
        return {self._library(each) for each in names if each is not None} - {""}

    def _is_own(self, name: Optional[str]) -> bool:
        """A function or a class of the notebook, or an instance of one."""
        value = self._main.get(name or "")
        if isinstance(value, types.ModuleType) or value is None:
            return False
        kind = value if isinstance(value, (type, types.FunctionType)) else type(value)
        return kind.__module__ != "builtins" and not is_library(kind)

    def _library(self, name: str) -> str:
        value = self._main.get(name)
        if is_library(value):
            return top_of(value)
        words = self._named.get(name, "").split()  # Without a statement it is a variable.
        if words[:1] == ["import"] and name in self._main and not isinstance(value, types.ModuleType):
            return ""  # Not imported yet: what a cell above calls so.
        return top_of(sys.modules.get(words[1])) if words and sys.modules.get(words[1]) is not None else ""

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return self._main.get(node.id, getattr(builtins, node.id, None))
        if isinstance(node, ast.Attribute):
            owner = self._value(node.value)
            if isinstance(owner, (types.ModuleType, type)) or type(owner).__module__ != "builtins":
                try:
                    return getattr(owner, node.attr, None)
                except Exception:
                    return None
        return None

    def _keep(self, source: str, tops: "set[str]") -> None:
        tree = ast.parse(source)
        own = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)}
        imports: dict[str, str] = {}
        modules: dict[str, str] = {}
        values: dict[str, Any] = {}
        for each in ast.walk(tree):
            if not isinstance(each, ast.Name) or each.id in own or each.id not in self._main:
                continue
            value = self._main[each.id]
            if isinstance(value, types.ModuleType):
                modules[each.id] = value.__name__
            elif self._named.get(each.id):
                imports[each.id] = self._named[each.id]
            else:
                values[each.id] = value
        entry = {"source": source, "cell": self._cell, "imports": imports, "modules": modules, "values": values}
        entry["libraries"] = sorted(tops)
        more = [
            each
            for each in leaves_of(tree)
            if not (self.concerns(each) and self._libraries(each)) and not isinstance(each, _HARMLESS)
        ]
        if more and any(isinstance(each, COMPOUND) for each in tree.body):
            entry = lost(entry, f"it also does something else: {ast.unparse(more[0])}")
        elif self.outside() != self._done or _ELSEWHERE.search(source):
            entry = lost(entry, "it also writes files, or talks to others")
        elif not any(each in self._named for each in imports | modules) and time.process_time() - self._began > _LONG:
            entry = lost(entry, "it takes too long")
        self.made.append(entry)


def carry_out(entry: "dict[str, Any]", keep: Keep) -> None:
    if "lost" in entry:
        raise ReplayLost(entry["lost"])
    back = keep()
    shown = vars(builtins).get("display")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            if shown is not None:
                builtins.display = lambda *args, **kwargs: None  # type: ignore[attr-defined]
            names = {**entry["values"], "__name__": "__main__"}
            for statement in entry["imports"].values():
                exec(compile(statement, "<import>", "exec", 0, True), names)
            names.update((name, importlib.import_module(module)) for name, module in entry["modules"].items())
            exec(compile(entry["source"], f"<{entry['cell']}>", "exec", 0, True), names)
    finally:
        if shown is not None:
            builtins.display = shown  # type: ignore[attr-defined]
        back()


def lost(entry: "dict[str, Any]", why: str) -> "dict[str, Any]":
    libraries = entry["libraries"]
    text = (
        f"the cell {entry['cell']} has changed {', '.join(libraries)} in a way that cannot be repeated in other cells "
        f"({entry['source']}: {why}). "
        "Put the statement into the cells that need it, or into a module of your own that they import."
    )
    return {"lost": text, "libraries": libraries}


def _is_whole(value: Any) -> bool:
    return isinstance(value, (types.ModuleType, type))

"""Cells that can do nothing but compute plain values: `n = 100`, `print(f"{n} rows")`, `[i * i for i in range(n)]`.

Most of a run is looking after what a cell might do: read files, change settings, load modules. Such a cell cannot, and
one can see it: its text has only the kinds of expressions below, every name in it is its own, an input or one of a few
builtins, and every input is made of numbers, strings and containers of them. By induction so is every value that it
meets, and no attribute listed here leads from one of those to anything else. So it runs without being looked after,
and leaves its process as it was, which then can run another cell.
"""

import ast
import pickle
import types
from typing import Any, Optional

from .definitions import Definitions
from .inputs import Inputs
from .patches import COMPONENT
from .store import Content
from .summary import immutable
from .values import Values, baseline

_LARGEST = 1 << 16

# Settings that computing with plain values can meet: digits of integers, the format "n", warnings of the compiler.
_MATTER = {"sys.limits", "locale", "warnings", COMPONENT}

_NODES = (
    ast.Module, ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Pass, ast.Break, ast.Continue,
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.NamedExpr, ast.Call,
    ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr, ast.FormattedValue,
    ast.comprehension, ast.keyword, ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip
# Those that neither repeat anything nor make much out of little.
_BRIEF = (
    ast.Module, ast.Expr, ast.Assign, ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.IfExp, ast.If, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.JoinedStr,
    ast.FormattedValue, ast.Add, ast.Sub, ast.Div, ast.FloorDiv, ast.BitAnd, ast.BitOr, ast.BitXor, ast.unaryop,
    ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_OPERATIONS = 8
# Whose index the compiler may warn of.
_LITERALS = (
    ast.Constant,
    ast.JoinedStr,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
)

_BUILTINS = frozenset(
    "abs all any ascii bin bool bytes chr complex dict divmod enumerate filter float format frozenset hex int len list "
    "map max min oct ord pow print range repr reversed round set slice sorted str sum tuple zip".split()
)
_ALL_BUILTINS = frozenset(dir(__builtins__) if isinstance(__builtins__, types.ModuleType) else __builtins__)
# Text to bytes and back loads a module for its encoding.
_ATTRIBUTES = frozenset(
    name
    for kind in (str, bytes, int, float, complex, list, tuple, dict, set, frozenset, range, slice)
    for name in dir(kind)
    if not name.startswith("_") and name not in ("encode", "decode")
)
_ENCODING = {"str", "bytes"}


class PureCell:
    """A cell of this kind with its inputs, ready to run in `names`."""

    def __init__(self, job: "dict[str, Any]", values: Values, brief: bool) -> None:
        self.names: dict[str, Any] = vars(types.ModuleType("__main__"))
        self._bindings: list[dict[str, Any]] = job["bindings"]
        self._values = values
        self.prints = "print" in job["source"]
        # It takes no time and no memory worth naming, so there is no need to say first that it has begun.
        self.brief = brief

    def bind(self, definitions: Definitions) -> Inputs:
        inputs = Inputs()
        for binding in self._bindings:
            name, digest = binding["name"], binding["digest"]
            inputs.objects[name] = self.names[name] = self._values.get(digest, binding["variable"])
        for binding in self._bindings:
            name, value = binding["name"], self.names[binding["name"]]
            if not immutable(value):
                file = self._values.file(binding["digest"])
                inputs.baselines[name] = baseline(name, value, definitions, self.names, file)
        return inputs


def pure_cell(job: "dict[str, Any]", content: Content, tree: ast.Module) -> Optional[PureCell]:
    """None for a cell that is not of this kind, as far as can be seen in a moment."""
    if job["own_definitions"] or job["own_imports"] or job["definitions"] or job.get("patches"):
        return None
    if not _MATTER.isdisjoint(job["ambient"]) or any(each["kind"] != "value" for each in job["bindings"]):
        return None
    nodes = list(ast.walk(tree))
    if not is_pure(nodes, {binding["name"] for binding in job["bindings"]}):
        return None
    if not all(_plain(content, digest) for digest in {binding["digest"] for binding in job["bindings"]}):
        return None
    return PureCell(job, Values(content), _is_brief(nodes))


def _is_brief(nodes: "list[ast.AST]") -> bool:
    """Each operation at most doubles what there is, which is small."""
    left = _OPERATIONS
    for node in nodes:
        if not isinstance(node, _BRIEF) or getattr(node, "format_spec", None) is not None:
            return False
        if isinstance(node, (ast.BinOp, ast.JoinedStr)):
            left -= 1
    return left >= 0


def is_pure(nodes: "list[ast.AST]", given: "set[str]") -> bool:
    names: list[ast.Name] = []
    called_here: set[int] = set()
    for node in nodes:
        if not isinstance(node, _NODES):
            return False
        if isinstance(node, ast.Name):
            names.append(node)
        elif isinstance(node, ast.Attribute):
            if node.attr not in _ATTRIBUTES or not isinstance(node.ctx, ast.Load):
                return False
        elif isinstance(node, ast.Call):
            called = node.func
            if not isinstance(called, (ast.Name, ast.Attribute)):
                return False
            if isinstance(called, ast.Name) and called.id in _ENCODING:
                called_here.add(id(called))
                if len(node.args) > 1 or node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
                    return False
        elif isinstance(node, ast.Subscript):
            if isinstance(node.value, _LITERALS):
                return False
        elif isinstance(node, ast.Compare):
            if not all(_compared(operator, other) for operator, other in zip(node.ops, node.comparators)):
                return False
        elif isinstance(node, ast.Invert):
            return False  # Of a truth value the interpreter warns.
    own = given | {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    if any(name.startswith("__") or (name in _ALL_BUILTINS and name not in _BUILTINS) for name in own):
        return False
    if any(name.id in _ENCODING and id(name) not in called_here for name in names):
        return False  # Under another name, or called by another, they may be given an encoding.
    return all(name.id in own or name.id in _BUILTINS for name in names)


def _compared(operator: ast.cmpop, other: ast.expr) -> bool:
    """Which small values are the same object is the interpreter's own business, except None."""
    return not isinstance(operator, (ast.Is, ast.IsNot)) or (isinstance(other, ast.Constant) and other.value is None)


class _Plain(pickle.Unpickler):
    """Loads what is made of plain values and nothing else, and so runs no code."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name}")


def _plain(content: Content, digest: str) -> bool:
    import io

    from .store import ValueFile

    try:
        file = ValueFile(content.path(digest))
        if file.buffers or len(file.stream) > _LARGEST:
            return False
        loaded = _Plain(io.BytesIO(file.stream)).load()
        return not any(name.startswith("module:") for name in loaded)
    except Exception:
        return False  # The usual way says what is the matter.

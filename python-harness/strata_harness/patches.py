"""What cells store into libraries: `pd.DataFrame.total = …`, `json.dumps = …`, `px.defaults.template = …`.

The job says which places the cell's text, or that of what it calls, stores into. At the end of the run what stands in
them is stored for the cells below, all of them together, and put there before a cell below runs. What is changed by
calling a library is done again there (replays.py).
"""

import sys
import types
from typing import Any, Optional

from .definitions import Definitions
from .importwatch import watch
from .pickling import dump
from .replays import MARK, Keep, Replays, carry_out, lost
from .store import MAGIC, Content
from .values import Baseline, Values

COMPONENT = "patch:libraries"
_ABSENT = "strata: not there"
# Followed as settings, or the process's own.
_LEFT_OUT = {"sys", "os", "os.environ", "warnings", "signal", "threading"}

# (module, dotted path inside it)
Place = tuple[str, str]


class PatchLost(RuntimeError):
    """A cell above has changed a library in a way that cannot be carried here."""


class Patches:
    def __init__(
        self, job: dict[str, Any], content: Content, values: Values, definitions: Definitions, main: dict[str, Any]
    ) -> None:
        self._given: Optional[str] = job["ambient"].get(COMPONENT)
        self._named: list[dict[str, str]] = job.get("patches", [])
        self._content, self._values, self._definitions, self._main = content, values, definitions, main
        self._state: dict[Place, Any] = {}
        self._before: Optional[Baseline] = None
        self.replays = Replays(self._named, job.get("name", job["cell"]), main)

    def begin(self, keep: Keep) -> None:
        """After the inputs are loaded: a function of a library that a variable holds is the library's own."""
        if self._given is None:
            return
        with open(self._content.path(self._given), "rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise PatchLost(self._content.read(self._given).decode())
        self._state = self._values.get(self._given, COMPONENT)
        by_module: dict[str, list[Place]] = {}
        for place, value in self._state.items():
            for module in value["libraries"] if place[0] == MARK else [place[0]]:
                by_module.setdefault(module, []).append(place)
        done: set[Place] = set()
        watch({module: self._putter(places, done, keep) for module, places in by_module.items()})
        self._before = Baseline(dump({COMPONENT: self._state}, self._definitions, self._main), None)

    def _putter(self, places: list[Place], done: "set[Place]", keep: Keep) -> Any:
        def put_all(module: Any) -> None:
            for place in places:
                # Another of its libraries may be loaded by it.
                if place[0] == MARK and place not in done:
                    done.add(place)
                    carry_out(self._state[place], keep)
            # What stands in these was looked at after all of that.
            for place in places:
                if place[0] == MARK:
                    continue
                owner, name = _owner(module, place[1])
                value = self._state[place]
                if not isinstance(value, str) or value != _ABSENT:
                    setattr(owner, name, value)
                elif name in getattr(owner, "__dict__", {}):
                    delattr(owner, name)

        return put_all

    def end(self) -> "Optional[dict[Place, Any]]":
        """What stands in all places now; None when it is what cells above have left."""
        if self._given is None and not self._named and not self.replays.made:
            return None
        now: dict[Place, Any] = {}
        for place in [*self._state, *self._places()]:
            if place[0] == MARK:
                now[place] = self._state[place]
                continue
            module = sys.modules.get(place[0])
            if module is None:
                now[place] = self._state[place]
                continue
            try:
                owner, name = _owner(module, place[1])
            except AttributeError:
                continue
            own = getattr(owner, "__dict__", {})
            now[place] = own[name] if name in own else getattr(owner, name, _ABSENT)
        for entry in self.replays.made:
            count = sum(1 for place in now if place[0] == MARK)
            now[(MARK, str(count))] = self._storable(entry)
        if not now and self._given is None:
            return None
        if self._before is not None and set(now) == set(self._state):
            try:
                if self._before.same(dump({COMPONENT: now}, self._definitions, self._main)):
                    return None
            except Exception:
                pass  # Said where it is stored.
        return now

    def _storable(self, entry: "dict[str, Any]") -> "dict[str, Any]":
        try:
            dump({COMPONENT: entry}, self._definitions, self._main)
            return entry
        except Exception as error:
            return lost(entry, str(error).strip().split("\n")[0])

    def refuse(self, why: str) -> str:
        text = (
            f"a cell above has changed a library in a way that cannot be carried to other cells: {why}. "
            "Make the change in a function of a module, and call it in the cells that need it."
        )
        return self._content.put(text.encode())[0]

    def _places(self) -> "list[Place]":
        found: list[Place] = []
        for named in self._named:
            if named["path"] == MARK:
                continue
            place = self._place(named["statement"], named["name"], named["path"])
            if place is not None and place not in found and place not in self._state:
                found.append(place)
        return found

    def _place(self, statement: str, name: str, path: str) -> Optional[Place]:
        root = self._main.get(name)
        if not isinstance(root, (types.ModuleType, type)):
            if statement.split()[1].partition(".")[0] not in sys.modules:
                return None
            scope: dict[str, Any] = {}
            try:
                exec(statement, scope)
            except ImportError:
                return None
            root = scope.get(name)
        # `sns.axisgrid.x = …` may go through modules; the place is named from the last one.
        parts = path.split(".")
        while len(parts) > 1 and isinstance(root, types.ModuleType):
            inner = vars(root).get(parts[0])
            if not isinstance(inner, types.ModuleType):
                break
            root = inner
            parts.pop(0)
        if isinstance(root, types.ModuleType):
            module = root.__name__
        elif isinstance(root, type):
            module, parts = root.__module__, [*root.__qualname__.split("."), *parts]
        else:
            return None
        return None if module in _LEFT_OUT or module == "__main__" else (module, ".".join(parts))


def _owner(module: Any, path: str) -> "tuple[Any, str]":
    *holders, name = path.split(".")
    owner = module
    for each in holders:
        owner = getattr(owner, each)
    return owner, name

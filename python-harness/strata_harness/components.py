"""The settings that are followed from cell to cell: for each, how to take a snapshot of it and how to restore one.

A snapshot is plain data. Environment, path and folder are stored as differences from what they were before any cell.
"""

import os
import sys
from typing import Any, Callable, NamedTuple, Optional

from . import logs
from .variables import raw_variables


class Component(NamedTuple):
    name: str
    module: str
    take: Callable[[Any, "Base"], Any]
    put: Callable[[Any, Any, "Base"], None]
    # A generator matters to a cell only if it drew from it; a setting matters to every cell that loads the library.
    generator: bool = False
    seed: Optional[Callable[[Any, int], None]] = None


class Base:
    """What the process looked like before any cell: environment, path and folder are stored as differences from it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.folder: str = job["folder"]
        self.environ = dict(os.environ)
        self.raw_environ = raw_variables()
        self.path = list(sys.path)
        self.incidental: set[str] = set()


def _take_environ(os_: Any, base: Base) -> Any:
    raw = raw_variables()
    if raw is not None and raw == base.raw_environ:
        return {"set": {}, "removed": []}
    now = dict(os.environ)
    changed = {
        name: value
        for name, value in sorted(now.items())
        if base.environ.get(name) != value and name not in base.incidental
    }
    return {"set": changed, "removed": sorted(name for name in base.environ if name not in now)}


def _put_environ(os_: Any, state: Any, base: Base) -> None:
    for name in state["removed"]:
        os.environ.pop(name, None)
    os.environ.update(state["set"])


def _take_path(sys_: Any, base: Base) -> Any:
    now, before = list(sys.path), base.path
    for start in range(len(now) - len(before) + 1):
        if now[start : start + len(before)] == before:
            return {"front": now[:start], "back": now[start + len(before) :]}
    return {"whole": now}


def _put_path(sys_: Any, state: Any, base: Base) -> None:
    sys.path[:] = state["whole"] if "whole" in state else [*state["front"], *base.path, *state["back"]]


_LIMITS = ("recursionlimit", "int_max_str_digits", "switchinterval")


def _take_limits(sys_: Any, base: Base) -> Any:
    return [getattr(sys, f"get{name}")() if hasattr(sys, f"get{name}") else None for name in _LIMITS]


def _put_limits(sys_: Any, state: Any, base: Base) -> None:
    for name, value in zip(_LIMITS, state):
        if value is not None and hasattr(sys, f"set{name}"):
            getattr(sys, f"set{name}")(value)


def _take_folder(os_: Any, base: Base) -> Any:
    try:
        here = os.getcwd()
    except OSError:
        return "."
    inside = here == base.folder or here.startswith(base.folder + os.sep)
    return os.path.relpath(here, base.folder) if inside else here


def _take_warnings(warnings: Any, base: Base) -> Any:
    return list(warnings.filters)


def _put_warnings(warnings: Any, state: Any, base: Base) -> None:
    warnings.filters[:] = state
    warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else None


def _take_pandas(pandas: Any, base: Base) -> Any:
    config = sys.modules["pandas._config.config"]
    found = {}
    for key in sorted(config._registered_options):
        option = config._registered_options[key]
        if key in config._deprecated_options:
            continue
        value: Any = config._global_config
        for part in key.split("."):
            value = value[part]
        if value != option.defval:
            found[key] = value
    return found


def _put_pandas(pandas: Any, state: Any, base: Base) -> None:
    for key, value in state.items():
        pandas.set_option(key, value)


_UNSHARED_PARAMETERS = {"backend", "backend_fallback", "interactive", "toolbar", "webagg.port", "datapath"}


class _Parameters:
    """Which of the three hundred parameters are not the defaults; gone through again only when one has changed."""

    def __init__(self) -> None:
        self._seen: Optional[dict[str, Any]] = None
        self._found: Any = None

    def __call__(self, matplotlib: Any, base: Base) -> Any:
        # Past the class's own methods, which warn and check.
        try:
            same = self._seen is not None and dict.__eq__(matplotlib.rcParams, self._seen) is True
        except Exception:
            same = False
        if not same:
            default, now = dict.copy(matplotlib.rcParamsDefault), dict.copy(matplotlib.rcParams)
            changed = [key for key, value in now.items() if default.get(key) is not value and default.get(key) != value]
            self._found = {key: now[key] for key in sorted(changed) if key not in _UNSHARED_PARAMETERS}
            self._seen = {key: value[:] if type(value) is list else value for key, value in now.items()}
        return self._found


def _put_matplotlib(matplotlib: Any, state: Any, base: Base) -> None:
    matplotlib.rcParams.update(state)


def _take_print_options(numpy: Any, base: Base) -> Any:
    return {key: value for key, value in sorted(numpy.get_printoptions().items()) if key != "override_repr"}


def _put_print_options(numpy: Any, state: Any, base: Base) -> None:
    numpy.set_printoptions(**state)


_CONTEXT = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _take_decimal(decimal: Any, base: Base) -> Any:
    context = decimal.getcontext()
    traps = sorted(signal.__name__ for signal, on in context.traps.items() if on)
    return {**{name: getattr(context, name) for name in _CONTEXT}, "traps": traps}


def _put_decimal(decimal: Any, state: Any, base: Base) -> None:
    context = decimal.getcontext()
    for name in _CONTEXT:
        setattr(context, name, state[name])
    for signal in list(context.traps):
        context.traps[signal] = signal.__name__ in state["traps"]


def _seed_numpy(random: Any, seed: int) -> None:
    random.seed(seed % 2**32)


def _take_torch(torch: Any, base: Base) -> Any:
    return torch.get_rng_state().numpy().tobytes()


def _put_torch(torch: Any, state: Any, base: Base) -> None:
    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


# Always in effect first: what later ones may depend on.
COMPONENTS = (
    Component("os.environ", "os", _take_environ, _put_environ),
    Component("cwd", "os", _take_folder, lambda os_, state, base: os.chdir(os.path.join(base.folder, state))),
    Component("sys.path", "sys", _take_path, _put_path),
    Component("sys.limits", "sys", _take_limits, _put_limits),
    Component("warnings", "warnings", _take_warnings, _put_warnings),
    Component(
        "random",
        "random",
        lambda random, base: random.getstate(),
        lambda random, state, base: random.setstate(state),
        True,
        lambda random, seed: random.seed(seed),
    ),
    Component(
        "numpy.random",
        "numpy.random",
        lambda random, base: random.get_state(),
        lambda random, state, base: random.set_state(state),
        True,
        _seed_numpy,
    ),
    Component(
        "numpy.errstate",
        "numpy",
        lambda numpy, base: numpy.geterr(),
        lambda numpy, state, base: numpy.seterr(**state),
    ),
    Component("numpy.printoptions", "numpy", _take_print_options, _put_print_options),
    Component("pandas", "pandas", _take_pandas, _put_pandas),
    Component("matplotlib", "matplotlib", _Parameters(), _put_matplotlib),
    Component("decimal", "decimal", _take_decimal, _put_decimal),
    Component(
        "locale",
        "locale",
        lambda locale, base: locale.setlocale(locale.LC_ALL),
        lambda locale, state, base: locale.setlocale(locale.LC_ALL, state),
    ),
    Component("logging", "logging", logs.take, logs.put),
    Component(
        "sklearn",
        "sklearn",
        lambda sklearn, base: sorted(sklearn.get_config().items()),
        lambda sklearn, state, base: sklearn.set_config(**dict(state)),
    ),
    Component("torch", "torch", _take_torch, _put_torch, True, lambda torch, seed: torch.manual_seed(seed % 2**63)),
)

"""Process-wide settings that a cell may change and later cells see: the implicit variables of a script.

Each component is a row of a table: the module it lives in, how to take a snapshot, how to restore one. A component is
looked at only when its module is loaded. A snapshot is a pickle of plain data; its bytes are content of the store.
"""

import os
import pickle
import sys
from typing import Any, Callable, NamedTuple, Optional

from .importwatch import watch
from .store import Content, plain_bytes


class _Component(NamedTuple):
    name: str
    module: str
    take: Callable[[Any, "_Base"], Any]
    put: Callable[[Any, Any, "_Base"], None]
    # A generator matters to a cell only if it drew from it; a setting matters to every cell that loads the library.
    generator: bool = False
    seed: Optional[Callable[[Any, int], None]] = None


class _Base:
    """What the process looked like before any cell: environment, path and folder are stored as differences from it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.folder: str = job["folder"]
        self.environ = dict(os.environ)
        self.path = list(sys.path)
        self.incidental: set[str] = set()


def _take_environ(os_: Any, base: _Base) -> Any:
    now = dict(os.environ)
    changed = {
        name: value
        for name, value in sorted(now.items())
        if base.environ.get(name) != value and name not in base.incidental
    }
    return {"set": changed, "removed": sorted(name for name in base.environ if name not in now)}


def _put_environ(os_: Any, state: Any, base: _Base) -> None:
    for name in state["removed"]:
        os.environ.pop(name, None)
    os.environ.update(state["set"])


def _take_path(sys_: Any, base: _Base) -> Any:
    now, before = list(sys.path), base.path
    for start in range(len(now) - len(before) + 1):
        if now[start : start + len(before)] == before:
            return {"front": now[:start], "back": now[start + len(before) :]}
    return {"whole": now}


def _put_path(sys_: Any, state: Any, base: _Base) -> None:
    sys.path[:] = state["whole"] if "whole" in state else [*state["front"], *base.path, *state["back"]]


def _take_folder(os_: Any, base: _Base) -> Any:
    try:
        here = os.getcwd()
    except OSError:
        return "."
    inside = here == base.folder or here.startswith(base.folder + os.sep)
    return os.path.relpath(here, base.folder) if inside else here


def _take_warnings(warnings: Any, base: _Base) -> Any:
    return list(warnings.filters)


def _put_warnings(warnings: Any, state: Any, base: _Base) -> None:
    warnings.filters[:] = state
    warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else None


def _take_pandas(pandas: Any, base: _Base) -> Any:
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


def _put_pandas(pandas: Any, state: Any, base: _Base) -> None:
    for key, value in state.items():
        pandas.set_option(key, value)


_UNSHARED_PARAMETERS = {"backend", "backend_fallback", "interactive", "toolbar", "webagg.port", "datapath"}


def _take_matplotlib(matplotlib: Any, base: _Base) -> Any:
    default = matplotlib.rcParamsDefault
    return {
        key: value
        for key, value in sorted(dict.items(matplotlib.rcParams))
        if key not in _UNSHARED_PARAMETERS and dict.get(default, key) != value
    }


def _put_matplotlib(matplotlib: Any, state: Any, base: _Base) -> None:
    matplotlib.rcParams.update(state)


def _take_print_options(numpy: Any, base: _Base) -> Any:
    return {key: value for key, value in sorted(numpy.get_printoptions().items()) if key != "override_repr"}


def _put_print_options(numpy: Any, state: Any, base: _Base) -> None:
    numpy.set_printoptions(**state)


_CONTEXT = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _take_decimal(decimal: Any, base: _Base) -> Any:
    context = decimal.getcontext()
    traps = sorted(signal.__name__ for signal, on in context.traps.items() if on)
    return {**{name: getattr(context, name) for name in _CONTEXT}, "traps": traps}


def _put_decimal(decimal: Any, state: Any, base: _Base) -> None:
    context = decimal.getcontext()
    for name in _CONTEXT:
        setattr(context, name, state[name])
    for signal in list(context.traps):
        context.traps[signal] = signal.__name__ in state["traps"]


def _seed_numpy(random: Any, seed: int) -> None:
    random.seed(seed % 2**32)


def _take_torch(torch: Any, base: _Base) -> Any:
    return torch.get_rng_state().numpy().tobytes()


def _put_torch(torch: Any, state: Any, base: _Base) -> None:
    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


# Always in effect first: what later ones may depend on.
_COMPONENTS = (
    _Component("os.environ", "os", _take_environ, _put_environ),
    _Component("cwd", "os", _take_folder, lambda os_, state, base: os.chdir(os.path.join(base.folder, state))),
    _Component("sys.path", "sys", _take_path, _put_path),
    _Component("warnings", "warnings", _take_warnings, _put_warnings),
    _Component(
        "random",
        "random",
        lambda random, base: random.getstate(),
        lambda random, state, base: random.setstate(state),
        True,
        lambda random, seed: random.seed(seed),
    ),
    _Component(
        "numpy.random",
        "numpy.random",
        lambda random, base: random.get_state(),
        lambda random, state, base: random.set_state(state),
        True,
        _seed_numpy,
    ),
    _Component(
        "numpy.errstate",
        "numpy",
        lambda numpy, base: numpy.geterr(),
        lambda numpy, state, base: numpy.seterr(**state),
    ),
    _Component("numpy.printoptions", "numpy", _take_print_options, _put_print_options),
    _Component("pandas", "pandas", _take_pandas, _put_pandas),
    _Component("matplotlib", "matplotlib", _take_matplotlib, _put_matplotlib),
    _Component("decimal", "decimal", _take_decimal, _put_decimal),
    _Component(
        "locale",
        "locale",
        lambda locale, base: locale.setlocale(locale.LC_ALL),
        lambda locale, state, base: locale.setlocale(locale.LC_ALL, state),
    ),
    _Component(
        "logging",
        "logging",
        lambda logging, base: logging.getLogger().level,
        lambda logging, state, base: logging.getLogger().setLevel(state),
    ),
    _Component("torch", "torch", _take_torch, _put_torch, True, lambda torch, seed: torch.manual_seed(seed % 2**63)),
)


class Ambient:
    def __init__(self, job: dict[str, Any], content: Content) -> None:
        self._given: dict[str, str] = job["ambient"]
        self._seed = int(job["seed"] or "0", 16)
        self._content = content
        self._base = _Base(job)
        self._ready: dict[str, bytes] = {}
        self._warned = False

    def restore(self) -> None:
        """Now for modules that are loaded, for others right after the user's code loads them."""
        by_module: dict[str, list[_Component]] = {}
        for component in _COMPONENTS:
            by_module.setdefault(component.module, []).append(component)
        watch({module: self._prepare(components) for module, components in by_module.items()})

    def _prepare(self, components: list[_Component]) -> Callable[[Any], None]:
        def prepare(module: Any) -> None:
            for component in components:
                digest = self._given.get(component.name)
                if digest is not None:
                    component.put(module, pickle.loads(self._content.read(digest)), self._base)
                elif component.seed is not None:
                    component.seed(module, self._seed)
                state = self._snapshot(component, module)
                if state is not None:
                    self._ready[component.name] = state

        return prepare

    def _snapshot(self, component: _Component, module: Any) -> Optional[bytes]:
        try:
            return plain_bytes(component.take(module, self._base))
        except Exception:
            # Half-loaded or unusual: this run says nothing about the component.
            return None

    def begin(self, own: Callable[[Any], bool], incidental: set[str]) -> None:
        """Loading the inputs is not the cell's doing: what it changed is compared with the state from here on.

        `own` tells whether the notebook's code runs in a frame, and not a library's: also not of an environment that
        is in the notebook's folder.
        """
        self._base.incidental = incidental
        for component in _COMPONENTS:
            module = sys.modules.get(component.module)
            if module is not None and component.name in self._ready and not component.generator:
                state = self._snapshot(component, module)
                if state is not None:
                    self._ready[component.name] = state
        self._watch_warnings(own)

    def _watch_warnings(self, own: Callable[[Any], bool]) -> None:
        """Libraries add filters when they are imported; only what the user's own code sets is the user's setting."""
        import warnings

        for name in ("filterwarnings", "simplefilter", "resetwarnings"):
            setattr(warnings, name, self._noting(getattr(warnings, name), own))

    def _noting(self, function: Callable[..., Any], own: Callable[[Any], bool]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            if own(sys._getframe(1)):
                self._warned = True
            return function(*args, **kwargs)

        called.__name__ = function.__name__
        called.__doc__ = function.__doc__
        called.__module__ = function.__module__
        return called

    def end(self) -> tuple[dict[str, str], list[dict[str, Any]]]:
        """(digests of the components that changed, what the cell depended on)."""
        after: dict[str, str] = {}
        seen: list[dict[str, Any]] = []
        for component in _COMPONENTS:
            module = sys.modules.get(component.module)
            before = self._ready.get(component.name)
            if module is None or before is None:
                continue
            now = self._snapshot(component, module)
            changed = now is not None and now != before
            if component.name == "warnings" and not self._warned:
                changed = False
            if changed and now is not None:
                after[component.name] = self._content.put(now)[0]
            if changed or not component.generator:
                digest = self._given.get(component.name)
                seen.append({"kind": "ambient", "component": component.name, "digest": digest})
        return after, seen

"""What a cell is given: its imports carried out, settings put back, and a value for each name."""

from typing import Any, Union

from . import ambient, modules
from .definitions import Definitions
from .summary import immutable
from .values import Baseline, Stored, Values, baseline


class Inputs:
    """The bindings as they were when the cell began."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.baselines: dict[str, Union[Baseline, Stored, None]] = {}
        self.paths: set[str] = set()


def bind(
    bindings: list[dict[str, Any]],
    names: dict[str, Any],
    resolve: Any,
    values: Values,
    definitions: Definitions,
    settings: "ambient.Ambient",
    own_modules: "modules.Modules",
) -> Inputs:
    inputs = Inputs()
    settings.restore_path()
    for binding in bindings:
        if binding["kind"] == "import":
            exec(compile(binding["statement"], "<import>", "exec", 0, True), names)
    own_modules.preload()
    settings.restore()
    for binding in bindings:
        if binding["kind"] != "import":
            # A definition executed later must not see a name before its turn, nor lose it.
            names[binding["name"]] = resolve(binding)
    for binding in bindings:
        name = binding["name"]
        inputs.objects[name] = value = names[name]
        if binding["kind"] == "definition" or (binding["kind"] == "value" and not immutable(value)):
            file = values.file(binding["digest"]) if binding["kind"] == "value" else None
            inputs.baselines[name] = baseline(name, value, definitions, names, file)
    return inputs

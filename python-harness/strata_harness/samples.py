"""A small value of a library, stored, loaded and compared as a run does it, and thrown away.

A child that waits for a run that is given values does this, so that what loading them writes to is its own memory
already (rehearsal.py).
"""

import pickle
import sys
from typing import Any, Callable

from .definitions import Definitions
from .pickling import dump
from .sharing import groups, links
from .summary import immutable, summary, type_name
from .values import Baseline


def _numpy(numpy: Any) -> Any:
    return numpy.ones((2, 2))


def _pandas(pandas: Any) -> Any:
    mixed = pandas.DataFrame({"a": [1.0, 2.0], "b": [1, 2], "c": ["x", "y"]})
    return mixed, mixed["a"], pandas.DataFrame([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


_SAMPLES: "dict[str, Callable[[Any], Any]]" = {"numpy": _numpy, "pandas": _pandas}


def practise() -> None:
    """With what is imported now."""
    names: dict[str, Any] = {}
    definitions = Definitions(names, {}, lambda binding: None)
    for name, make in _SAMPLES.items():
        module = sys.modules.get(name)
        if module is None:
            continue
        made = dump({"value": make(module)}, definitions, names)
        buffers = [bytearray(buffer) for buffer in made.buffers]
        value = pickle.loads(made.stream, buffers=buffers)["value"]
        before = Baseline(dump({"value": value}, definitions, names), None)
        after = dump({"value": value}, definitions, names)
        before.same(after)
        groups({"value": after})
        links([after])
        immutable(value), summary(value), type_name(value)

"""Runs little programs as cells and reports what they did with their names.

Reads one JSON object a line: {"source", "above": [names], "bits": [0 or 1]}; prints one for each:
{"taken": names read (or deleted) while they came from above, "bound", "gone": names from above deleted at the end,
"completed"}. `bit()` in a program gives the next of the bits, over and over.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any


class Namespace(dict[str, Any]):
    """The module's names, over those of the cells above."""

    def __init__(self, above: list[str]) -> None:
        super().__init__()
        self.above = {name: 1 for name in above}
        self.taken: set[str] = set()
        self.gone: set[str] = set()

    def __missing__(self, name: str) -> Any:
        if name in self.gone:
            raise KeyError(name)
        value = self.above[name]
        self.taken.add(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        self.gone.discard(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self:
            super().__delitem__(name)
        elif name in self.above and name not in self.gone:
            self.taken.add(name)
        else:
            raise KeyError(name)
        self.gone.add(name)


class TooLong(BaseException):
    """The program loops for ever."""


def supply(bits: list[int]) -> Iterator[int]:
    for _ in range(50):
        yield from bits
    while True:
        yield -1


def main() -> None:
    for line in sys.stdin:
        run(json.loads(line))


def run(task: dict[str, Any]) -> None:
    names = Namespace(task["above"])
    source = supply(task["bits"])

    def bit() -> int:
        value = next(source)
        if value < 0:
            raise TooLong
        return value

    code = compile(task["source"], "cell", "exec")
    try:
        exec(code, {"bit": bit, "suppress": contextlib.suppress}, names)
        completed = True
    except (Exception, TooLong):
        completed = False
    gone = sorted(names.gone & set(task["above"]))
    record = {"taken": sorted(names.taken), "bound": sorted(names), "gone": gone, "completed": completed}
    print(json.dumps(record))


main()

"""One tiny operation of a library: what it loads or builds at its first use is then there for every cell."""

from typing import Any, Callable


def _numpy(numpy: Any) -> None:
    (numpy.ones((2, 2)) @ numpy.ones((2, 2))).sum()


def _pandas(pandas: Any) -> None:
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    frame.groupby("b")["a"].sum()
    repr(frame)


OPERATIONS: "dict[str, Callable[[Any], None]]" = {"numpy": _numpy, "pandas": _pandas}

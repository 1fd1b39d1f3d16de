"""What of the memory of arrays and frames can be shared: where it lies, and who copies before writing."""

import gc
from typing import Any, Callable


def copies_on_write(pandas: Any) -> bool:
    """Whether frames copy before they write: sharing memory cannot be noticed then."""
    if int(pandas.__version__.partition(".")[0]) >= 3:
        return True
    try:
        return pandas.get_option("mode.copy_on_write") is True
    except Exception:
        return False


def extent(array: Any) -> tuple[int, int]:
    """First byte of a numpy array's memory and one past its last."""
    start = end = array.__array_interface__["data"][0]
    if array.size == 0:
        return start, start
    for size, stride in zip(array.shape, array.strides):
        if stride < 0:
            start += (size - 1) * stride
        else:
            end += (size - 1) * stride
    return start, end + array.itemsize


def uncollected(work: Callable[[], Any]) -> Any:
    """A million objects are looked through again and again otherwise, while none of them goes."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if collecting:
            gc.enable()

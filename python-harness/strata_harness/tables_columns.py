"""Columns of numpy values as Arrow buffers, a batch of rows at a time, without copying what need not be copied."""

import re
from itertools import accumulate
from typing import Any, Callable, NamedTuple, Optional

from .arrow import ArrowType, Part
from .display_text import brief

MAX_CELL = 10_000
"""Characters kept of a cell that is not a string: the text of a nested object has no natural bound."""

UTF8 = ArrowType("utf8")
_NUMBERS = {"i": "int", "u": "uint", "f": "float"}
_MAX_BYTES = 2**31 - 1


class Column(NamedTuple):
    """How to get the rows `start` to `stop` of a column."""

    type: ArrowType
    part: Callable[[int, int], Part]


def numpy_column(np: Any, values: Any, mask: Optional[Any] = None) -> Column:
    """The column of a one-dimensional array; `mask` is true where a value is missing."""
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "b":
        return _bits(np, values, mask)
    if kind in _NUMBERS and size <= 8:
        return _fixed(np, values, ArrowType(_NUMBERS[kind], size * 8), mask)
    if kind in "mM":
        return _times(np, values, mask)
    return text_column(np, values, mask)


def _fixed(np: Any, values: Any, type_: ArrowType, mask: Optional[Any]) -> Column:
    native = values.dtype.newbyteorder("<")

    def part(start: int, stop: int) -> Part:
        data = np.ascontiguousarray(values[start:stop], dtype=native)
        nulls, validity = _validity(np, mask, start, stop)
        return Part(nulls, [validity, data])

    return Column(type_, part)


def _bits(np: Any, values: Any, mask: Optional[Any]) -> Column:
    def part(start: int, stop: int) -> Part:
        nulls, validity = _validity(np, mask, start, stop)
        return Part(nulls, [validity, np.packbits(values[start:stop], bitorder="little")])

    return Column(ArrowType("bool"), part)


def _validity(np: Any, mask: Optional[Any], start: int, stop: int) -> tuple[int, Any]:
    """An absent bitmap means that nothing is missing."""
    if mask is None:
        return 0, b""
    missing = mask[start:stop]
    nulls = int(missing.sum())
    return nulls, (np.packbits(~missing, bitorder="little") if nulls else b"")


def _times(np: Any, values: Any, mask: Optional[Any]) -> Column:
    """Instants and durations. Units that Arrow lacks become the next finer one; a generic NaT or a month is text."""
    moment = values.dtype.kind == "M"
    unit, step = np.datetime_data(values.dtype)
    if unit == "generic" or not moment and unit in ("Y", "M"):
        return text_column(np, values, mask)
    missing = np.isnat(values) if mask is None else mask | np.isnat(values)
    if moment and unit in ("Y", "M", "W", "D"):
        days = values.astype("datetime64[D]").view("i8")
        return _fixed(np, np.where(missing, 0, days).astype("i4"), ArrowType("date", 32), missing)
    name = "datetime64" if moment else "timedelta64"
    if unit not in ("s", "ms", "us", "ns") or step != 1 or values.dtype.byteorder == ">":
        unit = {"W": "s", "D": "s", "h": "s", "m": "s", "ps": "ns", "fs": "ns", "as": "ns"}.get(unit, unit)
        values = values.astype(f"{name}[{unit}]")
    return _fixed(np, values.view("i8"), ArrowType("timestamp" if moment else "duration", 64, unit), missing)


def zoned(column: Column, zone: Any) -> Column:
    """The same instants, shown in a time zone."""
    return Column(column.type._replace(zone=zone_name(zone)), column.part)


def zone_name(zone: Any) -> str:
    """A name that Arrow and browsers know: of the tz database, or an offset such as +01:00."""
    text = str(zone)
    offset = re.fullmatch(r"(?:UTC)?([+-]\d\d:\d\d)(?::\d\d)?", text)
    if offset:
        return offset.group(1)
    minutes = re.fullmatch(r"pytz\.FixedOffset\((-?\d+)\)", text)
    if minutes:
        total = int(minutes.group(1))
        return f"{'-' if total < 0 else '+'}{abs(total) // 60:02d}:{abs(total) % 60:02d}"
    key = re.search(r"[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+", text)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", text):
        return text if text != "tzlocal" else "UTC"
    return key.group(0) if key else "UTC"


def text_column(np: Any, values: Any, mask: Optional[Any] = None) -> Column:
    """Strings as they are, every other value as its `str()`."""

    def part(start: int, stop: int) -> Part:
        rows = values[start:stop].tolist() if values.dtype.kind in "OSUV" else list(values[start:stop])
        if mask is not None:
            missing = mask[start:stop]
        else:
            missing = np.fromiter((value is None for value in rows), dtype=bool, count=len(rows))
        encoded = [b"" if null else _encoded(value) for value, null in zip(rows, missing.tolist())]
        ends = list(accumulate(map(len, encoded), initial=0))
        if ends[-1] > _MAX_BYTES:
            raise ValueError("more than 2 GB of text in one batch of rows")
        nulls, validity = _validity(np, missing, 0, len(rows))
        return Part(nulls, [validity, np.array(ends, dtype="<i4"), b"".join(encoded)])

    return Column(UTF8, part)


def _encoded(value: Any) -> bytes:
    return cell_text(value).encode("utf-8", "backslashreplace")


def cell_text(value: Any) -> str:
    """One cell as text. A value that cannot be printed says so in its place."""
    if isinstance(value, str):
        return value
    try:
        text = str(value)
    except Exception as error:
        text = f"<{type(value).__name__}: {brief(error)}>"
    return text if len(text) <= MAX_CELL else text[:MAX_CELL] + "…"


def joined_text(np: Any, offsets: Any, data: Any, mask: Optional[Any]) -> Column:
    """Strings that lie one after the other in one array of bytes, as Arrow keeps them."""

    def part(start: int, stop: int) -> Part:
        ends = offsets[start : stop + 1]
        if ends[-1] - ends[0] > _MAX_BYTES:
            raise ValueError("more than 2 GB of text in one batch of rows")
        nulls, validity = _validity(np, mask, start, stop)
        return Part(nulls, [validity, (ends - ends[0]).astype("<i4"), data[ends[0] : ends[-1]]])

    return Column(UTF8, part)

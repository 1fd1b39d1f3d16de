"""Tables of polars, written by polars itself."""

import inspect
from typing import Any

from .tables_columns import cell_text
from .tables_model import Limits, TableFile

_AS_TEXT = ("Categorical", "Enum", "Decimal", "Time", "Null", "Int128", "UInt128")
_NESTED = ("Binary", "Object", "List", "Array", "Struct", "Unknown")


def polars_table(pl: Any, value: Any, path: str, limits: Limits) -> TableFile:
    """Write a DataFrame or Series."""
    series = isinstance(value, pl.Series)
    frame = value.to_frame() if series else value
    rows, width = frame.shape
    kept = frame.head(limits.fitting(rows, frame.estimated_size()))
    columns = [(name, str(dtype), False) for name, dtype in list(frame.schema.items())[: limits.columns]]
    flat = pl.DataFrame([_flattened(pl, kept.get_column(name)) for name, _, _ in columns])
    batch = limits.batch_of(len(columns))
    _write(pl, flat, path, batch)
    source = "polars.Series" if series else "polars.DataFrame"
    return TableFile(source, flat.height if columns else 0, batch, columns, [rows] if series else [rows, width])


def _flattened(pl: Any, column: Any) -> Any:
    """The column as a bool, number, date, timestamp, duration or string."""
    kind = type(column.dtype).__name__ if not isinstance(column.dtype, type) else column.dtype.__name__
    if kind in _AS_TEXT:
        return column.cast(pl.String, strict=False)
    if kind in _NESTED or kind not in _FLAT:
        rows = [None if value is None else _python_text(value) for value in column.to_list()]
        return pl.Series(column.name, rows, dtype=pl.String)
    return column


_FLAT = frozenset(
    "Boolean Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float16 Float32 Float64 String Utf8 Date Datetime "
    "Duration".split()
)


def _python_text(value: Any) -> str:
    return cell_text(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _write(pl: Any, frame: Any, path: str, batch: int) -> None:
    """Batches of a fixed size let a page be found without reading what precedes it."""
    options: dict[str, Any] = {"compression": "uncompressed"}
    known = inspect.signature(frame.write_ipc).parameters
    if "compat_level" in known:
        options["compat_level"] = pl.CompatLevel.oldest()
    if "record_batch_size" in known:
        options["record_batch_size"] = batch
    if frame.height > batch:
        # A chunk becomes a batch, whatever the version makes of the option.
        frame = pl.concat([frame.slice(start, batch) for start in range(0, frame.height, batch)], rechunk=False)
    frame.write_ipc(path, **options)

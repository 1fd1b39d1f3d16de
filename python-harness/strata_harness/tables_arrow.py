"""Tables of pyarrow, and columns that pandas keeps in Arrow memory.

The table view knows flat types only; `flattened` turns every other type into one of them, the last resort being text.
"""

from typing import Any, Optional

from .arrow import ArrowType
from .tables_columns import Column, cell_text, joined_text, numpy_column, zoned
from .tables_model import Limits, TableFile, named


def arrow_table(pa: Any, table: Any, path: str, source: str, limits: Limits) -> TableFile:
    """Write a Table or RecordBatch with pyarrow's own writer."""
    rows, width = table.num_rows, table.num_columns
    total = min(rows, limits.rows)
    kept = table.slice(0, total)
    if width > limits.columns:
        kept = kept.select(list(range(limits.columns)))
    names = [str(name) for name in kept.schema.names]
    types = [str(field.type) for field in kept.schema]
    fields = [flattened(pa, kept.column(i).slice(0, 0)) for i in range(kept.num_columns)]
    schema = pa.schema([pa.field(name, column.type) for name, column in zip(named(names), fields)])
    options = pa.ipc.IpcWriteOptions(compression=None)
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as writer:
        batch = limits.batch_of(kept.num_columns)
        written = 0
        for start in range(0, total, batch):
            if sink.tell() > limits.bytes:
                break
            rows_here = min(batch, total - start)
            part = kept.slice(start, rows_here)
            columns = [_one(pa, flattened(pa, part.column(i)), schema.field(i).type) for i in range(part.num_columns)]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            written += rows_here
    columns = [(name, dtype, False) for name, dtype in zip(names, types)]
    return TableFile(source, written, batch, columns, [rows, width])


def _one(pa: Any, column: Any, type_: Any) -> Any:
    """The chunks of a column as one array."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks) if chunks else pa.array([], type=type_)


def flattened(pa: Any, column: Any) -> Any:
    """The column as a bool, number, date, timestamp, duration or string."""
    kind, is_ = column.type, pa.types
    if is_.is_boolean(kind) or is_.is_integer(kind) or is_.is_floating(kind):
        return column
    if is_.is_string(kind) or is_.is_timestamp(kind) or is_.is_duration(kind) or is_.is_date32(kind):
        return column
    if is_.is_date64(kind):
        return column.cast(pa.date32())
    if is_.is_dictionary(kind):
        return flattened(pa, column.cast(kind.value_type))
    if is_.is_large_string(kind) or str(kind) == "string_view":
        return column if is_.is_large_string(kind) else column.cast(pa.large_string())
    rows = [None if value is None else _python_text(value) for value in column.to_pylist()]
    return pa.array(rows, type=pa.large_string())


def _python_text(value: Any) -> str:
    return cell_text(value).encode("utf-8", "backslashreplace").decode("utf-8")


def arrow_column(pa: Any, np: Any, column: Any) -> Column:
    """A flat pyarrow column for our own writer, over the same memory."""
    flat = flattened(pa, column)
    if pa.types.is_string(flat.type):
        flat = flat.cast(pa.large_string())
    array = _one(pa, flat, flat.type)
    mask = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    kind = array.type
    if pa.types.is_boolean(kind):
        return numpy_column(np, array.fill_null(False).to_numpy(zero_copy_only=False), mask)
    if pa.types.is_large_string(kind):
        offsets = _view(np, array, 1, "<i8", 1)
        data = array.buffers()[2]
        return joined_text(np, offsets, np.frombuffer(data or b"", dtype="u1"), mask)
    if pa.types.is_date32(kind):
        column = numpy_column(np, _view(np, array, 1, "<i4"), mask)
        return Column(ArrowType("date", 32), column.part)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        name = "timestamp" if pa.types.is_timestamp(kind) else "duration"
        plain = Column(ArrowType(name, 64, kind.unit), numpy_column(np, _view(np, array, 1, "<i8"), mask).part)
        return zoned(plain, kind.tz) if getattr(kind, "tz", None) else plain
    return numpy_column(np, _view(np, array, 1, np.dtype(kind.to_pandas_dtype()).newbyteorder("<")), mask)


def _view(np: Any, array: Any, number: int, dtype: Any, more: int = 0) -> Any:
    buffer = array.buffers()[number]
    if buffer is None or len(array) == 0:
        return np.zeros(more, dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype)[array.offset : array.offset + len(array) + more]


def string_column(pa: Any, np: Any, values: Any, mask: Any) -> Optional[Column]:
    """A column of Python strings, encoded by pyarrow, which is much faster; None when one is not valid Unicode."""
    try:
        return arrow_column(pa, np, pa.chunked_array([pa.array(values, type=pa.large_string(), mask=mask)]))
    except (pa.ArrowException, UnicodeError):
        return None

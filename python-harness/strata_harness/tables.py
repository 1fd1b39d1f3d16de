"""Tables: which values are shown as one, and the payload that the table view reads.

The rows go into an Arrow IPC file in the content store, in batches of a fixed number of rows, so that Node can read
any page of it without Python. `TablePayload` in the extension's `core/outputs/model.ts` is the other side.
"""

import itertools
import json
import os
import sys
from collections.abc import Iterable
from typing import Any, Callable, Optional

from .arrow import ArrowFile
from .tables_arrow import arrow_table
from .tables_columns import Column, numpy_column, text_column
from .tables_model import Limits, TableFile, named
from .tables_pandas import Named, pandas_columns
from .tables_polars import polars_table

TABLE_MIME = "application/vnd.strata.table+json"

Write = Callable[[str], TableFile]


def table_payload(
    value: object, tmp: str, put_file: Callable[[str], tuple[str, int]], limits: Optional[Limits] = None
) -> Optional[str]:
    """The payload of a table, its rows written; None when the value is not one."""
    limits = limits or Limits()
    write = _writer(value, limits)
    if write is None:
        return None
    path = _fresh(tmp)
    try:
        table = write(path)
        digest, size = put_file(path)
    finally:
        if os.path.exists(path):
            os.remove(path)
    held = [table.rows, len([column for column in table.columns if not column[2]])][: len(table.shape)]
    payload = {
        "version": 1,
        "digest": digest,
        "bytes": size,
        "rows": table.rows,
        "batchRows": table.batch,
        "columns": [{"name": name, "dtype": dtype, "index": index} for name, dtype, index in table.columns],
        "source": table.source,
        "shape": list(table.shape),
        "truncated": any(have < total for have, total in zip(held, table.shape)),
    }
    return json.dumps(payload, ensure_ascii=False)


def _fresh(folder: str) -> str:
    """The path of a new empty file, counted: showing a table must not draw random numbers in the user's process."""
    for number in itertools.count():
        path = os.path.join(folder, f"table-{os.getpid()}-{number}.arrow")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            continue
        return path
    raise AssertionError("unreachable")


def _writer(value: Any, limits: Limits) -> Optional[Write]:
    """How to write the value, by the libraries that have been loaded."""
    pd, np, pl, pa = (sys.modules.get(name) for name in ("pandas", "numpy", "polars", "pyarrow"))
    if pd is not None and np is not None and isinstance(value, (pd.DataFrame, pd.Series, pd.Index)):
        return lambda path: _write_pandas(pd, np, pa, value, path, limits)
    if pl is not None and isinstance(value, (pl.DataFrame, pl.Series)):
        return lambda path: polars_table(pl, value, path, limits)
    if pa is not None and isinstance(value, (pa.Table, pa.RecordBatch)):
        return lambda path: arrow_table(pa, value, path, f"pyarrow.{type(value).__name__}", limits)
    if np is not None and isinstance(value, np.ndarray) and _is_grid(value):
        return lambda path: _write_numpy(np, value, path, limits)
    return None


def _write_pandas(pd: Any, np: Any, pa: Optional[Any], value: Any, path: str, limits: Limits) -> TableFile:
    rows = min(len(value), limits.rows)
    kept = value[:rows] if isinstance(value, pd.Index) else value.iloc[:rows]
    columns = list(pandas_columns(pd, np, pa, kept, limits.columns))
    kind = "Index" if isinstance(value, pd.Index) else "Series" if isinstance(value, pd.Series) else "DataFrame"
    return _write(columns, rows, path, f"pandas.{kind}", list(value.shape), limits)


def _is_grid(array: Any) -> bool:
    if array.dtype.names is not None:
        return array.ndim == 1
    return array.ndim == 1 or array.ndim == 2 and array.shape[1] > 0


def _write_numpy(np: Any, array: Any, path: str, limits: Limits) -> TableFile:
    rows = min(array.shape[0], limits.rows)
    columns = list(itertools.islice(_numpy_columns(np, array[:rows]), limits.columns))
    return _write(columns, rows, path, "numpy.ndarray", list(array.shape), limits)


def _numpy_columns(np: Any, array: Any) -> Iterable[Named]:
    mask = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    plain = np.asarray(array)
    if plain.dtype.names is not None:
        for name in plain.dtype.names:
            yield _numpy_named(np, str(name), plain[name], None if mask is None else mask[name])
    elif plain.ndim == 1:
        yield _numpy_named(np, "0", plain, mask)
    else:
        for number in range(plain.shape[1]):
            yield _numpy_named(np, str(number), plain[:, number], None if mask is None else mask[:, number])


def _numpy_named(np: Any, name: str, values: Any, mask: Optional[Any]) -> Named:
    flat = values.ndim == 1 and values.dtype.names is None
    if mask is not None and mask.ndim != 1:
        mask = None
    dtype = str(values.dtype) if values.ndim == 1 else f"{values.dtype}{list(values.shape[1:])}"
    return name, dtype, False, lambda: numpy_column(np, values, mask) if flat else text_column(np, values, mask)


def _write(columns: list[Named], rows: int, path: str, source: str, shape: list[int], limits: Limits) -> TableFile:
    """Write with our own writer, up to the limit of bytes."""
    parts: list[Column] = [column() for _, _, _, column in columns]
    names = named([name for name, _, _, _ in columns])
    with open(path, "wb") as stream:
        file = ArrowFile(stream, [(name, column.type) for name, column in zip(names, parts)])
        written = 0
        batch = limits.batch_of(len(parts))
        for start in range(0, rows, batch):
            if file.size > limits.bytes:
                break
            stop = min(start + batch, rows)
            file.batch(stop - start, [column.part(start, stop) for column in parts])
            written = stop
        file.close()
    return TableFile(source, written, batch, [(name, dtype, index) for name, dtype, index, _ in columns], shape)

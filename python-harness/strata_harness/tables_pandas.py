"""Columns of pandas objects: the row index first, then the data."""

from collections.abc import Iterator
from typing import Any, Callable, Optional

from .tables_arrow import arrow_column, string_column
from .tables_columns import Column, numpy_column, text_column, zoned

Named = tuple[str, str, bool, Callable[[], Column]]
"""Name, dtype, whether it belongs to the row index, and how to get the column itself."""


def pandas_columns(pd: Any, np: Any, pa: Optional[Any], value: Any, most: int) -> Iterator[Named]:
    """The columns of a DataFrame, Series or Index, of which `most` may be data."""
    if isinstance(value, pd.Index):
        yield from _levels(pd, np, pa, value, False)
        return
    yield from _levels(pd, np, pa, value.index, True)
    if isinstance(value, pd.Series):
        yield _named(pd, np, pa, label(value.name), value, False)
        return
    for number, name in enumerate(value.columns[:most]):
        yield _named(pd, np, pa, label(name), value.iloc[:, number], False)


def label(name: Any) -> str:
    """A column's name as shown; the parts of a hierarchical one are joined."""
    if name is None:
        return ""
    return " · ".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _levels(pd: Any, np: Any, pa: Optional[Any], index: Any, is_index: bool) -> Iterator[Named]:
    if isinstance(index, pd.MultiIndex):
        for number in range(index.nlevels):
            yield _named(pd, np, pa, label(index.names[number]), index.get_level_values(number), is_index)
    else:
        yield _named(pd, np, pa, label(index.name), index, is_index)


def _named(pd: Any, np: Any, pa: Optional[Any], name: str, data: Any, is_index: bool) -> Named:
    return name, str(data.dtype), is_index, lambda: _column_or_text(pd, np, pa, data)


def _column_or_text(pd: Any, np: Any, pa: Optional[Any], data: Any) -> Column:
    """An extension type that misbehaves is shown as the text of its values."""
    try:
        return _column(pd, np, pa, data)
    except Exception:
        return _objects(pd, np, None, np.asarray(data.astype(object), dtype=object))


def _column(pd: Any, np: Any, pa: Optional[Any], data: Any) -> Column:
    dtype: Any = data.dtype
    values = data.array
    if isinstance(dtype, np.dtype):
        array = np.asarray(data)
        return _objects(pd, np, pa, array) if array.dtype.kind == "O" else numpy_column(np, array)
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(pd, np, pa, values)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return zoned(numpy_column(np, values.tz_convert(None).to_numpy()), dtype.tz)
    if pa is not None and (type(dtype).__name__ == "ArrowDtype" or isinstance(dtype, pd.StringDtype)):
        return arrow_column(pa, np, pa.chunked_array(_chunks(pa, pa.array(values))))
    if isinstance(dtype, pd.StringDtype):
        return _objects(pd, np, pa, np.asarray(values, dtype=object))
    if isinstance(dtype, pd.SparseDtype):
        dense = np.asarray(values)
        return _objects(pd, np, pa, dense) if dense.dtype.kind == "O" else numpy_column(np, dense)
    numbers = getattr(dtype, "numpy_dtype", None)  # Int64, Float32, boolean: numbers with a mask beside them
    if isinstance(numbers, np.dtype) and numbers.kind in "biuf":
        mask = np.asarray(values.isna())
        return numpy_column(np, values.to_numpy(dtype=numbers, na_value=numbers.type(0)), mask)
    return _objects(pd, np, pa, np.asarray(data.astype(object), dtype=object))


def _chunks(pa: Any, array: Any) -> list[Any]:
    return list(array.chunks) if isinstance(array, pa.ChunkedArray) else [array]


def _objects(pd: Any, np: Any, pa: Optional[Any], values: Any) -> Column:
    """Python objects: None, NaN, NaT and NA are missing, strings are strings, everything else is its text."""
    mask = np.asarray(pd.isna(values))
    fast = None
    if pa is not None and pd.api.types.infer_dtype(values, skipna=True) == "string":
        fast = string_column(pa, np, values, mask)
    return fast or text_column(np, values, mask)


def _categories(pd: Any, np: Any, pa: Optional[Any], values: Any) -> Column:
    """The value of each row's category, in the type of the categories."""
    codes, categories = np.asarray(values.codes), values.categories
    missing = codes < 0
    if len(categories) == 0:
        return text_column(np, np.full(len(codes), "", dtype=object), missing)
    if isinstance(categories.dtype, np.dtype) and categories.dtype.kind != "O":
        return numpy_column(np, np.asarray(categories)[np.where(missing, 0, codes)], missing)
    return _objects(pd, np, pa, np.asarray(values, dtype=object))

"""`# @each row in df`: what a row is in the prompt, and the answers put beside the rows they are for."""

import json
import sys
from collections.abc import Iterator
from typing import Any


class Row(dict):  # type: ignore[type-arg]
    """A row by the names of its columns: `row.price`, `row["unit price"]`. By itself it is all of them, as JSON."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            known = ", ".join(map(str, self))
            raise AttributeError(f"the row has no column {name!r}; it has {known}") from None


def rows_of(table: Any) -> Iterator[Any]:
    """Rows of a frame, entries of anything else that can be gone through."""
    pd, pl, pa = (sys.modules.get(name) for name in ("pandas", "polars", "pyarrow"))
    if pd is not None and isinstance(table, pd.DataFrame):
        columns = [(name, table.iloc[:, number]) for number, name in enumerate(table.columns)]
        return (Row((name, column.iloc[at]) for name, column in columns) for at in range(len(table)))
    if pl is not None and isinstance(table, pl.DataFrame):
        return (Row(row) for row in table.iter_rows(named=True))
    if pa is not None and isinstance(table, pa.Table):
        return (Row(row) for row in table.to_pylist())
    if isinstance(table, (str, bytes, dict)):
        raise TypeError(f"@each goes through a table or a list, and this is a {type(table).__name__}")
    return (Row(item) if type(item) is dict else item for item in table)


def joined(table: Any, column: str, given: str) -> Any:
    """The table with the answers: a column for each key when they are objects, one column of that name otherwise."""
    answers = json.loads(given)
    columns = _columns(answers, column)
    pd, pl, pa = (sys.modules.get(name) for name in ("pandas", "polars", "pyarrow"))
    if pd is not None and isinstance(table, (pd.DataFrame, pd.Series)):
        frame = table.to_frame() if isinstance(table, pd.Series) else table.copy()
        for name, values in columns.items():
            frame[_free(name, frame.columns)] = pd.Series(values, index=frame.index, dtype=_dtype(values))
        return frame
    if pl is not None and isinstance(table, (pl.DataFrame, pl.Series)):
        frame = table.to_frame() if isinstance(table, pl.Series) else table
        for name, values in columns.items():
            frame = frame.with_columns(pl.Series(_free(name, frame.columns), values, strict=False))
        return frame
    if pa is not None and isinstance(table, pa.Table):
        for name, values in columns.items():
            table = table.append_column(_free(name, table.column_names), pa.array(values))
        return table
    return answers


def _columns(answers: list[Any], column: str) -> dict[str, list[Any]]:
    if not answers or not all(isinstance(answer, dict) for answer in answers):
        return {column: answers}
    names: dict[str, None] = {}
    for answer in answers:
        names.update(dict.fromkeys(answer))
    return {name: [answer.get(name) for answer in answers] for name in names}


def _free(name: str, taken: Any) -> str:
    """A column of the table is never replaced."""
    while name in list(taken):
        name = f"{name}_answer"
    return name


def _dtype(values: list[Any]) -> Any:
    """Numbers of one kind stay numbers; an empty column, texts and mixtures are objects."""
    kinds = {type(value) for value in values}
    return None if values and (kinds <= {int} or kinds <= {int, float} or kinds <= {bool}) else object

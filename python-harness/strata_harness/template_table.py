"""A table as Markdown, as many rows and columns as the budget has room for; what was left out is said below it."""

import datetime
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional

_LONGEST_CELL = 400


class Grid(NamedTuple):
    """Columns of the index come first and are always shown."""

    header: Sequence[str]
    index: int
    rows: Iterable[Sequence[Any]]
    total: int


def table_text(value: Any, budget: int) -> Optional[str]:
    """None when the value is not a table."""
    grid = _grid_of(value)
    return None if grid is None else _markdown(grid, budget)


def _grid_of(value: Any) -> Optional[Grid]:
    pd, pl, pa = (sys.modules.get(name) for name in ("pandas", "polars", "pyarrow"))
    if pd is not None and isinstance(value, (pd.DataFrame, pd.Series)):
        return _pandas(pd, value)
    if pl is not None and isinstance(value, (pl.DataFrame, pl.Series)):
        frame = value.to_frame() if isinstance(value, pl.Series) else value
        return Grid(frame.columns, 0, frame.iter_rows(), frame.height)
    if pa is not None and isinstance(value, (pa.Table, pa.RecordBatch)):
        columns = [value.column(number) for number in range(value.num_columns)]
        rows = ([column[number].as_py() for column in columns] for number in range(value.num_rows))
        return Grid(value.schema.names, 0, rows, value.num_rows)
    return None


def _pandas(pd: Any, value: Any) -> Grid:
    frame = value.to_frame(value.name if value.name is not None else "value") if isinstance(value, pd.Series) else value
    levels = frame.index.nlevels
    # Rows that are only counted need no number, also when some were left out; an index that somebody chose is data.
    counted = levels == 1 and frame.index.name is None and frame.index.dtype.kind in "iu"
    plain = counted and not isinstance(value, pd.Series)
    shown = 0 if plain else levels
    header = [_label(name) if name is not None else "" for name in frame.index.names][:shown]
    header += [_label(name) for name in frame.columns]

    def rows() -> Iterable[Sequence[Any]]:
        columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
        for number in range(len(frame)):
            key = frame.index[number]
            keys = (list(key) if levels > 1 else [key])[:shown]
            yield keys + [column.iloc[number] for column in columns]

    return Grid(header, shown, rows(), len(frame))


def _label(name: Any) -> str:
    return ".".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _markdown(grid: Grid, budget: int) -> str:
    width = len(grid.header)
    kept = _columns_within(grid, budget)
    header = [_cell(name) for name in grid.header[:kept]]
    lines = [_line(header), _line(["---"] * kept)]
    used = sum(len(line) + 1 for line in lines)
    shown = 0
    for row in grid.rows:
        line = _line([_cell(item) for item in row[:kept]])
        if used + len(line) + 1 > budget and shown > 0:
            break
        lines.append(line)
        used += len(line) + 1
        shown += 1
    note = _note(shown, grid.total, kept - grid.index, width - grid.index)
    return "\n".join([*lines, note] if note else lines)


def _columns_within(grid: Grid, budget: int) -> int:
    """A header alone may be more than the budget: at most a third of it goes there."""
    kept, used = 0, 0
    for name in grid.header:
        used += len(name) + 9
        if kept > grid.index and used > budget // 3:
            break
        kept += 1
    return kept


def _note(rows: int, total: int, columns: int, width: int) -> str:
    parts = []
    if rows < total:
        parts.append(f"the first {rows:,} of {total:,} rows")
    if columns < width:
        parts.append(f"the first {columns:,} of {width:,} columns")
    return f"(cut: {' and '.join(parts)} are shown)" if parts else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Any) -> str:
    text = _plain(value).replace("\\", "\\\\").replace("|", "\\|")
    text = " ".join(text.split("\n")) if "\n" in text else text
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"


def _plain(value: Any) -> str:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, float):
        return "" if value != value else _number(float(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and value.tzinfo is None:
        return str(value.date())
    return str(value)


def _number(value: float) -> str:
    """As short as six digits allow, but never a whole number as a power of ten."""
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    return f"{value:.6g}"

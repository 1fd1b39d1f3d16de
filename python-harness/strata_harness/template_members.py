"""What can stand behind a name in a prompt: columns of a table, keys of a dict, attributes of anything else."""

import json
import sys
from typing import Any

_MOST = 300


def members(value: Any) -> str:
    """JSON: `columns` as [name, type], `attributes` as [name, "method" or "property"]."""
    columns = _columns(value)
    attributes = []
    for name in [] if columns and not isinstance(value, dict) else dir(type(value)) + list(_own(value)):
        if not name.startswith("_"):
            # Looked at on the class, where looking runs nothing of the user's.
            kind = "method" if callable(getattr(type(value), name, None)) else "property"
            attributes.append([name, kind])
    return json.dumps({"columns": columns[:_MOST], "attributes": attributes[:_MOST]}, ensure_ascii=False)


def row_members(table: Any) -> str:
    """Of a row of the table, for `@each`."""
    if isinstance(table, (list, tuple)) and table:
        return members(table[0])
    return json.dumps({"columns": _columns(table)[:_MOST], "attributes": []}, ensure_ascii=False)


def _own(value: Any) -> Any:
    return getattr(value, "__dict__", {}) if not isinstance(value, type) else {}


def _columns(value: Any) -> list[list[str]]:
    pd, pl, pa = (sys.modules.get(name) for name in ("pandas", "polars", "pyarrow"))
    if pd is not None and isinstance(value, pd.DataFrame):
        return [[str(name), str(dtype)] for name, dtype in zip(value.columns, value.dtypes)]
    if pl is not None and isinstance(value, pl.DataFrame):
        return [[name, str(dtype)] for name, dtype in zip(value.columns, value.dtypes)]
    if pa is not None and isinstance(value, pa.Table):
        return [[field.name, str(field.type)] for field in value.schema]
    if isinstance(value, dict):
        return [[key, type(item).__name__] for key, item in value.items() if isinstance(key, str)]
    return []

"""Writes Arrow IPC files in plain Python, so that a table can be shown where pyarrow is not installed.

Only what a table view needs: uncompressed record batches of flat columns. Format:
https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
"""

import struct
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple, Optional

from .arrow_flat import Flat, Slot

MAGIC = b"ARROW1"
_V5 = 4
_SCHEMA, _RECORD_BATCH = 1, 3
_INT, _FLOAT, _UTF8, _BOOL, _DATE, _TIMESTAMP, _DURATION = 2, 3, 5, 6, 8, 10, 18
_UNITS = {"s": 0, "ms": 1, "us": 2, "ns": 3}
_PRECISIONS = {16: 0, 32: 1, 64: 2}


class ArrowType(NamedTuple):
    """kind: bool, int, uint, float, utf8, date (days), timestamp or duration."""

    kind: str
    bits: int = 0
    unit: str = "ns"
    zone: Optional[str] = None


class Part(NamedTuple):
    """The rows of one column in one batch: the number of nulls, and the column's buffers (validity first)."""

    nulls: int
    buffers: Sequence[Any]


class ArrowFile:
    """A file being written: `batch` as often as needed, then `close`, which completes it."""

    def __init__(self, stream: BinaryIO, fields: Sequence[tuple[str, ArrowType]]) -> None:
        self._stream = stream
        self._fields = fields
        self._blocks: list[tuple[int, int, int]] = []
        self.size = 0
        self._write(MAGIC + b"\0\0")
        flat = Flat()
        self._message(flat, _SCHEMA, _schema(flat, fields), [])

    def batch(self, rows: int, parts: Sequence[Part]) -> None:
        """Append a record batch. Buffers are anything with the buffer protocol, one dimension, contiguous."""
        nodes: list[int] = []
        places: list[int] = []
        buffers: list[memoryview] = []
        end = 0
        for part in parts:
            nodes += (rows, part.nulls)
            for buffer in part.buffers:
                view = memoryview(buffer)
                places += (end, view.nbytes)
                buffers.append(view)
                end += view.nbytes + -view.nbytes % 8
        flat = Flat()
        buffers_at = flat.structs(struct.pack(f"<{len(places)}q", *places), len(places) // 2)
        nodes_at = flat.structs(struct.pack(f"<{len(nodes)}q", *nodes), len(nodes) // 2)
        header = flat.table(Slot("q", rows), Slot("O", nodes_at), Slot("O", buffers_at))
        self._blocks.append(self._message(flat, _RECORD_BATCH, header, buffers))

    def close(self) -> None:
        self._write(b"\xff\xff\xff\xff\0\0\0\0")
        flat = Flat()
        packed = b"".join(struct.pack("<qiiq", start, head, 0, body) for start, head, body in self._blocks)
        batches = flat.structs(packed, len(self._blocks))
        dictionaries = flat.structs(b"", 0)
        schema = _schema(flat, self._fields)
        footer = flat.finish(flat.table(Slot("h", _V5), Slot("O", schema), Slot("O", dictionaries), Slot("O", batches)))
        self._write(footer)
        self._write(struct.pack("<i", len(footer)) + MAGIC)

    def _message(self, flat: Flat, kind: int, header: int, buffers: Sequence[memoryview]) -> tuple[int, int, int]:
        """Write one encapsulated message; its start, the length of its metadata, and that of its body."""
        body = sum(view.nbytes + -view.nbytes % 8 for view in buffers)
        metadata = flat.finish(flat.table(Slot("h", _V5), Slot("B", kind), Slot("O", header), Slot("q", body)))
        metadata += bytes(-len(metadata) % 8)
        start = self.size
        self._write(b"\xff\xff\xff\xff" + struct.pack("<i", len(metadata)))
        self._write(metadata)
        for view in buffers:
            if view.nbytes:
                self._write(view)
                if view.nbytes % 8:
                    self._write(bytes(-view.nbytes % 8))
        return start, 8 + len(metadata), body

    def _write(self, data: Any) -> None:
        self._stream.write(data)
        self.size += memoryview(data).nbytes


def _schema(flat: Flat, fields: Sequence[tuple[str, ArrowType]]) -> int:
    places: list[int] = []
    for name, kind in fields:
        number, type_at = _type(flat, kind)
        children = flat.objects([])
        name_at = flat.string(name)
        places.append(
            flat.table(
                Slot("O", name_at), Slot("?", 1), Slot("B", number), Slot("O", type_at), None, Slot("O", children)
            )
        )
    return flat.table(Slot("h", 0), Slot("O", flat.objects(places)))


def _type(flat: Flat, kind: ArrowType) -> tuple[int, int]:
    """The number of the type in Arrow's union, and its table."""
    if kind.kind in ("int", "uint"):
        return _INT, flat.table(Slot("i", kind.bits), Slot("?", kind.kind == "int"))
    if kind.kind == "float":
        return _FLOAT, flat.table(Slot("h", _PRECISIONS[kind.bits]))
    if kind.kind == "timestamp":
        zone = None if kind.zone is None else Slot("O", flat.string(kind.zone))
        return _TIMESTAMP, flat.table(Slot("h", _UNITS[kind.unit]), zone)
    if kind.kind == "duration":
        return _DURATION, flat.table(Slot("h", _UNITS[kind.unit]))
    if kind.kind == "date":
        return _DATE, flat.table(Slot("h", 0))
    return {"utf8": _UTF8, "bool": _BOOL}[kind.kind], flat.table()

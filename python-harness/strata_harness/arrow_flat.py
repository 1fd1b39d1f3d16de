"""The little of FlatBuffers that writing Arrow metadata needs.

A buffer is built from its end to its start, because objects refer forwards only. `Flat` therefore collects pieces in
reverse; an object is named by its distance from the end ("at"), which later pieces do not change.
Format: https://flatbuffers.dev/internals
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple, Optional


class Slot(NamedTuple):
    """One field of a table: a `struct` code and its value, or the place of another object."""

    code: str
    value: int


class Flat:
    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def _push(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)

    def _align(self, to: int, extra: int = 0) -> None:
        """Pad so that after `extra` more bytes the size is a multiple of `to`."""
        missing = -(self._size + extra) % to
        if missing:
            self._push(bytes(missing))

    def string(self, text: str) -> int:
        data = text.encode("utf-8", "backslashreplace")
        self._align(4, len(data) + 1)
        self._push(data + b"\0")
        self._push(struct.pack("<I", len(data)))
        return self._size

    def structs(self, data: bytes, count: int) -> int:
        """A vector of `count` structs of eight-byte alignment, already packed."""
        self._align(8, len(data))
        self._push(data)
        # The elements, not the length before them, carry the alignment.
        self._push(struct.pack("<I", count))
        return self._size

    def objects(self, places: Sequence[int]) -> int:
        """A vector of references."""
        self._align(4)
        for place in reversed(places):
            self._push(struct.pack("<I", self._size + 4 - place))
        self._push(struct.pack("<I", len(places)))
        return self._size

    def table(self, *slots: Optional[Slot]) -> int:
        """A table; None leaves a field out. Code "O" is a reference."""
        fields: dict[int, int] = {}
        start = self._size
        for number, slot in sorted(
            ((n, s) for n, s in enumerate(slots) if s is not None), key=lambda each: -_width(each[1])
        ):
            width = _width(slot)
            self._align(width)
            if slot.code == "O":
                self._push(struct.pack("<I", self._size + 4 - slot.value))
            else:
                self._push(struct.pack("<" + slot.code, slot.value))
            fields[number] = self._size
        self._align(4)
        vtable_bytes = 4 + 2 * len(slots)
        self._push(struct.pack("<i", vtable_bytes))
        place = self._size
        offsets = [place - fields[n] if n in fields else 0 for n in range(len(slots))]
        self._push(struct.pack(f"<{2 + len(slots)}H", vtable_bytes, place - start, *offsets))
        return place

    def finish(self, root: int) -> bytes:
        self._align(8, 4)
        self._push(struct.pack("<I", self._size + 4 - root))
        return b"".join(reversed(self._pieces))


def _width(slot: Slot) -> int:
    return 4 if slot.code == "O" else struct.calcsize("<" + slot.code)

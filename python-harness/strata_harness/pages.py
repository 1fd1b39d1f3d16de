"""Which parts of a privately mapped file may have been written to, as the kernel knows it, without reading any of them.

Linux tells for each page of a process whether it is there, and whether it is still the file's: a page of a private map
becomes the process's own by the first write to it. Where that cannot be asked, everything may have been written to.
"""

import mmap
import os
from typing import Optional

_PAGE = mmap.PAGESIZE
# By the highest byte of an entry (0x80 there, 0x40 swapped out, 0x20 a page of a file): 1 for the process's own pages.
_MARKS = bytes(1 if flags & 0xC0 and not flags & 0x20 else 0 for flags in range(256))
# Below this, looking takes longer than comparing.
_SMALL = 1 << 18


def written(mapped: mmap.mmap, base: int, at: int, length: int) -> "list[tuple[int, int]]":
    """Ranges within `length` bytes from `at` of a map that begins at the address `base`, as offsets from `at`: nothing
    outside of them was written to."""
    if length < _SMALL:
        return [(0, length)]
    address = base + at
    first, last = address // _PAGE, (address + length - 1) // _PAGE
    flags = _flags(mapped, base, first, last - first + 1)
    if flags is None:
        return [(0, length)]
    found: list[tuple[int, int]] = []
    marks = flags.translate(_MARKS)
    start = marks.find(1)
    while start >= 0:
        end = marks.find(0, start)
        end = len(marks) if end < 0 else end
        found.append((max(0, (first + start) * _PAGE - address), min(length, (first + end) * _PAGE - address)))
        start = marks.find(1, end)
    return found


def _flags(mapped: mmap.mmap, base: int, first: int, count: int) -> Optional[bytes]:
    try:
        file = os.open("/proc/self/pagemap", os.O_RDONLY)
    except OSError:
        return None
    try:
        # The first page is written to now, without a change: does the kernel say so?
        mapped[0] = mapped[0]
        tried = os.pread(file, 8, base // _PAGE * 8)
        if len(tried) != 8 or not _MARKS[tried[7]]:
            return None
        entries = os.pread(file, count * 8, first * 8)
    except OSError:
        return None
    finally:
        os.close(file)
    return entries[7::8] if len(entries) == count * 8 else None

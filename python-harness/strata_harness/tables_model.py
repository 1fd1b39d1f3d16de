"""What all ways of writing a table share: limits, names, and what is known about the written file."""

from collections.abc import Sequence
from typing import NamedTuple


class Limits(NamedTuple):
    """How much of a table is written for showing. A constructor argument of tests, constant otherwise."""

    rows: int = 5_000_000
    columns: int = 5_000
    bytes: int = 2 * 1000**3
    batch: int = 4096

    def batch_of(self, columns: int) -> int:
        """Rows of one batch: a page of a very wide table must not become a very large message."""
        rows = self.batch
        while rows > 64 and rows * columns > self.batch * 100:
            rows //= 2
        return rows

    def fitting(self, rows: int, size: int) -> int:
        """How many of `rows` rows, `size` bytes together, may be written."""
        most = min(rows, self.rows)
        return most if size <= self.bytes else min(most, max(self.batch, int(rows * (self.bytes / size))))


class TableFile(NamedTuple):
    """A written file: source name, rows in it, rows of each batch but the last, columns as (name, dtype, index), and
    the shape of the value itself."""

    source: str
    rows: int
    batch: int
    columns: Sequence[tuple[str, str, bool]]
    shape: Sequence[int]


def named(names: Sequence[str]) -> list[str]:
    """Names for the Arrow file, where each must be another; what the user sees are the names of the payload."""
    seen: set[str] = set()
    unique: list[str] = []
    for name in names:
        candidate, count = name, 1
        while candidate in seen:
            count += 1
            candidate = f"{name} ({count})"
        seen.add(candidate)
        unique.append(candidate)
    return unique

"""The digest of content: what stored bytes are named by (docs/store.md).

Up to 1 MiB it is their SHA-256. Longer content is hashed in pieces of 1 MiB, by as many cores as there are: its digest
is the first half of the SHA-512 of `strata.pieces.v1\\n`, its length in 8 bytes, little-endian, and the SHA-256 of each
piece. Two functions, so that no short content can have the digest of a long one.
"""

import hashlib
import mmap
import os
import threading
from collections.abc import Sequence
from typing import Optional

PIECE = 1 << 20
# More than this many cores wait for the memory or for each other.
_MOST_THREADS = 8


def of_bytes(data: bytes) -> str:
    if len(data) <= PIECE:
        return hashlib.sha256(data).hexdigest()
    whole = memoryview(data)
    return _long(len(data), [hashlib.sha256(whole[at : at + PIECE]).digest() for at in range(0, len(data), PIECE)])


def of_file(path: str) -> "tuple[str, int]":
    """The digest and the length."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= PIECE:
            return of_bytes(file.read()), size
        with FileDigest(file.fileno(), size) as hashing:
            hashing.written(size)
            return hashing.digest(), size


def _long(size: int, pieces: Sequence[bytes]) -> str:
    return hashlib.sha512(b"strata.pieces.v1\n" + size.to_bytes(8, "little") + b"".join(pieces)).hexdigest()[:64]


_DROP: Optional[int] = getattr(mmap, "MADV_DONTNEED", None)


class FileDigest:
    """Hashes a long file of a known length behind whoever writes it. What is hashed is what the file holds, whatever
    becomes of the memory that it was written from: a thread of the user's may still change that."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._size = size
        self._map = mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
        self._pieces = [b""] * -(-size // PIECE)
        self._next = 0
        self._there = 0
        self._over = False
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        for _ in range(min(_cores(), _MOST_THREADS, len(self._pieces)) - 1):
            # With a name: the numbers in the names of the user's own threads are as they would be without this one.
            thread = threading.Thread(target=self._hash, name="digest", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                break  # No more threads may be had: those that there are do it.
            self._threads.append(thread)

    def written(self, size: int) -> None:
        """So much of the file is there now."""
        with self._changed:
            self._there = size
            self._changed.notify_all()

    def digest(self) -> str:
        """When everything is written; takes part in the work that is left."""
        self._hash()
        self._join()
        return _long(self._size, self._pieces)

    def __enter__(self) -> "FileDigest":
        return self

    def __exit__(self, *_: object) -> None:
        """Without waiting for what was never written."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._join()
        self._map.close()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _hash(self) -> None:
        with memoryview(self._map) as whole:
            while True:
                with self._changed:
                    number = self._next
                    if number == len(self._pieces) or self._over:
                        return
                    start = number * PIECE
                    end = min(start + PIECE, self._size)
                    if self._there < end:
                        self._changed.wait()
                        continue
                    self._next += 1
                with whole[start:end] as piece:
                    self._pieces[number] = hashlib.sha256(piece).digest()
                # It is not looked at again: as much memory as the content has is not to count as this process's.
                if _DROP is not None:
                    self._map.madvise(_DROP, start, end - start)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1

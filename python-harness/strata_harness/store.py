"""The content store as the guest sees it: immutable files named by the digest of their bytes, and the value format.

A value file is `STRATA1\\n`, 8 bytes little-endian length of a JSON header, the header `{"pickle":[offset,length],
"buffers":[[offset,length],…]}`, then the pickle stream and each out-of-band buffer, each at a multiple of 64 bytes.
"""

import io
import mmap
import os
import pickle
import time
from collections.abc import Sequence

# By name, because a cell may put another function in the place of one of these.
from json import dumps, loads
from typing import Any, Optional

from .digest import PIECE, FileDigest, of_bytes, of_file

MAGIC = b"STRATA1\n"
ALIGN = 64
# Pieces shorter than this are put together before they are written.
_GATHER = 1 << 16
# Half of what a collection of the store leaves alone.
TOUCH_SECONDS = 300


class NotStored(Exception):
    """The disk would not take it. That is no fault of the value, which another run may well store."""


class Content:
    def __init__(self, content: str, tmp: str) -> None:
        self.content = content
        self.tmp = tmp
        self._count = 0

    def path(self, digest: str) -> str:
        return os.path.join(self.content, digest[:2], digest[2:])

    def temporary(self) -> str:
        self._count += 1
        return os.path.join(self.tmp, f"guest-{os.getpid()}-{self._count}")

    def put(self, data: bytes) -> tuple[str, int]:
        digest = of_bytes(data)
        path = self.path(digest)
        try:
            with open(path, "rb") as file:
                if file.read() == data:
                    _touch(file.fileno())
                    return digest, len(data)
        except OSError:
            pass
        # Absent or damaged: written anew, which heals it.
        aside = self.temporary()
        try:
            with open(aside, "wb") as file:
                file.write(data)
            self._move(aside, digest)
        except OSError as error:
            raise self._refused(aside, error) from None
        return digest, len(data)

    def _refused(self, aside: str, error: OSError) -> NotStored:
        """On a full disk what was half written is not to take what room there is."""
        try:
            os.unlink(aside)
        except OSError:
            pass
        return NotStored(
            f"What the cell made could not be stored in {self.content} ({error.strerror or error}). "
            "Make room there, or choose another folder for the store, and run the cell again."
        )

    def put_file(self, aside: str) -> tuple[str, int]:
        digest, size = of_file(aside)
        self._move(aside, digest)
        return digest, size

    def put_pieces(self, pieces: Sequence[Any]) -> tuple[str, int]:
        """Small content is put together in memory; the rest is hashed while it is written."""
        size = sum(len(piece) for piece in pieces)
        if size <= PIECE:
            return self.put(b"".join(pieces))
        aside = self.temporary()
        try:
            with open(aside, "w+b", buffering=_GATHER) as file:
                file.truncate(size)
                with FileDigest(file.fileno(), size) as hashing:
                    told = done = 0
                    for view in map(memoryview, pieces):
                        for at in range(0, len(view), PIECE):
                            done += file.write(view[at : at + PIECE])
                            if done - told >= PIECE:
                                file.flush()
                                hashing.written(done)
                                told = done
                    file.flush()
                    hashing.written(size)
                    digest = hashing.digest()
            self._settle(aside, digest, size)
        except OSError as error:
            raise self._refused(aside, error) from None
        return digest, size

    def _settle(self, aside: str, digest: str, size: int) -> None:
        """Large content that is there already and undamaged stays: to put another file in its place takes some file
        systems longer than to read it, as they write the new one to the disk first."""
        path = self.path(digest)
        try:
            if os.stat(path).st_size == size and of_file(path) == (digest, size):
                with open(path, "rb") as file:
                    _touch(file.fileno())
                os.unlink(aside)
                return
        except OSError:
            pass
        self._move(aside, digest)

    def _move(self, aside: str, digest: str) -> None:
        path = self.path(digest)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            os.replace(aside, path)
        except PermissionError:
            # Windows, while another process maps the same content: it is there already.
            if not os.path.exists(path):
                raise
            os.unlink(aside)

    def read(self, digest: str) -> bytes:
        with open(self.path(digest), "rb") as file:
            return file.read()


def _touch(fd: int) -> None:
    """Old content that nothing refers to may be collected; what is put again is about to be referred to."""
    if abs(time.time() - os.fstat(fd).st_mtime) > TOUCH_SECONDS and os.utime in os.supports_fd:
        try:
            os.utime(fd)
        except OSError:
            pass


def value_pieces(stream: bytes, buffers: Sequence[memoryview]) -> list[Any]:
    """The bytes of a value file, in order."""
    # Offsets depend on the header's length and the header on the offsets: repeated until the length settles.
    lengths = [len(stream), *(buffer.nbytes for buffer in buffers)]
    header = b""
    start = 0
    while True:
        offsets = []
        at = start
        for length in lengths:
            offsets.append([at, length])
            at = _aligned(at + length)
        header = dumps({"pickle": offsets[0], "buffers": offsets[1:]}, separators=(",", ":")).encode("ascii")
        settled = _aligned(len(MAGIC) + 8 + len(header))
        if settled <= start:
            break
        start = settled
    header += b" " * (start - len(MAGIC) - 8 - len(header))
    pieces: list[Any] = [MAGIC + len(header).to_bytes(8, "little") + header, stream]
    for index, buffer in enumerate(buffers):
        pieces.append(b"\0" * (offsets[index + 1][0] - sum(offsets[index])))
        pieces.append(buffer)
    return pieces


def _aligned(offset: int) -> int:
    return -(-offset // ALIGN) * ALIGN


class ValueFile:
    """A value file mapped privately: its buffers are writable, and the file never changes."""

    def __init__(self, path: str) -> None:
        self.path = path
        # The one variable in it, when that is plain.
        self.plain: Optional[str] = None
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            self.map = mmap.mmap(fd, 0, access=mmap.ACCESS_COPY)
        finally:
            os.close(fd)
        if self.map[: len(MAGIC)] != MAGIC:
            raise ValueError(f"{path} is not a stored value")
        length = int.from_bytes(self.map[len(MAGIC) : len(MAGIC) + 8], "little")
        header: dict[str, Any] = loads(self.map[len(MAGIC) + 8 : len(MAGIC) + 8 + length])
        whole = memoryview(self.map)
        offset, size = header["pickle"]
        self.stream = whole[offset : offset + size]
        self.buffers = [whole[at : at + count] for at, count in header["buffers"]]
        self.offsets: list[list[int]] = header["buffers"]


def plain_bytes(state: Any) -> bytes:
    """Equal states have equal bytes: without a memo, it does not matter which of their strings are one object."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, 4)
    pickler.fast = True
    pickler.dump(state)
    return buffer.getvalue()

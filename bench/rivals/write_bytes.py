"""Milliseconds to write so many bytes from memory to a new file, which stays, as a stored value does."""

import os
import sys
import time

path, size = sys.argv[1], int(sys.argv[2])
data = os.urandom(1 << 20) * (size >> 20) + bytes(size & ((1 << 20) - 1))
before = time.perf_counter()
with open(path, "wb", buffering=0) as file:
    file.write(data)
print((time.perf_counter() - before) * 1000)

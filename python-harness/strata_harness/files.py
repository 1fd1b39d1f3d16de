"""Files as observations say what they are, in the same words as `extension/host/observe` (docs/store.md)."""

import hashlib
import os
import sys
from collections.abc import Iterable
from stat import S_ISDIR, S_ISREG
from typing import Any, Optional

_HASH_UP_TO = 256 << 20
_PERMISSIONS = 0o7777 if os.name == "posix" else 0
_SYSTEM = ("/proc/", "/sys/", "/usr/share/fonts/", "/usr/share/locale/", "/usr/share/zoneinfo/", "/etc/ssl/")


def library_folders(*more: str) -> "tuple[str, ...]":
    """Prefixes of paths whose files belong to the interpreter, its packages or the system."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *more}
    prefixes.add(os.path.dirname(os.path.abspath(__file__)))
    prefixes.add(os.path.dirname(os.__file__))
    prefixes.update(path for path in sys.path if "site-packages" in path or "dist-packages" in path)
    # An interpreter installed under /usr owns its own library folder there, not the whole of /usr.
    prefixes -= {"/", "/usr", "/usr/local"}
    return tuple(os.path.join(prefix, "") for prefix in prefixes) + _SYSTEM


def described(path: str) -> Optional[dict[str, Any]]:
    """Of a file that was read or written. One over 256 MiB is not hashed: its size and time alone decide."""
    try:
        status = os.stat(path)
        if not S_ISREG(status.st_mode):
            return None
        digest = ""
        if status.st_size <= _HASH_UP_TO:
            hasher = hashlib.sha256()
            with open(path, "rb") as file:
                while True:
                    chunk = file.read(1 << 20)
                    if not chunk:
                        break
                    hasher.update(chunk)
            digest = hasher.hexdigest()
    except OSError:
        return None
    return {"size": status.st_size, "mtime_ns": str(status.st_mtime_ns), "digest": digest}


def listing(path: str) -> Optional[str]:
    """The names in a folder."""
    try:
        return _digest(os.fsencode(name) for name in os.listdir(path))
    except OSError:
        return None


def entries(path: str, states: bool) -> "Optional[dict[str, bytes]]":
    """Name → what is there under it: with `states`, of files also their size, time and permissions."""
    found: dict[str, bytes] = {}
    try:
        with os.scandir(path) as scan:
            for entry in scan:
                linked = "l" if entry.is_symlink() else ""
                try:
                    is_file, is_folder = entry.is_file(), entry.is_dir()
                    kind = linked + ("f" if is_file else "d" if is_folder else "o" if os.path.exists(entry) else "-")
                    if states and is_file:
                        status = os.stat(entry.path)
                        kind += f" {status.st_size} {status.st_mtime_ns} {permissions(status.st_mode)}"
                except OSError:
                    kind = f"{linked}-"
                found[entry.name] = kind.encode()
    except OSError:
        return None
    return found


def entries_digest(found: "dict[str, bytes]") -> str:
    return _digest(os.fsencode(name) + b"\0" + kind for name, kind in found.items())


def _digest(lines: "Iterable[bytes]") -> str:
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()


def kind_of(mode: int) -> str:
    return "file" if S_ISREG(mode) else "folder" if S_ISDIR(mode) else "other"


def permissions(mode: int) -> int:
    """Nothing on Windows, where Python makes them up in its own way."""
    return mode & _PERMISSIONS

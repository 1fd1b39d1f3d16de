"""The environment as the operating system has it: copied and compared without asking for each variable."""

import os
import sys
import time
from typing import Optional


def raw_variables() -> "Optional[dict[bytes, bytes]]":
    """A copy; None where the interpreter keeps them in another way."""
    data = vars(os.environ).get("_data") if os.name == "posix" else None
    return None if data is None else dict(data)


def are_set(wanted: "dict[str, str]") -> bool:
    """Whether these are the variables, and no others."""
    raw = raw_variables()
    if raw is None or len(raw) != len(wanted):
        return False
    code = sys.getfilesystemencoding()
    return raw == {
        name.encode(code, "surrogateescape"): value.encode(code, "surrogateescape") for name, value in wanted.items()
    }


def variables() -> "dict[str, str]":
    """A copy of the environment, made without asking for each variable: it is taken around every module."""
    data = vars(os.environ).get("_data")
    if data is None:
        return dict(os.environ)
    return {os.fsdecode(name): os.fsdecode(value) for name, value in data.items()}


def change_environ(wanted: dict[str, str]) -> None:
    """Past the recorder of variables, which would note it as the doing of whoever runs."""
    plain = os._Environ  # type: ignore[attr-defined]
    now = dict(os.environ)
    for name in now:
        if name not in wanted:
            plain.__delitem__(os.environ, name)
    for name, value in wanted.items():
        if now.get(name) != value:
            plain.__setitem__(os.environ, name, value)


def become(wanted: dict[str, str]) -> None:
    """The environment of a job, and the time zone that it names."""
    wanted = {**wanted, "PYTHONHASHSEED": "0"}
    if are_set(wanted):
        return
    for name in list(os.environ):
        if name not in wanted:
            del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    if hasattr(time, "tzset"):
        time.tzset()

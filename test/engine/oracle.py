"""What plain Python prints: runs scripts, each in a fork of this process, which costs a tenth of starting one.

One JSON object a line. Request: {"text", "files": {path: text}}, the script and the folder that it finds around
itself. Answer: {"stdout", "folder"}, where "folder" is the one the script ran in: for it alone, and the next script
finds it as if no other had been there.

A fork differs from `python script.py` only in that some modules are in memory already: what this file imports, and
those named behind the folder on the command line. None of them keeps anything that a script could tell here; and
the property test holds a share of the histories against a real start.
"""

import atexit
import builtins
import gc
import importlib
import importlib.machinery
import json
import os
import shutil
import signal
import sys
import threading
import types

LIMIT_S = 30
SCRIPT = ".oracle.py"
# When the files were last written, as the script sees it: long ago, so that a change shows at once.
LAID_NS = 1_000_000_000 * 1_000_000_000


def main(root: str, modules: "list[str]") -> None:
    for name in modules:
        importlib.import_module(name)
    # Standard output belongs to the scripts.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(nothing, 0)
    printed = os.open(os.path.join(root, "printed"), os.O_RDWR | os.O_CREAT | os.O_APPEND)
    folder = Folder(os.path.join(root, "folder"))
    gc.disable()
    gc.freeze()
    for line in requests:
        request = json.loads(line)
        script = folder.lay({**request["files"], SCRIPT: request["text"]})
        os.ftruncate(printed, 0)
        pid = os.fork()
        if pid == 0:
            signal.alarm(LIMIT_S)
            os.dup2(printed, 1)
            play(request["text"], script, folder.path)
        os.waitpid(pid, 0)
        stdout = os.pread(printed, os.fstat(printed).st_size, 0).decode("utf-8")
        answers.write(json.dumps({"stdout": stdout, "folder": folder.path}) + "\n")
        answers.flush()


class Folder:
    """The scripts' folder. What stays the same from one script to the next is not written again."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._laid: dict[str, tuple[str, os.stat_result]] = {}
        os.mkdir(path)

    def lay(self, files: "dict[str, str]") -> str:
        """Makes exactly these files be there, and gives the script's path."""
        folders = {os.path.dirname(path) for path in files}
        self._clear("", files, {part for each in folders for part in _parts(each)})
        for path, text in files.items():
            if path in self._laid:
                continue
            place = os.path.join(self.path, path)
            if "/" in path:
                os.makedirs(os.path.dirname(place), exist_ok=True)
            fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.write(fd, text.encode("utf-8"))
            os.utime(fd, ns=(LAID_NS, LAID_NS))
            self._laid[path] = (text, os.fstat(fd))
            os.close(fd)
        return os.path.join(self.path, SCRIPT)

    def _clear(self, below: str, files: "dict[str, str]", folders: "set[str]") -> None:
        """Removes what is not as it is to be: a script has left it, changed it, or it was another's."""
        if below == "":
            self._laid = {path: laid for path, laid in self._laid.items() if files.get(path) == laid[0]}
        seen = set()
        with os.scandir(os.path.join(self.path, below)) as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if path in folders:
                        self._clear(path, files, folders)
                    else:
                        shutil.rmtree(entry.path)
                elif path in self._laid and _same(self._laid[path][1], entry.stat(follow_symlinks=False)):
                    seen.add(path)
                else:
                    os.unlink(entry.path)
                    self._laid.pop(path, None)
        for path in [path for path in self._laid if os.path.dirname(path) == below and path not in seen]:
            del self._laid[path]


def _parts(path: str) -> "list[str]":
    parts = path.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether nobody has written to it, or replaced it."""
    return (one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_mode) == (
        other.st_ino,
        other.st_size,
        other.st_mtime_ns,
        other.st_ctime_ns,
        other.st_mode,
    )


def play(text: str, script: str, folder: str) -> None:
    os.chdir(folder)
    os.environ["PYTHONPATH"] = folder
    sys.argv = [script]
    # The script's own folder, and PYTHONPATH's.
    sys.path[:] = [folder, folder, *sys.path[1:]]
    module = types.ModuleType("__main__")
    module.__file__ = script
    module.__cached__ = None
    module.__builtins__ = builtins
    module.__annotations__ = {}
    module.__loader__ = importlib.machinery.SourceFileLoader("__main__", script)
    sys.modules["__main__"] = module
    gc.enable()
    status = 0
    try:
        exec(compile(text, script, "exec"), module.__dict__)
    except BaseException:
        # What a script says when it fails goes to standard error, which nobody reads.
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

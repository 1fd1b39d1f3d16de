"""What plain Python prints: runs scripts, each in a fork of this process, which costs a tenth of starting one.

One JSON object a line. Request: {"text", "files": {path: text}}, the script and the folder that it finds around itself.
Answer: {"stdout", "folder"}, where "folder" is the copy of that folder which the script ran in; it is gone afterwards.

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
    gc.freeze()
    for count, line in enumerate(requests):
        folder = os.path.join(root, str(count))
        printed = os.path.join(root, "printed")
        pid = os.fork()
        if pid == 0:
            signal.alarm(LIMIT_S)
            answers.close()
            requests.close()
            play(json.loads(line), folder, printed)
        os.waitpid(pid, 0)
        with open(printed, encoding="utf-8", newline="") as file:
            answer = {"stdout": file.read(), "folder": folder}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        shutil.rmtree(folder)


def play(request: dict, folder: str, printed: str) -> None:
    os.mkdir(folder)
    for path, text in request["files"].items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    os.chdir(folder)
    os.dup2(os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.environ["PYTHONPATH"] = folder
    script = os.path.join(folder, ".oracle.py")
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
    text = request["text"]
    with open(script, "w", encoding="utf-8") as file:
        file.write(text)
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

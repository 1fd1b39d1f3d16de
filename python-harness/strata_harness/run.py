"""One run, from the job to its result: what the cell is given, its execution, and what came of it."""

import ast
import gc
import linecache
import os
import sys
import time
import types
from typing import Any, NoReturn, Optional

from . import ambient, modules, observe, patches, prompt, revive
from .ahead import Ahead
from .beginning import first_imports
from .cell import Program
from .channel import Channel
from .definitions import Definitions, show_classes
from .display import Displayer
from .errors import describe
from .inputs import bind
from .keeping import Keeper
from .outputs import collect
from .parsed import parsed
from .pure import PureCell, pure_cell
from .store import Content
from .streams import Streams
from .values import Values
from .variables import become

try:
    import faulthandler
except ImportError:  # Left out of some builds.
    faulthandler = None  # type: ignore[assignment]


# A longer run gains nothing by sharing its process, and may have taken much memory.
QUICK_MS = 50

# Inputs whose loading may execute code.
_LOADED = ("value", "definition")


class Run:
    # Whether what is read and written is looked at.
    observed = True

    def __init__(self, channel: Channel, message: dict[str, Any], ahead: Optional[Ahead] = None) -> None:
        self.channel = channel
        self.ahead = ahead
        self.id: str = message["run"]
        self.job: dict[str, Any] = message["job"]
        self.logs: tuple[str, str] = (message["stdout"], message["stderr"])
        self.content = Content(message["store"]["content"], message["store"]["tmp"])
        self.streams = Streams(lambda sizes: self.send("mark", sizes), ahead and ahead.log)
        # Files of ours, which are no input or output of the cell.
        self.files = self.logs
        if message.get("keep") is not None:
            keeper = self.streams.keeper = Keeper(message["keep"])
            self.files += (keeper.path, f"{keeper.path}.draft")
            channel.noted, channel.abandoned = keeper.note, keeper.abandoned
        self.cell: Optional[PureCell] = None
        self.tree: Optional[ast.Module] = None
        self.began = time.perf_counter()
        self.ended: Optional[float] = None

    def send(self, kind: str, body: dict[str, Any]) -> None:
        self.channel.send({"type": kind, "run": self.id, **body})

    def carry_out(self, more: bool = False) -> None:
        """Returns only with `more`, when the run has left nothing behind in this process."""
        if not self._deliver(more):
            self._end()
        # The next run may have been sent by now: nobody looks for it before this is done.
        if not self._silent():
            self.streams.detach()
        linecache.cache.pop(self.job["file"], None)
        self.channel.reset()

    def _deliver(self, more: bool) -> bool:
        """Sends the result, and tells whether this process takes another run."""
        status = 0
        try:
            result = self._result()
        except BaseException as error:  # An interrupt in one of the few places outside, or a fault of our own.
            result = self._failure(error)
        if not self.channel.mine:
            # A copy forked by the user's code that came back to us: it ends here, as it would at the end of a script.
            if result["status"] != "ok":
                sys.stderr.write(result["error"]["traceback"] + "\n")
                status = 1
            self.streams.flush()
            os._exit(status)
        try:
            again = more and result["status"] == "ok" and self.cell is not None and self._duration() < QUICK_MS
            flags = {**({"silent": True} if self._silent() else {}), **({"again": True} if again else {})}
            self.send("result", {**result, **self.streams.sizes(), **flags})
            return again
        except ValueError as error:
            self.send("result", {**self._failure(error), **self.streams.sizes()})
            return False

    def _end(self) -> NoReturn:
        try:
            # What a script does when it ends, except that nothing waits for threads: they may never end.
            import atexit

            atexit._run_exitfuncs()
        except BaseException:
            pass
        self.streams.flush()
        os._exit(0)

    def _silent(self) -> bool:
        """It can print nothing, so it has no log files."""
        return self.cell is not None and not self.cell.prints

    def _duration(self) -> float:
        return round(((self.ended or time.perf_counter()) - self.began) * 1000, 3)

    def _failure(self, error: BaseException) -> dict[str, Any]:
        status = "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
        job = self.job
        cells = {source["file"]: source["cell"] for source in job["definitions"].values()}
        cells[job["file"]] = job["cell"]
        return {"status": status, "error": describe(error, job["file"], cells), "duration_ms": self._duration()}

    def _result(self) -> dict[str, Any]:
        self.tree = parsed(self.job["source"])
        self.cell = self.tree and pure_cell(self.job, self.content, self.tree)
        if self.cell is None or not self.cell.brief:
            # Without a word nothing was done, and the host may give the run to another guest.
            self.send("taken", {})
        return self._whole() if self.cell is None else self._pure(self.cell)

    def _pure(self, cell: PureCell) -> dict[str, Any]:
        """What the whole way gives, without all that such a cell can neither see nor change."""
        job, names = self.job, cell.names
        names["__builtins__"] = __import__("builtins")
        definitions = Definitions(names, {}, lambda binding: None)
        inputs = cell.bind(definitions)
        displayer = self._displayer()
        if cell.prints:
            self.streams.attach(*self.logs)
        failed: Optional[BaseException] = None
        stored: set[str] = set()
        self.began = time.perf_counter()
        try:
            program = Program(job, self.tree)
            stored = program.stored
            self.began = time.perf_counter()
            program.run(names, lambda name: None, displayer.show)
        except BaseException as error:
            failed = error
        self.ended = time.perf_counter()
        if failed is not None:
            return self._failure(failed)
        result = collect(names, inputs, stored, set(), {}, definitions, self.content, {}, set(), {})[0]
        return {
            "status": "ok",
            **result,
            "ambient": {},
            "observed": ambient.unchanged(job["ambient"], () if self.ahead is None else self.ahead.lent()),
            "sample": [],
            "duration_ms": self._duration(),
        }

    def _whole(self) -> dict[str, Any]:
        job = self.job
        # Looked at first: until then modules may be there that are not there yet.
        imported = [] if self.ahead is None else self.ahead.take_back(first_imports(job, self.tree))
        self.streams.mute()
        if job["environ"] is not None:
            become(job["environ"])
        os.chdir(job["folder"])
        sys.path.insert(0, job["folder"])
        sys.argv[:] = [job["file"]]
        main = types.ModuleType("__main__")
        main.__file__ = job["file"]
        names = vars(main)
        names["__builtins__"] = __import__("builtins")
        sys.modules["__main__"] = main

        settings = ambient.Ambient(job, self.content)
        values = Values(self.content)
        definitions = Definitions(names, dict(job["definitions"]), lambda binding: resolve(binding))

        def resolve(binding: dict[str, Any]) -> Any:
            kind = binding["kind"]
            if kind == "value":
                return values.get(binding["digest"], binding["variable"])
            if kind == "definition":
                return definitions.get(binding["hash"])
            if kind == "path":
                from pathlib import Path

                return Path(binding["path"])
            scope = {"__name__": "__main__", "__builtins__": names["__builtins__"]}
            exec(compile(binding["statement"], "<import>", "exec", 0, True), scope)
            return scope[binding["name"]]

        # Before the imports: a module of the folder may read files when it is loaded.
        watching = observe.Observer(job, self.content, self.files, names)
        watching.start(self.observed)
        if self.ahead is not None:
            watching.incidentally(lambda: self.ahead.repeat(imported))
        own_modules = modules.Modules(
            job, self.content, values, definitions, names, watching.inside, watching.note_module
        )
        own_modules.start(self.observed)
        patched = patches.Patches(job, self.content, values, definitions, names)
        revive.use(definitions.get, names, own_modules.part, definitions.restated.append)
        show_classes(definitions)
        inputs = bind(job["bindings"], names, resolve, values, definitions, settings, own_modules)
        watching.bound(inputs.objects)

        own = {source["name"]: source for source in job["own_definitions"].values()}
        reading = prompt.Prompt(self.channel, self.id, self.streams)
        displayer = self._displayer()
        displayer.before_cell(names)
        self.streams.attach(*self.logs)
        try:
            if faulthandler is not None:
                faulthandler.enable(2)
        except (OSError, ValueError):
            pass
        settings.begin(watching.own, watching.incidental, any(each["kind"] in _LOADED for each in job["bindings"]))
        own_modules.begin(settings, lambda: (self.streams.sizes(), watching.asked()))
        patched.begin(settings.keep)
        patched.replays.outside = watching.done_outside
        failed: Optional[BaseException] = None
        stored: set[str] = set()
        self.began = time.perf_counter()
        try:
            program = Program(job, self.tree, own, patched.replays)
            stored = program.stored
            reading.install()
            settings.load_contexts(program.awaits)
            self.began = time.perf_counter()
            program.run(names, lambda name: definitions.adopt(own[name], names[name]), displayer.show)
        except SystemExit as error:
            if error.code not in (None, 0):
                failed = error
        except BaseException as error:
            failed = error
        if not self.channel.mine:
            if failed is not None:
                raise failed
            return {"status": "ok"}
        try:
            displayer.after_cell()
        except Exception as error:
            failed = failed or error
        self.ended = time.perf_counter()
        watching.stop()
        if failed is not None:
            return self._failure(failed)
        gc.disable()
        states, states_changed, module_states = own_modules.end()
        places = patched.end()
        if places is not None:
            states[patches.COMPONENT] = places
            states_changed.add(patches.COMPONENT)
        result, digests, lost = collect(
            names,
            inputs,
            stored,
            set(job["own_imports"]),
            {name: source["hash"] for name, source in own.items()},
            definitions,
            self.content,
            states,
            states_changed,
            own_modules.dumps(),
        )
        module_states.update(digests)
        for key, why in lost.items():
            module_states[key] = patched.refuse(why) if key == patches.COMPONENT else own_modules.refuse(key, why)
        ambient_after, ambient_seen = settings.end()
        observed, sample = watching.result()
        return {
            "status": "ok",
            **result,
            "ambient": {**ambient_after, **module_states},
            "observed": observed + ambient_seen + own_modules.seen(),
            "sample": sorted({*sample, *reading.sample}),
            "duration_ms": self._duration(),
        }

    def _displayer(self) -> Displayer:
        return Displayer(
            lambda message: self.send("display", {**message, **self.streams.sizes()}),
            self.content.put,
            self.content.put_file,
            self.content.tmp,
            lambda wait: self.send("clear", {"wait": wait, **self.streams.sizes()}),
        )

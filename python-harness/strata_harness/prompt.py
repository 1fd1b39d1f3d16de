"""`input()` and `getpass.getpass()`: asked through the channel, as a cell has no terminal."""

import builtins
from typing import Any, Optional

from .channel import Channel, ChannelClosed
from .importwatch import watch
from .streams import Streams


class Prompt:
    def __init__(self, channel: Channel, run: str, streams: Streams) -> None:
        self._channel = channel
        self._run = run
        self._streams = streams
        # An answer is one of many: the result is a sample once a question was asked.
        self.sample: set[str] = set()

    def install(self) -> None:
        def ask(prompt: object = "", /) -> str:
            """Ask the reader of the notebook for a line of text."""
            return self._ask(str(prompt), False)

        def getpass(prompt: str = "Password: ", stream: Any = None, **_options: Any) -> str:
            """Ask the reader of the notebook for a text that is not shown."""
            return self._ask(str(prompt), True)

        builtins.input = ask
        watch({"getpass": lambda module: setattr(module, "getpass", getpass)})

    def _ask(self, prompt: str, password: bool) -> str:
        self.sample.add("input")
        if not self._channel.mine:
            raise EOFError("a forked process cannot ask")
        question = {"type": "input", "run": self._run, "prompt": prompt, "password": password}
        self._channel.send({**question, **self._streams.sizes()})
        while True:
            try:
                message = self._channel.receive(True)
            except ChannelClosed as error:
                raise EOFError("nobody is there to answer") from error
            if message.get("type") == "input_reply" and message.get("run") == self._run:
                text: Optional[str] = message.get("text")
                if text is None:
                    raise EOFError("no answer was given")
                return text

"""Prompts: the `{{ expressions }}` of a prompt cell evaluated in its namespace, and their values as text or pictures.

The host sends a program that calls `render` and reads the one display it makes. An expression that fails ends the
program as it would end any cell, with the line it stands on, so that nothing is sent to anybody.
"""

import json
import sys
from typing import Any, Optional

from .definitions import show
from .template_rows import rows_of
from .template_values import Part, parts_of

RENDERED_MIME = "application/vnd.strata.prompt+json"


class Rendered:
    """What the host reads: shown as the value of the program's last expression."""

    def __init__(self, prompts: list[list[Part]]) -> None:
        self.prompts = prompts

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = json.dumps({"prompts": self.prompts}, ensure_ascii=False, separators=(",", ":"))
        return {RENDERED_MIME: text, "text/plain": f"{len(self.prompts)} prompt(s)"}


def render(given: str) -> Rendered:
    """`given` is the JSON that the host's core/ai/rendered.ts writes."""
    job = json.loads(given)
    main = sys.modules["__main__"]
    names = vars(main)
    file = getattr(main, "__file__", "<prompt>")
    # Tracebacks show the cell's own line, not one of the program that called us.
    show(file, job["source"], 1)
    template = Template(job["segments"], file, job["budget"])
    each: Optional[dict[str, Any]] = job["each"]
    if each is None:
        return Rendered([template.parts(names)])
    rows = rows_of(template.value(each["table"], each["line"], names))
    return Rendered([template.parts({**names, each["name"]: row}) for row in rows])


class Template:
    def __init__(self, segments: list[dict[str, Any]], file: str, budget: int) -> None:
        self.segments = segments
        self.file = file
        self.budget = budget
        self._codes: dict[tuple[str, int], Any] = {}

    def parts(self, names: dict[str, Any]) -> list[Part]:
        parts: list[Part] = []
        for segment in self.segments:
            if "text" in segment:
                _add(parts, {"text": segment["text"]})
                continue
            source = segment["expression"]
            value = self.value(source, segment["line"], names)
            for part in parts_of(value, source, self.budget):
                _add(parts, part)
        return parts

    def value(self, source: str, line: int, names: dict[str, Any]) -> Any:
        return eval(self._compiled(source, line), names)

    def _compiled(self, source: str, line: int) -> Any:
        known = self._codes.get((source, line))
        if known is None:
            # In brackets an expression may go over several lines; the empty lines put it where it stands in the cell.
            before = "\n" * (line - 1)
            known = compile(f"{before}({source}\n)", self.file, "eval", 0, True)
            self._codes[(source, line)] = known
        return known


def _add(parts: list[Part], part: Part) -> None:
    """Texts that follow one another are one."""
    if "text" in part and parts and "text" in parts[-1]:
        parts[-1] = {"text": parts[-1]["text"] + part["text"]}
    elif part.get("text") != "":
        parts.append(part)

"""What a cell shows: its last expression, `display(...)`, and the figures it leaves open.

Standard library only. Third-party libraries are looked up in `sys.modules`, so that what the user's code has not
loaded is not loaded for the sake of showing something.
"""

import builtins
import hashlib
from collections.abc import Collection
from types import ModuleType
from typing import Any, Callable, Optional, Union

from .display_bundle import Bundle, Content, bundle_of, ordered, raw_bundle
from .display_figures import belongs_to_open, close, is_empty, is_figure, open_figures, picture, shown_by
from .display_hooks import headless_children, use_backend
from .display_text import brief, plain_text
from .importwatch import watch
from .tables import TABLE_MIME, table_payload

Send = Callable[[dict[str, Any]], None]
Put = Callable[[bytes], tuple[str, int]]
PutFile = Callable[[str], tuple[str, int]]
Clear = Callable[[bool], None]

MAX_INLINE = 32 * 1024
"""Bytes of text that travel in the message itself; more is put into the content store."""


class DisplayHandle:
    """Names a display, so that it can be replaced later in the cell."""

    def __init__(self, show: Callable[..., Any], display_id: str) -> None:
        self._show = show
        self.display_id = display_id

    def display(self, obj: object, **kwargs: Any) -> None:
        """Show one more object under the same name."""
        self._show(obj, display_id=self.display_id, **kwargs)

    def update(self, obj: object, **kwargs: Any) -> None:
        """Replace what the displays of this name show."""
        self._show(obj, display_id=self.display_id, update=True, **kwargs)

    def __repr__(self) -> str:
        return f"<DisplayHandle display_id={self.display_id}>"


class Displayer:
    """Turns values into display messages, in the order the user's code shows them. One per run of a cell."""

    def __init__(self, send: Send, put: Put, put_file: PutFile, tmp: str, clear: Optional[Clear] = None) -> None:
        """`put` and `put_file` return (digest, bytes); `tmp` is a folder on the same file system as the store."""
        self._send = send
        self._put = put
        self._put_file = put_file
        self._tmp = tmp
        self._clear = clear
        self._named = 0
        self._pictures: dict[int, tuple[Any, str]] = {}
        self._inherited: list[Any] = []

    def before_cell(self, namespace: dict[str, Any]) -> None:
        """Make `display` known to the cell. Called after its inputs have been loaded."""
        vars(builtins)["display"] = self.display
        headless_children()
        ipython = {name: self._use_in_ipython for name in ("IPython.core.display_functions", "IPython.display")}
        watch({"matplotlib": use_backend, **ipython})
        shown_by(self._show_figure)
        # Loading a figure that was open when it was stored opens it again: it is an input, not something to show.
        self._inherited = open_figures()

    def after_cell(self) -> None:
        """Show the figures that are still open, oldest first, and close them. Safe to call after an error."""
        for figure in open_figures():
            if not is_empty(figure) and not any(figure is other for other in self._inherited):
                self._show_figure(figure)
            close(figure)

    def show(self, value: object) -> None:
        """Show the value of a cell's last expression; None shows nothing, nor do figures that are shown anyway."""
        if is_figure(value):
            self._show_figure(value)
        elif value is not None and not belongs_to_open(value):
            self.display(value)

    def display(
        self,
        *objects: object,
        include: Optional[Collection[str]] = None,
        exclude: Optional[Collection[str]] = None,
        display_id: Union[str, bool, None] = None,
        update: bool = False,
        raw: bool = False,
        clear: bool = False,
        **_ignored: Any,
    ) -> Optional[DisplayHandle]:
        """Show each object. With a `display_id` (True makes one up), return a handle to replace it later."""
        if update and not isinstance(display_id, str):
            raise TypeError("display(update=True) needs the display_id of what to replace")
        if display_id is True:
            self._named += 1
            display_id = f"display-{self._named}"
        name = str(display_id) if display_id not in (None, False) else None
        if clear and self._clear is not None:
            self._clear(True)
        for value in objects:
            bundle = raw_bundle(value) if raw and isinstance(value, dict) else self._bundle(value, include, exclude)
            self._emit(bundle, name, update)
        return DisplayHandle(self.display, name) if name is not None else None

    def _bundle(
        self, value: object, include: Optional[Collection[str]] = None, exclude: Optional[Collection[str]] = None
    ) -> Bundle:
        if is_figure(value):
            return self._figure_bundle(value)
        table, note = self._table(value)
        if table is not None:
            return {TABLE_MIME: table, "text/plain": plain_text(value)}
        bundle = bundle_of(value, include, exclude)
        if note:
            bundle["text/plain"] = f"{bundle['text/plain']!s}\n{note}"
        return bundle

    def _table(self, value: object) -> tuple[Optional[str], str]:
        """The table payload, when the value is a table; a note when it is one that cannot be written."""
        try:
            return table_payload(value, self._tmp, self._put_file), ""
        except Exception as error:
            return None, f"[not shown as a table: {brief(error)}]"

    def _figure_bundle(self, figure: Any) -> Bundle:
        try:
            png = picture(figure)
        except Exception as error:
            return {"text/plain": f"{plain_text(figure)}\n[the figure cannot be drawn: {brief(error)}]"}
        self._pictures[id(figure)] = (figure, _digest(png))
        return {"image/png": png, "text/plain": plain_text(figure)}

    def _show_figure(self, figure: Any) -> None:
        """Show a figure, unless its picture, as it is now, has been shown already."""
        before = self._pictures.get(id(figure))
        bundle = self._figure_bundle(figure)
        if before is None or before != self._pictures.get(id(figure)):
            self._emit(bundle, None, False)

    def _emit(self, bundle: Bundle, name: Optional[str], update: bool) -> None:
        data = [self._item(mime, content) for mime, content in ordered(bundle)]
        self._send({"data": data, "id": name, "update": update})

    def _item(self, mime: str, content: Content) -> dict[str, Any]:
        if isinstance(content, str):
            # Half a surrogate pair is a legal Python string but not legal UTF-8.
            data = content.encode("utf-8", "backslashreplace")
            if len(data) <= MAX_INLINE:
                return {"mime": mime, "text": data.decode("utf-8")}
        else:
            data = content
        digest, size = self._put(data)
        return {"mime": mime, "digest": digest, "bytes": size}

    def _use_in_ipython(self, module: ModuleType) -> None:
        """Objects of IPython.display are shown by us; IPython itself would need a running shell for that."""

        def publish_display_data(data: Any, metadata: Any = None, *, transient: Any = None, **kwargs: Any) -> None:
            wanted = transient.get("display_id") if isinstance(transient, dict) else None
            self.display(data, raw=True, display_id=wanted, update=bool(kwargs.get("update")))

        def update_display(obj: object, *, display_id: str, **kwargs: Any) -> None:
            self.display(obj, **{**kwargs, "display_id": display_id, "update": True})

        names = vars(module)
        names.update(display=self.display, publish_display_data=publish_display_data, update_display=update_display)
        clear = self._clear
        if clear is not None:
            names["clear_output"] = lambda wait=False: clear(bool(wait))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

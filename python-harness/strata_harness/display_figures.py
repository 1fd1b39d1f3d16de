"""Open matplotlib figures, and their pictures.

Matplotlib is never imported here: when the user's code has not loaded pyplot, there are no figures.
"""

import io
import sys
from typing import Any, Callable, Optional

ShowFigure = Callable[[Any], None]

# The process has one pyplot with one list of open figures, so what shows them is one per process as well.
_shower: list[ShowFigure] = []


def shown_by(show: ShowFigure) -> None:
    """Name what `plt.show()` hands its figures to."""
    _shower[:] = [show]


def show_open(figure: Optional[Any] = None, keep: bool = False) -> None:
    """Show one open figure, or all of them in the order they were made, and close them unless they are to be kept."""
    for each in open_figures() if figure is None else [figure]:
        for show in [] if is_empty(each) else _shower:
            show(each)
        if not keep:
            close(each)


def open_figures() -> list[Any]:
    """Figures that pyplot holds, oldest first."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    managers = getattr(getattr(helpers, "Gcf", None), "figs", None) or {}
    return [managers[number].canvas.figure for number in sorted(managers)]


def close(figure: Any) -> None:
    """Take the figure from pyplot's list. The object itself stays usable."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def is_figure(value: object) -> bool:
    kind = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    return kind is not None and isinstance(value, kind)


def belongs_to_open(value: Any, depth: int = 0) -> bool:
    """Axes, lines, texts and the like of a figure that is open, or a sequence of such: the figure itself will be shown,
    and the text of what a plotting call happened to return is only noise beside it."""
    kind = getattr(sys.modules.get("matplotlib.artist"), "Artist", None)
    if kind is None:
        return False
    if isinstance(value, kind):
        return any(getattr(value, "figure", None) is figure for figure in open_figures())
    if type(value).__name__ == "ndarray":
        value = value.tolist() if value.dtype == object and value.size <= 1000 else ()
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= 1000 or depth > 3:
        return False
    return all(belongs_to_open(part, depth + 1) for part in value)


def is_empty(figure: Any) -> bool:
    """Nothing was drawn: `plt.figure()` and no more."""
    parts = ("axes", "lines", "images", "patches", "texts", "legends", "artists", "subfigs")
    return not any(getattr(figure, part, None) for part in parts)


def picture(figure: Any) -> bytes:
    """PNG at the figure's own resolution, cropped to what was drawn, on the figure's own background."""
    stream = io.BytesIO()
    if figure.canvas is None or not hasattr(figure.canvas, "print_figure"):
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # type: ignore[import-not-found]

        FigureCanvasAgg(figure)
    figure.savefig(
        stream,
        format="png",
        dpi=figure.dpi,
        bbox_inches="tight",
        facecolor=figure.get_facecolor(),
        edgecolor=figure.get_edgecolor(),
    )
    return stream.getvalue()

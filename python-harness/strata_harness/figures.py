"""A matplotlib backend that shows figures in the cell. Named to matplotlib as `module://strata_harness.figures`.

It is Agg, drawing to memory with no window system, except that `plt.show()` displays the open figures at that place
and closes them, as closing their windows would. Loaded by matplotlib only.
"""

from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from .display_figures import show_open


class FigureManager(FigureManagerBase):
    """There is no window: showing a figure means displaying it in the cell."""

    @classmethod
    def pyplot_show(cls, *args: Any, **kwargs: Any) -> None:
        show(*args, **kwargs)

    def show(self) -> None:
        show_open(self.canvas.figure, keep=True)


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas with our manager."""

    manager_class = FigureManager


def show(*args: Any, **kwargs: Any) -> None:
    """`plt.show()`. Without blocking, as `plt.pause()` calls it, a window would stay open, and so does the figure."""
    show_open(keep=kwargs.get("block") is False)

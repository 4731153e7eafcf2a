"""Charts as pictures, drawn beside the event loop; the first one imports matplotlib."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONT_SIZE = 15
"""On a phone a chart is about two inches wide: this is what can be read there."""
PAPER, INK, GRID, LINE = "#ffffff", "#333333", "#dddddd", "#0072b2"
"""On paper of its own, so that dark and light places show it alike; a blue that everybody sees."""
_INCHES, _DOTS_PER_INCH = (6.0, 3.75), 200
_DRAWING = ThreadPoolExecutor(1, "drawing")
"""matplotlib is not made for several threads, and opens its fonts anew in each."""


async def drawn(plot: "Callable[[Axes], None]") -> bytes:
    """Return the picture of a chart as PNG."""
    return await asyncio.get_running_loop().run_in_executor(_DRAWING, _draw, plot)


def _draw(plot: "Callable[[Axes], None]") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    picture = BytesIO()
    figure = Figure(_INCHES, _DOTS_PER_INCH, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    plot(axes)
    _frame(axes)
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _frame(axes: "Axes") -> None:
    axes.tick_params(labelsize=FONT_SIZE, colors=INK)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(INK)

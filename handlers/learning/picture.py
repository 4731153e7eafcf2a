"""Charts as pictures, drawn beside the event loop; the first one imports matplotlib.

To draw one takes longer than all else that a page does. So a picture is kept under what it was
drawn from: whoever has the same figures has the same picture, and other figures make another one.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONT_SIZE = 15
"""On a phone a chart is about two inches wide: this is what can be read there."""
PAPER, INK, GRID, LINE = "#ffffff", "#333333", "#dddddd", "#0072b2"
"""On paper of its own, so that dark and light places show it alike; a blue that everybody sees."""
_INCHES, _DOTS_PER_INCH = (6.0, 3.75), 200
_DRAWING = ThreadPoolExecutor(1, "drawing")
"""matplotlib is not made for several threads, and opens its fonts anew in each."""
_MOST_BYTES = 16_000_000
"""Of the pictures that are kept, some hundreds."""
_KEPT: "LRUCache[Hashable, bytes]" = LRUCache(_MOST_BYTES, getsizeof=len)
_LOCK = Lock()

log = logging.getLogger(__name__)


async def drawn(plot: Callable[..., None], *facts: Hashable) -> bytes | None:
    """Return the picture of a chart as PNG, drawn once however many ask for it.

    None: it cannot be drawn, which costs nothing else.

    Args:
        plot: draws on the `Axes` that it is given first.
        facts: all else that it is given, which alone it draws from.
    """
    if found := _kept(plot, facts):
        return found
    try:
        return await asyncio.get_running_loop().run_in_executor(_DRAWING, _drawn_once, plot, facts)
    except Exception:
        log.exception("a chart could not be drawn")
        return None


async def prepare() -> None:
    """Import what draws, before somebody waits for it: the first chart takes a second longer."""
    try:
        await asyncio.get_running_loop().run_in_executor(_DRAWING, _draw, lambda _: None, ())
    except Exception:
        log.exception("no chart can be drawn")
    else:
        log.debug("charts can be drawn")


def _kept(plot: Callable[..., None], facts: tuple[Hashable, ...]) -> bytes | None:
    with _LOCK:
        return _KEPT.get((plot, facts))


def _drawn_once(plot: Callable[..., None], facts: tuple[Hashable, ...]) -> bytes:
    """Draw, unless somebody did who was before us in the queue of the one thread."""
    if found := _kept(plot, facts):
        return found
    picture = _draw(plot, facts)
    with _LOCK:
        _KEPT[plot, facts] = picture
    return picture


def _draw(plot: Callable[..., None], facts: tuple[Hashable, ...]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    picture = BytesIO()
    figure = Figure(_INCHES, _DOTS_PER_INCH, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    plot(axes, *facts)
    _frame(axes)
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _frame(axes: "Axes") -> None:
    axes.tick_params(labelsize=FONT_SIZE, colors=INK)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(INK)

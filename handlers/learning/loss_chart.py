"""The loss of a training as a picture, drawn beside the event loop; its words need no Korean font.

matplotlib is imported when the first training ends, since nothing else needs it.
"""

import asyncio
import logging
import math
import threading
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from handlers.texts import say
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEWEST_POINTS = 2
_MOST_POINTS = 300
_INCHES, _DOTS_PER_INCH = (6.0, 3.75), 200
_FONT_SIZE = 15
"""On a phone a chart is about two inches wide: this is what can be read there."""
_PAPER, _INK, _GRID, _LINE = "#ffffff", "#333333", "#dddddd", "#0072b2"
"""On paper of its own, so that dark and light places show it alike; a blue that everybody sees."""

_Curve = Sequence[tuple[float, float]]
_ONE_AT_A_TIME = threading.Lock()
"""matplotlib is not made for several threads."""

log = logging.getLogger(__name__)


async def loss_chart(losses: Mapping[int, float], language: Language) -> Picture | None:
    """Return the curve of the loss by step; None where there is none to see.

    A chart that cannot be drawn costs nothing else.
    """
    curve = sorted((step, loss) for step, loss in losses.items() if math.isfinite(loss))
    if len(curve) < _FEWEST_POINTS:
        return None
    try:
        content = await asyncio.to_thread(_drawn, _thinned(curve))
    except Exception:
        log.exception("the loss of a training could not be drawn")
        return None
    return Picture("loss.png", content, _alt(curve, language))


def _alt(curve: _Curve, language: Language) -> str:
    (_, first), (steps, last) = curve[0], curve[-1]
    facts = {"steps": f"{steps:,}", "first": f"{first:.3f}", "last": f"{last:.3f}"}
    return say(language, "finetune.loss_chart", **facts)


def _thinned(curve: _Curve) -> _Curve:
    """Return at most so many points, each the mean of its neighbours."""
    size = math.ceil(len(curve) / _MOST_POINTS)
    return [_mean(curve[at : at + size]) for at in range(0, len(curve), size)]


def _mean(points: _Curve) -> tuple[float, float]:
    return points[-1][0], sum(loss for _, loss in points) / len(points)


def _drawn(curve: _Curve) -> bytes:
    """Return the picture as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    picture = BytesIO()
    with _ONE_AT_A_TIME:
        figure = Figure(_INCHES, _DOTS_PER_INCH, facecolor=_PAPER, layout="constrained")
        FigureCanvasAgg(figure)
        _plot(figure.add_subplot(facecolor=_PAPER), curve)
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _plot(axes: "Axes", curve: _Curve) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    steps, losses = [step for step, _ in curve], [loss for _, loss in curve]
    axes.plot(steps, losses, color=_LINE, linewidth=3, marker="o", markevery=[0, -1])
    axes.set_xlabel("step", fontsize=_FONT_SIZE, color=_INK)
    axes.set_ylabel("loss", fontsize=_FONT_SIZE, color=_INK)
    axes.set_ylim(bottom=min(0.0, *losses))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(labelsize=_FONT_SIZE, colors=_INK)
    axes.grid(axis="y", color=_GRID)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(_INK)

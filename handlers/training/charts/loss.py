"""The loss of a training as a picture, drawn beside the event loop; its words need no Korean font.

It is drawn when a training ends.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEWEST_POINTS = 2
_MOST_POINTS = 300

_Curve = Sequence[tuple[float, float]]


async def loss_chart(losses: Mapping[int, float], language: Language) -> Picture | None:
    """Return the curve of the loss by step; None where there is none to see."""
    curve = sorted((step, loss) for step, loss in losses.items() if math.isfinite(loss))
    if len(curve) < _FEWEST_POINTS:
        return None
    content = await drawn(_plot, _thinned(curve))
    return Picture("loss.png", content, _alt(curve, language)) if content else None


def _alt(curve: _Curve, language: Language) -> str:
    (_, first), (steps, last) = curve[0], curve[-1]
    facts = {"steps": f"{steps:,}", "first": f"{first:.3f}", "last": f"{last:.3f}"}
    return say(language, "finetune.loss_chart", **facts)


def _thinned(curve: _Curve) -> tuple[tuple[float, float], ...]:
    """Return at most so many points, each the mean of its neighbours."""
    size = math.ceil(len(curve) / _MOST_POINTS)
    return tuple(_mean(curve[at : at + size]) for at in range(0, len(curve), size))


def _mean(points: _Curve) -> tuple[float, float]:
    return points[-1][0], sum(loss for _, loss in points) / len(points)


def _plot(axes: "Axes", curve: _Curve) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    steps, losses = [step for step, _ in curve], [loss for _, loss in curve]
    axes.plot(steps, losses, color=LINE, linewidth=3, marker="o", markevery=[0, -1])
    axes.set_xlabel("step", fontsize=FONT_SIZE, color=INK)
    axes.set_ylabel("loss", fontsize=FONT_SIZE, color=INK)
    axes.set_ylim(bottom=min(0.0, *losses))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))

"""How good a quick model is with fewer labels, as a picture, and what more would be worth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.learning.curve import worth
from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.types import Language, Picture
from models.finetune.plan import CurvePoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEWEST_POINTS = 3
_LEAST_TOLD = 0.002
"""What is less is hardly anything: a fifth of a point."""


async def curve_chart(points: Sequence[CurvePoint], language: Language) -> Picture | None:
    """Return the curve; None where there is none to see."""
    if len(points) < _FEWEST_POINTS:
        return None
    if not (content := await drawn(_plot, tuple(points))):
        return None
    told = [
        say(language, "curve.point", n=one.texts, score=f"{one.macro_f1:.0%}") for one in points
    ]
    return Picture("curve.png", content, say(language, "curve.alt", points=", ".join(told)))


def worth_in_words(points: Sequence[CurvePoint], language: Language) -> str | None:
    """Say what more labels would be worth; None where that cannot be told honestly."""
    found = worth(points)
    if found is None:
        return None
    if found.gain < _LEAST_TOLD:
        before, last = points[-3].texts, points[-1].texts
        return say(language, "curve.hardly", before=before, last=last)
    return say(language, "curve.worth", n=found.more, by=f"{100 * found.gain:.1f}")


def _plot(axes: "Axes", points: Sequence[CurvePoint]) -> None:
    texts, scores = [one.texts for one in points], [100 * one.macro_f1 for one in points]
    errors = [200 * one.error for one in points]
    axes.errorbar(texts, scores, yerr=errors, color=LINE, linewidth=3, marker="o", capsize=6)
    axes.set_xlabel("texts learned from", fontsize=FONT_SIZE, color=INK)
    axes.set_ylabel("macro-F1, %", fontsize=FONT_SIZE, color=INK)
    axes.set_xticks(texts[-3:])
    axes.set_ylim(0, 100)

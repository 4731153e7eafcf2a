"""How right models are, as a picture of bars with bounds; names that need a font become numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.learning.gate.figures import Bounded
from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.training.charts.confusion import ticks_of
from handlers.types import Language, Picture
from handlers.versions.leaderboard.entrants import Entrant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 8
"""More bars cannot be told apart on a phone."""
NAMES = (10, 4)
"""As long, and as many, as may stand under bars."""
_LIVE = "#d55e00"
"""An orange that everybody tells from the blue of the others."""


async def board_chart(shown: Sequence[Entrant], language: Language) -> Picture | None:
    """Return the accuracies of the first models; None where fewer than two were measured alike."""
    alike = charted(shown)
    if len(alike) < 2:  # noqa: PLR2004 - one bar compares nothing
        return None
    bars = tuple((_accuracy(one), one.is_live) for one in alike)
    content = await drawn(_plot, bars, ticks_of([one.name for one in alike], *NAMES))
    return Picture("leaderboard.png", content, _alt(alike, language)) if content else None


def charted(shown: Sequence[Entrant]) -> Sequence[Entrant]:
    """Return those that have a bar: measured on the test side as it stands."""
    return [one for one in shown if one.figures and one.is_current][:_MOST]


def _accuracy(one: Entrant) -> Bounded:
    assert one.figures is not None
    return one.figures.accuracy


def _alt(shown: Sequence[Entrant], language: Language) -> str:
    bars = [
        say(
            language,
            "board.bar",
            name=one.name,
            value=f"{100 * _accuracy(one).value:.1f}",
            low=f"{100 * _accuracy(one).low:.0f}",
            high=f"{100 * _accuracy(one).high:.0f}",
        )
        for one in shown
    ]
    return say(language, "board.alt", bars=", ".join(bars))


def _plot(axes: "Axes", bars: Sequence[tuple[Bounded, bool]], ticks: Sequence[str]) -> None:
    values = [100 * one.value for one, _ in bars]
    below = [100 * (one.value - one.low) for one, _ in bars]
    above = [100 * (one.high - one.value) for one, _ in bars]
    places = range(len(bars))
    axes.bar(
        places,
        values,
        color=[_LIVE if is_live else LINE for _, is_live in bars],
        yerr=[[max(0.0, each) for each in below], [max(0.0, each) for each in above]],
        ecolor=INK,
        capsize=6,
    )
    axes.set_xticks(places, ticks)
    axes.set_ylim(0, 100)
    axes.set_ylabel("accuracy, %", fontsize=FONT_SIZE, color=INK)

"""How many votes came in on each of the last days, as a picture; its words need no Korean font."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAYS = 14
_FEWEST_DAYS = 2


async def votes_chart(counts: Mapping[date, int], language: Language) -> Picture | None:
    """Return the votes of each day up to the last that has some; None with fewer than two days."""
    if len(counts) < _FEWEST_DAYS:
        return None
    shown = last_days(counts)
    if not (content := await drawn(_plot, tuple(shown))):
        return None
    (first, _), (last, _) = shown[0], shown[-1]
    facts = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    total, most = sum(n for _, n in shown), max(n for _, n in shown)
    return Picture(
        "votes.png", content, say(language, "dataset.votes_chart", total=total, most=most, **facts)
    )


def last_days(counts: Mapping[date, int]) -> Sequence[tuple[date, int]]:
    """Return the last days with their counts, those without any too."""
    last = max(counts)
    span = min((last - min(counts)).days + 1, DAYS)
    days = [last - timedelta(days=back) for back in reversed(range(span))]
    return [(day, counts.get(day, 0)) for day in days]


def _plot(axes: "Axes", shown: Sequence[tuple[date, int]]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    places = range(len(shown))
    axes.bar(places, [count for _, count in shown], color=LINE)
    every = max(1, len(shown) // 4)
    marked = [place for place in places if place % every == 0]
    axes.set_xticks(marked, [f"{shown[place][0]:%m-%d}" for place in marked])
    axes.set_ylabel("votes", fontsize=FONT_SIZE, color=INK)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

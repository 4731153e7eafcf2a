"""What was asked here in the last day, hour by hour, as a picture."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOURS = 24
_TICKS = (0, 6, 12, 18, 23)


def by_hour(times: Sequence[datetime], now: datetime) -> Sequence[int]:
    """Return how many there were in each of the last hours, the oldest first."""
    hour = timedelta(hours=1)
    counted = Counter(HOURS - 1 - (now - time) // hour for time in times if time <= now)
    return [counted[each] for each in range(HOURS)]


async def day_chart(counts: Sequence[int], language: Language) -> Picture | None:
    """Return the bars of a day; None where nothing was asked."""
    if not any(counts):
        return None
    if not (content := await drawn(_plot, tuple(counts))):
        return None
    facts = {"questions": sum(counts), "most": max(counts)}
    return Picture("day.png", content, say(language, "status.chart", **facts))


def _plot(axes: "Axes", counts: Sequence[int]) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    axes.bar(range(HOURS), counts, color=LINE)
    axes.set_xticks(_TICKS, [f"-{HOURS - each} h" for each in _TICKS])
    axes.set_ylabel("questions", fontsize=FONT_SIZE, color=INK)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

"""How a version decides about each of several labels, as a picture: found, missed, said wrongly.

A table of labels by labels tells nothing where none is given in another's place.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.learning.picture import FONT_SIZE, INK, LINE, drawn
from handlers.texts import say
from handlers.training.charts.confusion import ticks_of
from handlers.training.report import Decisions, VersionReport
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "decisions.png"
_MOST_LABELS = 12
"""With more, no bar can be told from the next."""
_TOLD = 3
_COLOURS = {"found": LINE, "missed": "#56b4e9", "wrongly": "#d55e00"}
"""Told apart by everybody: Okabe and Ito, 2008."""


async def decisions_chart(report: VersionReport, name: str, language: Language) -> Picture | None:
    """Return the bars of a report; None where it has too many labels."""
    if len(report.labels) > _MOST_LABELS:
        return None
    content = await drawn(_plot, tuple(report.decisions), ticks_of(report.labels))
    return Picture(NAME, content, _alt(report, name, language)) if content else None


def _alt(report: VersionReport, name: str, language: Language) -> str:
    rows = sorted(
        zip(report.decisions, report.labels, strict=True), key=lambda row: -_wrong(row[0])
    )
    worst = [
        say(language, "decisions.label", label=label, missed=one.missed, wrongly=one.wrongly)
        for one, label in rows[:_TOLD]
        if _wrong(one)
    ]
    facts = {"name": name, "found": sum(one.found for one in report.decisions), "n": report.texts}
    key = "decisions.alt" if worst else "decisions.alt_all_right"
    return say(language, key, worst=", ".join(worst), **facts)


def _wrong(decisions: Decisions) -> int:
    return decisions.missed + decisions.wrongly


def _plot(axes: "Axes", decisions: Sequence[Decisions], ticks: Sequence[str]) -> None:
    places = range(len(ticks))
    start = [0] * len(ticks)
    for what, colour in _COLOURS.items():
        counts: Sequence[int] = [getattr(one, what) for one in decisions]
        axes.barh(places, counts, left=start, color=colour, label=what)
        start = [before + count for before, count in zip(start, counts, strict=True)]
    axes.set_yticks(places, ticks)
    axes.invert_yaxis()
    axes.set_xlabel("texts", fontsize=FONT_SIZE, color=INK)
    axes.legend(fontsize=FONT_SIZE, frameon=False)

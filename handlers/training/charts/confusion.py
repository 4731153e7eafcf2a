"""Which labels a version takes for which, as a picture; names that need a font become numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.learning.picture import FONT_SIZE, INK, drawn
from handlers.texts import say
from handlers.training.report import VersionReport
from handlers.types import Language, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LABELS = 12
"""With more, no count can be read."""
_TOLD = 3


async def confusion_chart(report: VersionReport, name: str, language: Language) -> Picture | None:
    """Return the matrix of a report; None where it has too many labels."""
    if len(report.labels) > _MOST_LABELS:
        return None
    counts = tuple(tuple(row[: len(report.labels)]) for row in report.confusion)
    content = await drawn(_plot, counts, ticks_of(report.labels))
    return Picture("confusion.png", content, _alt(report, name, language)) if content else None


def needs_numbers(names: Sequence[str], longest: int = 9, most: int = 5) -> bool:
    """Whether the picture has numbers in place of the names, of which so many may be so long."""
    is_short = len(names) <= most and max(map(len, names)) <= longest
    return not (is_short and all(name.isascii() and name.isprintable() for name in names))


def ticks_of(names: Sequence[str], longest: int = 9, most: int = 5) -> tuple[str, ...]:
    """Return what stands beside the bars or fields of what has these names."""
    if needs_numbers(names, longest, most):
        return tuple(str(number) for number in range(1, len(names) + 1))
    return tuple(names)


def numbered(labels: Sequence[str]) -> str:
    """Return which number stands for which label."""
    return ", ".join(f"{number} {label}" for number, label in enumerate(labels, start=1))


def _alt(report: VersionReport, name: str, language: Language) -> str:
    counts, labels = report.confusion, report.labels
    right = sum(row[number] for number, row in enumerate(counts))
    mixed = sorted(
        (count, truth, said)
        for truth, row in enumerate(counts)
        for said, count in enumerate(row[:-1])
        if count and said != truth
    )
    pairs = [
        say(language, "confusion.pair", truth=labels[truth], said=labels[said], n=count)
        for count, truth, said in mixed[: -_TOLD - 1 : -1]
    ]
    key = "confusion.alt" if pairs else "confusion.alt_all_right"
    return say(language, key, name=name, right=right, n=report.texts, pairs=", ".join(pairs))


def _plot(axes: "Axes", counts: Sequence[Sequence[int]], ticks: Sequence[str]) -> None:
    most = max(1, *map(max, counts))
    axes.pcolormesh(counts, cmap="Blues", vmin=0, vmax=most, edgecolors="white", linewidth=1)
    for down, row in enumerate(counts):
        for across, count in enumerate(row):
            ink = "white" if count > most / 2 else INK
            place = (across + 0.5, down + 0.5)
            axes.annotate(str(count), place, ha="center", va="center", color=ink)
    centres = [number + 0.5 for number in range(len(counts))]
    axes.set_xticks(centres, ticks)
    axes.set_yticks(centres, ticks)
    axes.invert_yaxis()
    axes.set_xlabel("answer", fontsize=FONT_SIZE, color=INK)
    axes.set_ylabel("label", fontsize=FONT_SIZE, color=INK)

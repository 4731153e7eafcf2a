"""What the people who labelled a text agree on. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gold:
    """Most of them gave this label."""

    label: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """These labels share the lead, and nothing is learned from the text."""

    labels: tuple[str, ...]


def agreed(labels: Iterable[str]) -> Gold | Conflict | None:
    """Return what the labels of a text say, one for each person; None if nobody gave one."""
    counts = Counter(labels)
    most = max(counts.values(), default=0)
    leading = sorted(label for label, count in counts.items() if count == most)
    match leading:
        case []:
            return None
        case [label]:
            return Gold(label)
        case _:
            return Conflict(tuple(leading))

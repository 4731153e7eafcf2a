"""Questions, their answers and what people said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.datasets import DatasetKind

_BETWEEN = "\n"
"""Stands between the labels of a set where they are stored: no name of a label has one."""


class Verdict(StrEnum):
    """What somebody said of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class NewQuery:
    """A question that has just been answered."""

    community: str
    user: str
    command: str
    text: str
    model: str
    """model@version."""
    result: Mapping[str, object]
    """JSON; for a classification {"labels": [best first], "scores": [...]}."""
    label_set: tuple[str, ...]
    """What the answer chose from, in the model's order; empty if not a classification."""
    latency_ms: float

    @property
    def several(self) -> tuple[str, ...]:
        """The labels that were decided one by one, in alphabetical order; () if one was chosen."""
        match self.result:
            case {"held": _, "labels": [*labels]} if not self.label_set:
                return tuple(sorted(map(str, labels)))
            case _:
                return ()


@dataclass(frozen=True, slots=True)
class Query(NewQuery):
    """A remembered question with its numbers and time."""

    id: int
    """Of its row, which nobody is shown: it would tell how much all others ask."""
    created_at: datetime
    number: int
    """In its community, counted from 1 and never given twice."""

    @property
    def kind(self) -> DatasetKind:
        """Whether it chose one label, or decided about each of several."""
        return DatasetKind.MULTI if self.several else DatasetKind.SINGLE

    @property
    def among(self) -> Sequence[str]:
        """The labels that it chose from, or decided about."""
        return self.several or self.label_set


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one user last said of one answer; one row per (query, user)."""

    query_id: int
    user: str
    verdict: Verdict
    label: str | None
    """The right label: the answer's own if RIGHT, the chosen one if WRONG, else None."""
    updated_at: datetime


def written_set(labels: Sequence[str]) -> str:
    """Return a set of labels as it is stored."""
    return _BETWEEN.join(labels)


def read_set(stored: str) -> tuple[str, ...]:
    """Return a set of labels as it was."""
    return tuple(stored.split(_BETWEEN)) if stored else ()

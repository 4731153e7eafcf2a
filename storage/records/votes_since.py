"""The votes of a dataset, as many rows at once as it takes to count them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from storage.records.datasets import Dataset
from storage.records.votes import Arm

_AMBIGUOUS = "?"


@dataclass(frozen=True, slots=True)
class HowGiven:
    """What a vote says and how it was given. Many votes share it, so each is read once."""

    is_anchored: bool
    is_moderator: bool
    day: date
    """In UTC."""
    arm: Arm | None
    labels: tuple[str, ...] | None
    """Keys; None: it names no label."""
    is_ambiguous: bool = False
    """It says that no label fits well."""

    @classmethod
    def read(cls, written: str) -> Self:
        """Read it as `storage.labelling.votes_since` writes it."""
        first, _, labels = written.partition("\n")
        day, arm = date.fromisoformat(first[2:12]), Arm(first[12:]) if first[12:] else None
        is_ambiguous = labels == _AMBIGUOUS
        keys = None if is_ambiguous else _labels(labels)
        return cls(first[0] == "1", first[1] == "1", day, arm, keys, is_ambiguous)


class TextColumns(NamedTuple):
    """Of texts. A column for each fact: the collector of garbage would walk through each row."""

    number: Sequence[int] = ()
    side: Sequence[str | None] = ()
    settled: Sequence[str | None] = ()
    """What moderators have made of each."""
    settled_labels: Sequence[str | None] = ()
    """And which labels, as JSON."""


class VoteColumns(NamedTuple):
    """Of votes, likewise."""

    text: Sequence[int] = ()
    """The number of the text."""
    user: Sequence[str] = ()
    how: Sequence[str] = ()
    """How it was given, as `HowGiven` reads it."""


@dataclass(frozen=True, slots=True)
class VotesSince:
    """What there is now of the texts of a dataset that have changed."""

    dataset: Dataset
    """As it is at the same moment."""
    upto: int
    """The number of the last change that is in it."""
    changed: Collection[int] | None
    """The numbers of the texts, those that are gone too; None: all that there are."""
    texts: TextColumns
    """In the order of their numbers."""
    votes: VoteColumns


def _labels(written: str) -> tuple[str, ...] | None:
    if written.startswith("="):
        return (written[1:],)
    return tuple(json.loads(written)) if written else None

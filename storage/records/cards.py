"""What the queue shows to those who label, one text at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.datasets import Dataset
from storage.records.examples import Example
from storage.records.votes import Arm


class CardState(StrEnum):
    """What has become of a text that was shown to somebody."""

    SHOWN = "shown"
    """They have not said anything of it yet."""
    SKIPPED = "skipped"
    ANSWERED = "answered"


CARD_HELD_S = 600.0
"""Whoever is shown a text has it for so long."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that may be shown to somebody, and why."""

    example_id: int
    arm: Arm
    most_others: int | None
    """It is not, where more people have labelled it or are looking at it; None: however many."""


@dataclass(frozen=True, slots=True)
class NewCard:
    """Somebody who wants to label a text."""

    community: str
    dataset_id: int
    user: str
    offers: Sequence[Offer]
    """The best first."""
    takes_skipped: bool = False
    """If no offer holds, what they have skipped longest ago comes again."""


@dataclass(frozen=True, slots=True)
class Card:
    """A text that is shown to somebody, who alone is asked it for some minutes."""

    example: Example
    arm: Arm


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of what somebody said of a text."""

    dataset: Dataset
    """Of the text, as it is at this moment."""
    card: Card | None
    """What is shown to them next, if they wanted one and an offer held."""


@dataclass(frozen=True, slots=True)
class OwnVote:
    """What somebody said last of a text, for themselves to see."""

    example: Example
    dataset: Dataset
    labels: tuple[str, ...] | None
    """Keys."""
    is_ambiguous: bool
    voted_at: datetime


@dataclass(frozen=True, slots=True)
class OwnVotes:
    """How much somebody has labelled."""

    total: int
    today: int
    """Since the time that was asked for."""
    latest: Sequence[OwnVote] = ()

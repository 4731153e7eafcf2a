"""Two versions that people compare without knowing which is which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.records.examples import Example


class ComparisonState(StrEnum):
    """Where a comparison stands. All but the first are ends."""

    RUNNING = "running"
    STOPPED = "stopped"
    EXPIRED = "expired"
    DONE = "done"


class Preferred(StrEnum):
    """Whose answer somebody found right."""

    NEW = "new"
    LIVE = "live"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class NewComparison:
    """A comparison about to begin."""

    community: str
    dataset_id: int
    new: str
    """The full name of the version that may take the other's place."""
    live: str
    """The full name of the one that answers."""
    snapshot_id: int | None
    """What the new one learned from: who supplied much of it judges nothing."""
    started_by: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Comparison(NewComparison):
    """A comparison with what has come of it."""

    id: int
    state: ComparisonState
    compared: int
    """Texts that both were asked."""
    asked_upto: int
    """The number of the last text of the dataset that both were asked."""
    verdict: Mapping[str, Any] | None
    """JSON: the gate's last word."""
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewComparedText:
    """A text on which two versions were found to differ, by its number."""

    example_id: int
    live_label: str
    """The key of the live one's answer."""
    new_label: str
    is_new_first: bool
    """Drawn, so that nobody can tell by the place."""


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text on which two versions differ, with their answers' keys."""

    example: Example
    live_label: str
    new_label: str
    is_new_first: bool
    """Drawn, so that nobody can tell by the place."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """What people found so far."""

    wins: int
    """Only the new version was right."""
    losses: int
    neither: int
    differing: int
    """Texts on which they differ, judged or not."""

    @property
    def judged(self) -> int:
        """How many judgements there are."""
        return self.wins + self.losses + self.neither

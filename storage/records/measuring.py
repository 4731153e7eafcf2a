"""What versions learn from and are measured on, and what they were worth there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class SnapshotRow(NamedTuple):
    """One text of a snapshot."""

    example_id: int
    label: int
    """The number of its label among those of the snapshot; -1 where `held` tells it."""
    weight: float
    """How much it counts: how probable the label is, given who said what."""
    held: tuple[int, ...] | None = None
    """Where several labels may hold: the numbers of all that do; None: `label` alone does."""

    @property
    def labels(self) -> tuple[int, ...]:
        """The numbers of the labels that hold."""
        return (self.label,) if self.held is None else self.held


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """Which texts of a dataset a training learns from, with which labels."""

    community: str
    dataset_id: int
    hash: str
    """SHA-256 of the texts, labels and weights, in hexadecimal: the same content has the same."""
    labels: tuple[str, ...]
    """Their names at the time, in their order."""
    rows: tuple[SnapshotRow, ...]
    """By the number of the example."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many texts it lacks, by why."""
    keys: tuple[str, ...] = ()
    """Of the labels, in their order, by which they are known whatever they are called later; none
    in snapshots that were taken before."""

    @property
    def short_hash(self) -> str:
        """As people are told of it."""
        return self.hash[:8]


@dataclass(frozen=True, slots=True)
class Snapshot(NewSnapshot):
    """A snapshot that was taken. It never changes."""

    id: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewMustPass:
    """A text with its labels, which an admin vouches for."""

    community: str
    dataset_id: int
    user: str
    text: str
    canonical: bytes
    """The same for texts that are the same."""
    labels: tuple[str, ...]
    """The keys of the labels that hold; where several may, () says that none does."""


@dataclass(frozen=True, slots=True)
class MustPass:
    """One of them. Its number is never given again."""

    id: int
    dataset_id: int
    text: str
    labels: tuple[str, ...]
    user: str
    is_removed: bool = False
    """It was taken back, and may be put in again."""


@dataclass(frozen=True, slots=True)
class NewReading:
    """A model was measured on texts that nothing learns from."""

    community: str
    dataset_id: int
    model: str
    """model@version."""
    revision: str
    """Of its weights: a name may come to mean others."""
    digest: str
    """Of the texts with their labels: more votes make another test side."""
    texts: int
    """How many there were."""
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reading(NewReading):
    """A reading that is kept. It never changes."""

    id: int = 0
    read_at: datetime | None = None

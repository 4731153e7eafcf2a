"""What trainings learned from, as it was when they began."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class SnapshotRow(NamedTuple):
    """One text of a snapshot."""

    example_id: int
    label: int
    """The number of its label among those of the snapshot."""
    weight: float
    """How much it counts: how probable the label is, given who said what."""


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

    @property
    def short_hash(self) -> str:
        """As people are told of it."""
        return self.hash[:8]


@dataclass(frozen=True, slots=True)
class Snapshot(NewSnapshot):
    """A snapshot that was taken. It never changes."""

    id: int = 0
    created_at: datetime | None = None

"""What a model was worth on the test side of a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


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

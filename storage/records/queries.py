"""Questions, their answers and what people said of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Query(NewQuery):
    """A remembered question with its number and time."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one user last said of one answer; one row per (query, user)."""

    query_id: int
    user: str
    verdict: Verdict
    label: str | None
    """The right label: the answer's own if RIGHT, the chosen one if WRONG, else None."""
    updated_at: datetime

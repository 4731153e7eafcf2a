"""What is measured, and the table that tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One row: what Tokki reaches beside a rival in the same run."""

    name: str
    ours: str
    rival: str
    """Such as "majority 78.1"."""
    goal: str
    is_met: bool | None
    """None: it could not be measured."""
    remark: str = ""


@dataclass
class Report:
    """All that one run has measured."""

    seeds: Sequence[int]
    figures: list[Figure] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Why something was not measured."""
    tables: list[str] = field(default_factory=list)
    """More than the goals ask for."""


def percent(share: float) -> str:
    """Write a share as people read it."""
    return f"{100 * share:.1f}"


def mean(values: Sequence[float]) -> float:
    """The average."""
    return sum(values) / len(values)

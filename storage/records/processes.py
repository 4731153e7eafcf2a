"""Who is at work on the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewProcess:
    """A process about to serve."""

    id: str
    place: str
    """The machine, and the folder of its files."""
    version: str
    """Of Tokki."""
    revision: str
    """The last migration that it knows."""
    is_alone: bool
    """Whether it would have the database to itself."""


@dataclass(frozen=True, slots=True)
class Process(NewProcess):
    """One that has given a sign of life lately."""

    is_leaving: bool
    """It finishes what is under way, and takes nothing new."""
    jobs: int
    """How many it carries."""
    started_at: datetime
    beat_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """Something that every process has to hear, once."""

    id: int
    kind: str
    facts: Mapping[str, object]

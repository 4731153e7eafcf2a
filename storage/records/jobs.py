"""Long work, and the processes that carry it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. The last four are ends."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to start."""

    community: str
    user: str
    kind: str
    """Such as "finetune"."""
    params: Mapping[str, object]
    """JSON: what was asked, such as {"name": …, "base": …, "epochs": …, "labels": {label: n}}."""
    scope: str = field(default="", kw_only=True)
    """At what no other of its kind may be: such as one dataset; "": the whole community."""


@dataclass(frozen=True, slots=True)
class Job(NewJob):
    """A job with its state and, at its end, its metrics or reason."""

    id: int
    owner: str | None
    """Who holds its lease: one that carries jobs, anywhere. None: nobody, it can be taken up."""
    heartbeat_at: datetime | None
    """When the owner last gave a sign of life."""
    attempt: int
    """How often it has been taken up, the start included."""
    progress: Mapping[str, object]
    """JSON: how far it has come, as its kind says it."""
    state: JobState
    metrics: Mapping[str, object]
    reason: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class InLine:
    """A job that has its turn, or waits for it."""

    job_id: int
    has_turn: bool
    seconds: float
    """What is left of it, as far as that is known, or what it is thought to take."""


@dataclass(frozen=True, slots=True)
class JobMessage:
    """The message in which a job is told of, by the platform's ids."""

    channel: str
    message: str


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

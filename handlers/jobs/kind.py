"""What a kind of long work is, for whoever carries it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from storage.records import Job, NewVersion

Plan = Mapping[str, object]
Report = Callable[[Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a job."""

    metrics: Mapping[str, object]
    version: NewVersion | None = None
    """A checkpoint, of a job that makes one."""
    may_answer: bool = True
    """Whether that answers to a name that nothing else does."""


class JobKind(Protocol):
    """How one kind of job is done. Cancelling `carry` keeps what it needs to go on."""

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Do it, from the start or on from what was kept; may raise anything."""
        ...

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """Remove what was kept to go on, and what came of it too unless that is kept.

        It may be cut off, and is then done again.
        """
        ...

    def remaining_s(self, job: Job) -> float:
        """Seconds until the end, as far as it is known."""
        ...

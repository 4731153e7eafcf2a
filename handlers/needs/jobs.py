"""What handlers need of the memory of long work, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from storage.records import InLine, Job, JobMessage, JobState, NewJob, NewVersion, Version


class Jobs(Protocol):
    """Long work, each with a lease: whoever holds it carries the job, and anybody may watch it."""

    async def start(
        self, job: NewJob, owner: str, plan: Mapping[str, object] | None = None
    ) -> Job: ...
    async def claim(
        self, owner: str, platform: str, ttl_s: float, carried: Collection[int] = ()
    ) -> Job | None: ...
    async def claim_one(
        self, owner: str, community: str, job_id: int, ttl_s: float
    ) -> Job | None: ...
    async def plan(self, job_id: int, owner: str) -> Mapping[str, object] | None: ...
    async def beat(
        self, job_id: int, owner: str, progress: Mapping[str, object]
    ) -> JobState | None: ...
    async def release(self, job_id: int, owner: str, progress: Mapping[str, object]) -> None: ...
    async def end(
        self,
        job_id: int,
        owner: str,
        state: JobState,
        metrics: Mapping[str, object] | None = None,
        reason: str | None = None,
        *,
        progress: Mapping[str, object] | None = None,
    ) -> bool: ...
    async def end_with_version(
        self,
        job_id: int,
        owner: str,
        version: NewVersion,
        metrics: Mapping[str, object],
        *,
        progress: Mapping[str, object] | None = None,
        may_answer: bool = True,
    ) -> Version | None: ...
    async def cancel(self, community: str, job_id: int, reason: str | None = None) -> bool: ...
    async def get(self, community: str, job_id: int) -> Job | None: ...
    async def recent(
        self, community: str, limit: int, kind: str | None = None
    ) -> Sequence[Job]: ...
    async def unended(self, community: str, kind: str) -> Sequence[Job]: ...
    async def untold(
        self, platform: str, teller: str, ttl_s: float, told_of: Collection[int] = ()
    ) -> Sequence[Job]: ...
    async def show_in(self, job_id: int, place: JobMessage, teller: str | None = None) -> None: ...
    async def shown_in(self, job_id: int) -> JobMessage | None: ...
    async def told(self, job_id: int) -> None: ...


class Turns(Protocol):
    """Whose turn it is, where only so many jobs of a kind work at once."""

    async def line(self, kind: str, ttl_s: float) -> Sequence[InLine]: ...
    async def take(self, job_id: int, owner: str, kind: str, width: int, ttl_s: float) -> bool: ...

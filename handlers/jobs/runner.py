"""Carries long work beside the requests that asked for it, and gives it back when Tokki stops.

A job belongs to whoever holds its lease. Its owner beats again and again; one whose owner has not
is taken up by the next that looks, and goes on where its kind had kept it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

from handlers.jobs.carrying import Carried, Lease, Owner, leave_nothing, patiently
from handlers.jobs.kind import JobKind, Plan
from handlers.jobs.line import WAITING, Line
from handlers.needs.jobs import Jobs
from handlers.types import UserError
from storage.errors import StorageError
from storage.records import Job, JobMessage, JobState, NewJob

_GRACE_S = 2.5
"""A job that ends within this is let to; containers kill after 10 s."""

log = logging.getLogger(__name__)


class JobRunner:
    """Starts, carries, watches and cancels jobs; `handlers.services.RunningJobs`."""

    def __init__(self, jobs: Jobs, lease: Lease | None = None, owner: str | None = None) -> None:
        self._us = Owner(owner or uuid4().hex, jobs, lease or Lease())
        self._jobs, self._lease = jobs, self._us.lease
        self._kinds: dict[str, JobKind] = {}
        self._lines: dict[str, Line] = {}
        self._is_paused = False
        self._carried: dict[int, Carried] = {}
        self._told_of: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def add(self, name: str, kind: JobKind, line: Line | None = None) -> None:
        """Be able to carry jobs of a kind, which may need the services that hold us.

        With a line they work in turn, without one all at once.
        """
        self._kinds[name] = kind
        if line:
            self._lines[name] = line

    @property
    def is_closing(self) -> bool:
        """Whether what is not done is left to the next process."""
        return self._closing.is_set()

    @property
    def running(self) -> int:
        """How many jobs this process carries."""
        return len(self._carried)

    def pause(self) -> None:
        """Take no jobs any more, and leave those that wait in line to others."""
        self._is_paused = True
        for carried in self._carried.values():
            if carried.job.progress.get("phase") == WAITING:
                carried.ask("release")

    async def start(self, job: NewJob, plan: Plan) -> Job:
        """Begin a job. Whoever goes away meanwhile leaves none that nobody will end.

        Raises:
            JobRunning: one of this kind that has not ended is at the same.
            UserError: this process takes no jobs any more.
        """
        if self._is_paused:
            raise UserError("jobs_paused")
        starting = asyncio.ensure_future(self._jobs.start(job, self._us.id, plan))
        try:
            started = await asyncio.shield(starting)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._jobs.end((await starting).id, self._us.id, JobState.CANCELLED)
            raise
        self._begin(started, plan)
        return started

    async def watch(self, community: str, job_id: int) -> AsyncIterator[Job]:
        """Each state of a job until its end, whoever carries it; we stop when Tokki does."""
        while True:
            carried = self._carried.get(job_id)
            while carried and not carried.is_over:
                news = carried.news
                yield carried.job
                await news.wait()
            job = carried.job if carried else await self._look(community, job_id)
            if job:
                yield job
            if job is None or job.has_ended or self.is_closing:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._lease.look_s):
                    await self._closing.wait()

    async def cancel(self, community: str, job_id: int, reason: str | None = None) -> bool:
        """Ask a running job of this community to end; false if there is none to ask.

        The reason is for whoever started it, where somebody else asks.
        """
        if not await self._jobs.cancel(community, job_id, reason):
            return False
        if carried := self._carried.get(job_id):
            carried.ask("cancel")
        else:
            ttl_s = self._lease.ttl_s
            if job := await self._jobs.claim_one(self._us.id, community, job_id, ttl_s):
                await self._take(job)  # nobody else would hear it
        return True

    async def take_up(self, platform: str) -> AsyncIterator[Job]:
        """Take up every job of a platform that nobody carries or tells of, now and later."""
        while not self.is_closing:
            for untold in await self._untold(platform):
                yield untold
            while job := await self._next(platform):
                yield job
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._lease.beat_s):
                    await self._closing.wait()

    async def show_in(self, job_id: int, place: JobMessage) -> None:
        """Remember where a job is told of, and that it is by this process."""
        self._told_of.add(job_id)
        await self._jobs.show_in(job_id, place, self._us.id)

    async def shown_in(self, job_id: int) -> JobMessage | None:
        """Where a job is told of, if that was remembered."""
        return await self._jobs.shown_in(job_id)

    async def told(self, job_id: int) -> None:
        """Note that the message of a job tells its end, if it has come."""
        await self._jobs.told(job_id)

    def begin_to_close(self) -> None:
        """From now on whoever stops watching leaves a job to the next process."""
        self._closing.set()

    async def close(self, grace_s: float = _GRACE_S) -> None:
        """Let end what ends soon, and give back the leases of the rest."""
        self.begin_to_close()
        for carried in self._carried.values():
            if self._kinds[carried.job.kind].remaining_s(carried.job) > grace_s:
                carried.ask("release")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for carried in self._carried.values():
            carried.ask("release")
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _untold(self, platform: str) -> Sequence[Job]:
        try:
            ttl_s, told_of = self._lease.ttl_s, frozenset(self._told_of)
            untold = await self._jobs.untold(platform, self._us.id, ttl_s, told_of)
        except StorageError:
            log.warning("jobs that nobody tells of could not be looked up", exc_info=True)
            return ()
        self._told_of.update(job.id for job in untold)
        return untold

    async def _next(self, platform: str) -> Job | None:
        if self._is_paused:
            return None
        try:
            carried = tuple(self._carried)
            job = await self._jobs.claim(self._us.id, platform, self._lease.ttl_s, carried)
            if job:
                await self._take(job)
        except StorageError:
            log.warning("jobs that nobody carries could not be looked up", exc_info=True)
            return None
        return job

    async def _look(self, community: str, job_id: int) -> Job | None:
        return await patiently(lambda: self._jobs.get(community, job_id))

    async def _take(self, job: Job) -> None:
        """Go on with a job whose lease we have just got, or end what cannot go on."""
        plan = await self._jobs.plan(job.id, self._us.id)
        kind = None if plan is None else self._kinds.get(job.kind)
        if plan is not None and kind and job.state is not JobState.CANCELLING:
            log.info("job %s is taken up, attempt %s", job.id, job.attempt)
            self._begin(job, plan)
            return
        if plan is not None and kind:
            await leave_nothing(kind, plan)
        is_asked = job.state is JobState.CANCELLING
        end = JobState.CANCELLED if is_asked else JobState.INTERRUPTED
        await self._jobs.end(job.id, self._us.id, end)

    def _begin(self, job: Job, plan: Plan) -> None:
        line = self._lines.get(job.kind)
        carried = Carried(job, plan, self._kinds[job.kind], line, self._us)
        self._carried[job.id] = carried
        task = asyncio.create_task(self._carry(carried))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, carried: Carried) -> None:
        try:
            await carried.carry()
        finally:
            del self._carried[carried.job.id]
            carried.show(carried.job, is_over=True)
            if carried.line:
                carried.line.move()

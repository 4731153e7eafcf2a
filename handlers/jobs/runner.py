"""Carries long work beside the requests that asked for it, and gives it back when Tokki stops.

A job belongs to whoever holds its lease. Its owner beats again and again; one whose owner has not
is taken up by the next that looks, and goes on where its kind had kept it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, Protocol, TypeVar
from uuid import uuid4

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential,
)

from handlers.guard.failures import crash
from handlers.jobs.line import WAITING, Line
from handlers.needs.storage import Jobs
from handlers.types import Language, UserError
from models.errors import ModelError, TrainingFailed
from storage.errors import StorageError
from storage.records import Job, JobMessage, JobState, NewJob, NewVersion

_PATIENCE_S = 30.0
_GRACE_S = 2.5
"""A job that ends within this is let to; containers kill after 10 s."""

Result = TypeVar("Result")
Plan = Mapping[str, object]
Report = Callable[[Mapping[str, object]], None]

log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class Lease:
    """How long an owner may be silent, and how often it gives a sign of life."""

    ttl_s: float = 20.0
    beat_s: float = 5.0
    look_s: float = 1.0
    """A job that another process carries is looked at as often."""


Stop = Literal["cancel", "release", "lost"]


@dataclass(eq=False)
class _Carried:
    """A job in our hands, and who watches it."""

    job: Job
    plan: Plan
    stop: asyncio.Future[Stop]
    news: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    def show(self, job: Job, *, is_over: bool = False) -> None:
        """Let all that watch know."""
        self.job, self.is_over = job, is_over
        self.news.set()
        self.news = asyncio.Event()

    def report(self, progress: Mapping[str, object]) -> None:
        """Take note of how far it is."""
        self.show(replace(self.job, progress=progress))

    def ask(self, stop: Stop) -> None:
        """Ask it to stop; the first reason holds."""
        if not self.stop.done():
            self.stop.set_result(stop)


class JobRunner:
    """Starts, carries, watches and cancels jobs; `handlers.services.RunningJobs`."""

    def __init__(self, jobs: Jobs, lease: Lease | None = None, owner: str | None = None) -> None:
        self.owner = owner or uuid4().hex
        """By this the database knows who carries a job, and who tells of it."""
        self._jobs = jobs
        self._kinds: dict[str, JobKind] = {}
        self._lines: dict[str, Line] = {}
        self._lease = lease or Lease()
        self._is_paused = False
        self._carried: dict[int, _Carried] = {}
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
        starting = asyncio.ensure_future(self._jobs.start(job, self.owner, plan))
        try:
            started = await asyncio.shield(starting)
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self._jobs.end((await starting).id, self.owner, JobState.CANCELLED)
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

    async def cancel(self, community: str, job_id: int) -> bool:
        """Ask a running job of this community to end; false if there is none to ask."""
        if not await self._jobs.cancel(community, job_id):
            return False
        if carried := self._carried.get(job_id):
            carried.ask("cancel")
        else:
            ttl_s = self._lease.ttl_s
            if job := await self._jobs.claim_one(self.owner, community, job_id, ttl_s):
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
        await self._jobs.show_in(job_id, place, self.owner)

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
            return await self._jobs.untold(platform, self.owner, self._lease.ttl_s)
        except StorageError:
            log.warning("jobs that nobody tells of could not be looked up", exc_info=True)
            return ()

    async def _next(self, platform: str) -> Job | None:
        if self._is_paused:
            return None
        try:
            job = await self._jobs.claim(self.owner, platform, self._lease.ttl_s)
            if job:
                await self._take(job)
        except StorageError:
            log.warning("jobs that nobody carries could not be looked up", exc_info=True)
            return None
        return job

    async def _look(self, community: str, job_id: int) -> Job | None:
        return await _patiently(lambda: self._jobs.get(community, job_id))

    async def _take(self, job: Job) -> None:
        """Go on with a job whose lease we have just got, or end what cannot go on."""
        plan = await self._jobs.plan(job.id, self.owner)
        kind = None if plan is None else self._kinds.get(job.kind)
        if plan is not None and kind and job.state is not JobState.CANCELLING:
            log.info("job %s is taken up, attempt %s", job.id, job.attempt)
            self._begin(job, plan)
            return
        if plan is not None and kind:
            await _leave_nothing(kind, plan)
        is_asked = job.state is JobState.CANCELLING
        end = JobState.CANCELLED if is_asked else JobState.INTERRUPTED
        await self._jobs.end(job.id, self.owner, end)

    def _begin(self, job: Job, plan: Plan) -> None:
        stop = asyncio.get_running_loop().create_future()
        carried = self._carried[job.id] = _Carried(job, plan, stop)
        task = asyncio.create_task(self._carry(carried))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, carried: _Carried) -> None:
        job = carried.job
        kind = self._kinds[job.kind]
        working = asyncio.create_task(self._work(carried))
        beating = asyncio.create_task(self._beat(carried))
        try:
            either: list[asyncio.Future[Any]] = [working, carried.stop]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            working.cancel()
            await asyncio.wait({working})
            if await self._comes_to_nothing(carried, working):
                await _leave_nothing(kind, carried.plan)
            has_ended = await self._has_ended(carried, working)
            beating.cancel()
            if has_ended and not working.cancelled() and not working.exception():
                await kind.clear(carried.plan, is_kept=True)
            carried.job = await self._look(job.community, job.id) or job
        except Exception:  # its lease runs out, and whoever takes it up then tries again
            log.exception("the end of job %s could not be stored", job.id)
        finally:
            working.cancel()
            beating.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)
            del self._carried[job.id]
            carried.show(carried.job, is_over=True)
            if line := self._lines.get(job.kind):
                line.move()

    async def _work(self, carried: _Carried) -> Finished:
        job, lease = carried.job, self._lease
        carry = partial(self._kinds[job.kind].carry, job, carried.plan, carried.report)
        if (line := self._lines.get(job.kind)) is None:
            return await carry()
        async with line.turn(job, self.owner, lease.ttl_s, lease.look_s, carried.report):
            return await carry()

    async def _beat(self, carried: _Carried) -> None:
        while not carried.stop.done():
            await asyncio.sleep(self._lease.beat_s)
            with contextlib.suppress(StorageError):  # no reason to give up hours of work
                job = carried.job
                state = await self._jobs.beat(job.id, self.owner, job.progress)
                if state is None:
                    log.warning("the lease of job %s is lost", job.id)
                    carried.ask("lost")
                elif state is JobState.CANCELLING:
                    carried.ask("cancel")

    async def _comes_to_nothing(
        self, carried: _Carried, working: "asyncio.Future[Finished]"
    ) -> bool:
        """Whether it was cancelled or has failed, in our hands.

        It ends only once nothing of it is left: who is cut off there has not ended it.
        """
        if working.cancelled():
            return carried.stop.result() == "cancel"
        job = carried.job
        has_failed = working.exception() is not None
        return has_failed and await self._jobs.beat(job.id, self.owner, job.progress) is not None

    async def _has_ended(self, carried: _Carried, working: "asyncio.Future[Finished]") -> bool:
        """Store the end; false where there is none, and the job is the next one's from now on.

        What is done counts, whoever cancels it at that moment.
        """
        job, jobs, owner = carried.job, self._jobs, self.owner
        end = partial(jobs.end, job.id, owner, progress=job.progress)
        if working.cancelled():
            if carried.stop.result() == "cancel":
                return await _patiently(lambda: end(JobState.CANCELLED))
            await _patiently(lambda: jobs.release(job.id, owner, job.progress))
            return False
        if error := working.exception():
            metrics, reason = _explained(error, job)
            return await _patiently(lambda: end(JobState.FAILED, metrics, reason))
        done = working.result()
        if (made := done.version) is None:
            return await _patiently(lambda: end(JobState.DONE, done.metrics))
        as_version = partial(
            jobs.end_with_version,
            job.id,
            owner,
            made,
            done.metrics,
            progress=job.progress,
            may_answer=done.may_answer,
        )
        return await _patiently(as_version) is not None


def _explained(error: BaseException, job: Job) -> tuple[Mapping[str, object], str]:
    """Why a job failed: a reason for people, or the reference that stands in the log."""
    if isinstance(error, TrainingFailed):
        return {}, str(error.facts["reason"])
    if isinstance(error, UserError | StorageError | ModelError):
        kept = {name: of if isinstance(of, int) else str(of) for name, of in error.facts.items()}
        return {"code": error.code, "facts": kept}, error.code
    assert isinstance(error, Exception), error
    failure = crash(error, f"job {job.id}", Language.ENGLISH).error
    return {"reference": failure and failure.reference}, "crash"


async def _leave_nothing(kind: JobKind, plan: Plan) -> None:
    """Clear up after a job that comes to nothing; what stands in the way does not keep it alive."""
    try:
        await kind.clear(plan, is_kept=False)
    except Exception:
        log.exception("what is left of a job could not be removed")


async def _patiently(write: Callable[[], Awaitable[Result]]) -> Result:
    """Try for a while: after an hour of training, a locked database should not cost it."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(StorageError),
        stop=stop_after_delay(_PATIENCE_S),
        wait=wait_exponential(multiplier=0.2, max=5),
        reraise=True,
    ):
        with attempt:
            return await write()
    raise AssertionError("the last attempt returns or raises")

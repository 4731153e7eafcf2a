"""A job in our hands: its work, the signs of life that keep its lease, and its end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential

from handlers.guard.failures import crash
from handlers.jobs.kind import Finished, JobKind, Plan
from handlers.jobs.line import Line
from handlers.needs.jobs import Jobs
from handlers.types import Language, UserError
from models.errors import ModelError, TrainingFailed
from storage.errors import StorageError
from storage.records import Job, JobState

_PATIENCE_S = 30.0

Result = TypeVar("Result")
Stop = Literal["cancel", "release", "lost"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """How long an owner may be silent, and how often it gives a sign of life."""

    ttl_s: float = 20.0
    beat_s: float = 5.0
    look_s: float = 1.0
    """A job that another process carries is looked at as often."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever carries jobs: by this the database knows them."""

    id: str
    jobs: Jobs
    lease: Lease


@dataclass(eq=False)
class Carried:
    """A job in our hands, and who watches it."""

    job: Job
    plan: Plan
    kind: JobKind
    line: Line | None
    owner: Owner
    stop: asyncio.Future[Stop] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
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

    async def carry(self) -> None:
        """Work until it is done, has failed or shall stop, and store which."""
        working = asyncio.create_task(self._work())
        beating = asyncio.create_task(self._beat())
        try:
            either: list[asyncio.Future[Any]] = [working, self.stop]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            working.cancel()
            await asyncio.wait({working})
            if await self._comes_to_nothing(working):
                await leave_nothing(self.kind, self.plan)
            await self._end(working)
            beating.cancel()
            job, jobs = self.job, self.owner.jobs
            stored = await patiently(lambda: jobs.get(job.community, job.id))
            self.job = stored or job
            if self.job.state is JobState.DONE and self.job.owner == self.owner.id:
                await self.kind.clear(self.plan, is_kept=True)
        except Exception:  # its lease runs out, and whoever takes it up then tries again
            log.exception("the end of job %s could not be stored", self.job.id)
        finally:
            working.cancel()
            beating.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)

    async def _work(self) -> Finished:
        carry = partial(self.kind.carry, self.job, self.plan, self.report)
        if self.line is None:
            return await carry()
        lease = self.owner.lease
        turn = self.line.turn(self.job, self.owner.id, lease.ttl_s, lease.look_s, self.report)
        async with turn:
            return await carry()

    async def _beat(self) -> None:
        while not self.stop.done():
            await asyncio.sleep(self.owner.lease.beat_s)
            with contextlib.suppress(StorageError):  # no reason to give up hours of work
                state = await self._live()
                if state is None:
                    log.warning("the lease of job %s is lost", self.job.id)
                    self.ask("lost")
                elif state is JobState.CANCELLING:
                    self.ask("cancel")

    async def _live(self) -> JobState | None:
        """Give a sign of life; None where it is not in our hands any more."""
        return await self.owner.jobs.beat(self.job.id, self.owner.id, self.job.progress)

    async def _comes_to_nothing(self, working: "asyncio.Future[Finished]") -> bool:
        """Whether it was cancelled or has failed, in our hands.

        It ends only once nothing of it is left: who is cut off there has not ended it.
        """
        if working.cancelled():
            return self.stop.result() == "cancel"
        return working.exception() is not None and await self._live() is not None

    async def _end(self, working: "asyncio.Future[Finished]") -> None:
        """Store the end, or that the job is the next one's from now on.

        What is done counts, whoever cancels it at that moment. Whether it ended in our hands stands
        in its row alone: who tries again, for the first answer was lost, is told that it did not.
        """
        job, jobs, owner = self.job, self.owner.jobs, self.owner.id
        end = partial(jobs.end, job.id, owner, progress=job.progress)
        if working.cancelled():
            if self.stop.result() == "cancel":
                await patiently(lambda: end(JobState.CANCELLED))
            else:
                await patiently(lambda: jobs.release(job.id, owner, job.progress))
        elif error := working.exception():
            metrics, reason = _explained(error, job)
            await patiently(lambda: end(JobState.FAILED, metrics, reason))
        elif (made := (done := working.result()).version) is None:
            await patiently(lambda: end(JobState.DONE, done.metrics))
        else:
            as_version = partial(jobs.end_with_version, job.id, owner, made, done.metrics)
            await patiently(lambda: as_version(progress=job.progress, may_answer=done.may_answer))


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


async def leave_nothing(kind: JobKind, plan: Plan) -> None:
    """Clear up after a job that comes to nothing; what stands in the way does not keep it alive."""
    try:
        await kind.clear(plan, is_kept=False)
    except Exception:
        log.exception("what is left of a job could not be removed")


async def patiently(write: Callable[[], Awaitable[Result]]) -> Result:
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

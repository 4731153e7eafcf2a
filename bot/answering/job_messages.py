"""Messages of jobs that outlived the process which told of them: they go on being edited."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

from handlers.jobs import telling
from handlers.services import RunningJobs
from handlers.types import Language, ProgressSink, Reply
from storage.errors import StorageError
from storage.records import Job, JobMessage

_BETWEEN_EDITS_S = 3.0

Edit = Callable[[Job, JobMessage, Reply], Awaitable[None]]
"""Shows a reply in the place of an old message; may raise anything."""

log = logging.getLogger(__name__)


async def follow(jobs: RunningJobs, platform: str, edit: Edit) -> None:
    """Take up a platform's jobs that nobody carries, and tell of those that nobody tells of."""
    followed: set[int] = set()
    async with asyncio.TaskGroup() as group:
        async for job in _left(jobs, platform):
            if job.id not in followed:
                followed.add(job.id)
                group.create_task(_follow(jobs, job, edit))


async def taken_up(
    jobs: RunningJobs, platform: str, language: Language
) -> AsyncIterator[Callable[[ProgressSink], Awaitable[Reply]]]:
    """The same for a place without messages: what follows each job that is taken up there."""
    async for job in jobs.take_up(platform):
        yield partial(telling.follow_or_cancel, jobs, job, language)


async def _left(jobs: RunningJobs, platform: str) -> AsyncIterator[Job]:
    try:
        for job in await jobs.untold(platform):
            yield job
    except StorageError:
        log.exception("the jobs that nobody tells of could not be looked up")
    async for job in jobs.take_up(platform):
        yield job


async def _follow(jobs: RunningJobs, job: Job, edit: Edit) -> None:
    """Edit the message of a job until its end is told there."""
    try:
        message = await jobs.shown_in(job.id)
        if message is None:
            return

        async def show(reply: Reply) -> None:
            await edit(job, message, reply)

        language = telling.language_of(job)
        await show(await telling.follow(jobs, job, language, _paced(show)))
        await jobs.told(job.id)
    except Exception:  # whatever a platform's library raises: the others are told of
        log.warning("job %s could not be told of", job.id, exc_info=True)


def _paced(show: ProgressSink) -> ProgressSink:
    """Show what comes, but not too often."""
    not_before = 0.0

    async def progress(reply: Reply) -> None:
        nonlocal not_before
        if time.monotonic() >= not_before:
            not_before = time.monotonic() + _BETWEEN_EDITS_S
            await show(reply)

    return progress

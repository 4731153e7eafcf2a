"""Messages of jobs that outlived the process which told of them: they go on being edited.

A message for one person alone cannot be found again by its ids. Whoever began such a job is told
of its end in their conversation with Tokki.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from handlers.jobs import telling
from handlers.services import RunningJobs
from handlers.types import Language, ProgressSink, Reply
from storage.records import Job, JobMessage

_BETWEEN_EDITS_S = 3.0

_ALONE = JobMessage("", "")
"""Stands for no message that all see."""

Edit = Callable[[Job, JobMessage, Reply], Awaitable[None]]
"""Shows a reply in the place of an old message; may raise anything."""
Write = Callable[[Job, Reply], Awaitable[None]]
"""Writes to whoever began a job, and to nobody else; may raise anything."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a platform tells of jobs."""

    edit: Edit
    write: Write


async def follow(jobs: RunningJobs, platform: str, how: Telling) -> None:
    """Take up a platform's jobs that nobody carries, and tell of those that nobody tells of."""
    followed: set[int] = set()
    async with asyncio.TaskGroup() as group:
        async for job in jobs.take_up(platform):
            if job.id not in followed:
                followed.add(job.id)
                group.create_task(_follow(jobs, job, how))


async def taken_up(
    jobs: RunningJobs, platform: str, language: Language
) -> AsyncIterator[Callable[[ProgressSink], Awaitable[Reply]]]:
    """The same for a place without messages: what follows each job that is taken up there."""
    async for job in jobs.take_up(platform):
        yield partial(telling.follow_or_cancel, jobs, job, language)


async def _follow(jobs: RunningJobs, job: Job, how: Telling) -> None:
    """Tell of a job until its end is told."""
    try:
        message = await jobs.shown_in(job.id)
        if message is None:
            await jobs.show_in(job.id, _ALONE)  # so that its end is told whenever it comes
        if message is None or message == _ALONE:
            await _follow_for_one(jobs, job, how.write)
        else:
            await _follow_for_all(jobs, job, partial(how.edit, job, message))
        await jobs.told(job.id)
    except Exception:  # whatever a platform's library raises: the others are told of
        log.warning("job %s could not be told of", job.id, exc_info=True)


async def _follow_for_all(jobs: RunningJobs, job: Job, show: ProgressSink) -> None:
    await show(await telling.follow(jobs, job, telling.language_of(job), _paced(show)))


async def _follow_for_one(jobs: RunningJobs, job: Job, write: Write) -> None:
    """Tell its end alone: each state on the way would be a message more."""
    ended = await telling.follow(jobs, job, telling.language_of(job), _untold)
    if not jobs.is_closing:
        await write(job, ended)


async def _untold(_: Reply) -> None:
    """Nobody waits for it."""


def _paced(show: ProgressSink) -> ProgressSink:
    """Show what comes, but not too often."""
    not_before = 0.0

    async def progress(reply: Reply) -> None:
        nonlocal not_before
        if time.monotonic() >= not_before:
            not_before = time.monotonic() + _BETWEEN_EDITS_S
            await show(reply)

    return progress

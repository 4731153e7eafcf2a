"""A job that comes to nothing ends only once nothing of it is left, whoever is cut off then."""

import asyncio

import pytest

from handlers.jobs.carrying import Lease
from handlers.jobs.kind import Finished
from handlers.jobs.runner import JobRunner
from handlers.types import UserError
from storage.database import Database
from storage.records import JobState, NewJob
from tests.waiting import until

HOME = "terminal:local"
NEW = NewJob(HOME, "mod", "import", {"name": "a.csv"})


class Kind:
    """Runs until it is stopped, or fails; notes whether its job had ended as it was cleared."""

    def __init__(self, jobs, error=None, broken=None):
        self.jobs, self.error, self.broken = jobs, error, broken
        self.had_ended = []

    async def carry(self, job, plan, report):
        if self.error:
            raise self.error
        await asyncio.Event().wait()
        return Finished({})

    async def clear(self, plan, *, is_kept):
        assert not is_kept
        self.had_ended.append((await self.jobs.get(HOME, 1)).has_ended)
        if self.broken:
            raise self.broken

    def remaining_s(self, job):
        return 0.0


@pytest.fixture
async def jobs(tmp_path):
    database = await Database.open(tmp_path / "tokki.sqlite3")
    yield database.jobs
    await database.close()


def runner(jobs, kind):
    made = JobRunner(jobs, Lease(ttl_s=0.0, beat_s=0.05, look_s=0.05))
    made.add("import", kind)
    return made


async def ended(jobs):
    async def state():
        job = await jobs.get(HOME, 1)
        return job.has_ended and job.state

    return await until(state, "the end of the job")


@pytest.mark.parametrize("broken", [None, RuntimeError("the disk is full")])
async def test_what_is_cancelled(jobs, broken):
    kind = Kind(jobs, broken=broken)
    running = runner(jobs, kind)
    job = await running.start(NEW, {})
    assert await running.cancel(HOME, job.id)
    assert await ended(jobs) is JobState.CANCELLED and kind.had_ended == [False]
    await running.close()


async def test_what_fails(jobs):
    kind = Kind(jobs, error=UserError("import_gone"))
    running = runner(jobs, kind)
    await running.start(NEW, {})
    assert await ended(jobs) is JobState.FAILED and kind.had_ended == [False]
    await running.close()


async def test_what_was_being_cancelled_when_its_process_was_killed(jobs):
    await jobs.start(NEW, "somebody who is gone", {})
    await jobs.cancel(HOME, 1)
    kind = Kind(jobs)
    running = runner(jobs, kind)
    await anext(aiter(running.take_up("terminal")))
    assert await ended(jobs) is JobState.CANCELLED and kind.had_ended == [False]
    await running.close()

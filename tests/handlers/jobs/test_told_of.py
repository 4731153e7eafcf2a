"""Jobs of which a process tells, and those of which it should and does not know."""

import asyncio

import pytest

from handlers.jobs.runner import JobRunner
from storage.database import Database
from storage.records import JobMessage, JobState, NewJob

PLACE = JobMessage("10", "20")


@pytest.fixture
async def jobs(tmp_path):
    database = await Database.open(tmp_path / "tokki.sqlite3")
    await database.jobs.start(NewJob("terminal:local", "mod", "import", {}), "another")
    await database.jobs.end(1, "another", JobState.DONE)
    yield database.jobs
    await database.close()


async def nobody_else_is_told_of(running):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await anext(running.take_up("terminal"))


async def test_what_came_and_was_not_heard_of_comes_again_once(jobs):
    await jobs.show_in(1, PLACE, "somebody who is gone")
    await jobs.untold("terminal", "us", 20.0)  # as if its answer were lost
    running = JobRunner(jobs, owner="us")
    assert (await anext(running.take_up("terminal"))).id == 1
    await nobody_else_is_told_of(running)


async def test_what_is_told_of_here_does_not_come(jobs):
    running = JobRunner(jobs, owner="us")
    await running.show_in(1, PLACE)
    await nobody_else_is_told_of(running)

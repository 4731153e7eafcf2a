"""Fifty communities that train at once: so many work as the line is wide, and nobody is lost."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from handlers.jobs.carrying import Lease
from handlers.jobs.kind import Finished
from handlers.jobs.line import Line, Wait, wait_in
from handlers.jobs.runner import JobRunner
from storage.database import Database
from storage.records import InLine, JobState, NewJob
from tests.waiting import until

KIND = "count"
QUICK = Lease(ttl_s=60.0, beat_s=5.0, look_s=0.1)


class Counting:
    """Work that lasts until it is let go; counts who works at once."""

    def __init__(self) -> None:
        self.working: list[str] = []
        self.done: list[str] = []
        self.most = 0
        self.go = asyncio.Event()

    async def carry(self, job, plan, report) -> Finished:
        self.working.append(job.community)
        self.most = max(self.most, len(self.working))
        try:
            await asyncio.sleep(0)
            await self.go.wait()
            self.done.append(job.community)
        finally:
            self.working.remove(job.community)
        return Finished({})

    async def clear(self, plan, *, is_kept: bool) -> None: ...

    def remaining_s(self, job) -> float:
        return float("inf")


@pytest.fixture
async def database(tmp_path):
    database = await Database.open(tmp_path / "tokki.sqlite3")
    yield database
    await database.close()


@asynccontextmanager
async def process(database: Database, work: Counting, width: int, lease: Lease = QUICK):
    runner = JobRunner(database.jobs, lease)
    runner.add(KIND, work, Line(database.turns, KIND, width))
    try:
        yield runner
    finally:
        await runner.close(grace_s=0)


async def begin(runner: JobRunner, community: str, seconds: float = 0.0):
    job = NewJob(community, "ann", KIND, {"name": "mood", "estimate_s": seconds})
    return await runner.start(job, {"some": "plan"})


async def ended(database: Database, jobs) -> bool:
    found = [await database.jobs.get(one.community, one.id) for one in jobs]
    return all(one.state is JobState.DONE for one in found)


async def test_fifty_communities_work_as_many_at_once_as_the_line_is_wide(database):
    work = Counting()
    async with process(database, work, 3) as runner:
        jobs = [await begin(runner, f"discord:{n}") for n in range(50)]
        await until(lambda: len(work.working) == 3, "a full line")
        work.go.set()
        await until(lambda: len(work.done) == 50, "all to work", lambda: work.done)
        await until(lambda: ended(database, jobs), "all to end", lambda: work.done)
    assert work.most == 3
    assert sorted(work.done) == sorted(one.community for one in jobs)


async def test_two_processes_share_one_line(database, tmp_path):
    other_database = await Database.open(tmp_path / "tokki.sqlite3")
    work = Counting()
    async with process(database, work, 2) as one, process(other_database, work, 2) as other:
        jobs = [await begin((one, other)[n % 2], f"discord:{n}") for n in range(6)]
        await until(lambda: len(work.working) == 2, "a full line")
        work.go.set()
        await until(lambda: ended(database, jobs), "all to end")
    await other_database.close()
    assert work.most == 2


async def test_who_waits_is_told_how_many_are_before_them_and_may_leave(database):
    work = Counting()
    async with process(database, work, 1) as runner:
        jobs = [await begin(runner, f"discord:{n}", 10.0 * (n + 1)) for n in range(3)]
        await until(lambda: work.working, "the first to begin")
        last = jobs[-1]
        async for state in runner.watch(last.community, last.id):
            if state.progress.get("before") == 2:
                break
        assert state.progress == {"phase": "waiting", "before": 2, "wait_s": 30.0}
        assert await runner.cancel(jobs[1].community, jobs[1].id)
        states = [one async for one in runner.watch(jobs[1].community, jobs[1].id)]
        assert states[-1].state is JobState.CANCELLED
        async for state in runner.watch(last.community, last.id):
            if state.progress.get("before") == 1:
                break
        work.go.set()
        states = [one async for one in runner.watch(last.community, last.id)]
        assert states[-1].state is JobState.DONE and states[-1].progress == {}
    assert "discord:1" not in work.done


async def test_what_waited_and_what_had_begun_go_on_in_the_next_process(database):
    first, second = Counting(), Counting()
    async with process(database, first, 1) as runner:
        jobs = [await begin(runner, f"discord:{n}") for n in range(4)]
        await until(lambda: first.working, "the first to begin")
    second.go.set()
    async with process(database, second, 1) as runner:
        taking = runner.take_up("discord")
        taken = [(await anext(taking)).id for _ in jobs]
        assert taken[0] == jobs[0].id
        await until(lambda: ended(database, jobs), "all to end", lambda: second.done)
    assert second.most == 1 and second.done[0] == "discord:0"


async def test_a_process_that_was_killed_holds_nobody_up(database):
    job = NewJob("discord:dead", "ann", KIND, {"name": "mood"})
    dead = await database.jobs.start(job, "killed", {})
    assert await database.turns.take(dead.id, "killed", KIND, 1, 5.0)
    work = Counting()
    work.go.set()
    async with process(database, work, 1, Lease(ttl_s=0.5, beat_s=0.1, look_s=0.02)) as runner:
        waiting = await begin(runner, "discord:1")
        await until(lambda: ended(database, [waiting]), "the one that waits")


def test_how_long_there_is_to_wait():
    line = [InLine(4, True, 10.0), InLine(7, True, 20.0), InLine(5, False, 30.0)]
    assert wait_in(line, 5, 2) == Wait(2, 15.0)
    assert wait_in(line, 4, 2) == Wait(0, 0.0)
    assert wait_in(line, 99, 2) == Wait(3, 30.0)

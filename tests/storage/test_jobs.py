import asyncio
import os
from datetime import UTC, datetime

import psutil
import pytest

from storage.database import Database
from storage.errors import JobRunning, StorageError
from storage.jobs import is_running
from storage.records import JobMessage, JobState, NewJob

HERE = {"pid": os.getpid(), "process_started_at": psutil.Process().create_time()}
GONE = {"pid": os.getpid(), "process_started_at": 1.0}

INTERRUPTING = """
import asyncio, sys
from pathlib import Path
from storage.database import Database

async def main():
    database = await Database.open(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for job in await database.jobs.interrupt_dead("home"):
        print(job.id)
    await database.close()

asyncio.run(main())
"""


async def test_every_field_comes_back(database, job) -> None:
    given = job(params={"labels": {"joy": 3}}, **HERE)
    job_id = await database.jobs.start(given)
    [found] = await database.jobs.recent("home", "finetune", 5)
    for name in NewJob.__slots__:
        assert getattr(found, name) == getattr(given, name), name
    assert (found.id, found.state, found.metrics) == (job_id, JobState.RUNNING, {})
    assert (found.reason, found.ended_at) == (None, None)
    assert found.created_at <= datetime.now(UTC)


@pytest.mark.parametrize("end", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
async def test_what_has_ended_stays_as_it_ended(database, job, end: JobState) -> None:
    job_id = await database.jobs.start(job(**GONE))
    await database.jobs.end(job_id, end, {"accuracy": 0.5}, "because")
    [ended] = await database.jobs.recent("home", "finetune", 1)
    for other in (JobState.DONE, JobState.FAILED, JobState.INTERRUPTED):
        await database.jobs.end(job_id, other, {}, "too late")
    assert not await database.jobs.ask_to_cancel("home", job_id)
    assert await database.jobs.interrupt_dead("home") == []
    assert await database.jobs.recent("home", "finetune", 1) == [ended]
    assert (ended.state, ended.metrics, ended.reason) == (end, {"accuracy": 0.5}, "because")
    assert ended.ended_at >= ended.created_at


async def test_cancelling_is_asked_once_and_may_end(database, job) -> None:
    job_id = await database.jobs.start(job())
    assert not await database.jobs.ask_to_cancel("away", job_id)
    assert await database.jobs.state(job_id) is JobState.RUNNING
    assert await database.jobs.ask_to_cancel("home", job_id)
    assert not await database.jobs.ask_to_cancel("home", job_id)
    assert await database.jobs.state(job_id) is JobState.CANCELLING
    await database.jobs.end(job_id, JobState.CANCELLED)
    assert await database.jobs.state(job_id) is JobState.CANCELLED


async def test_no_job_has_no_state_and_no_cancelling(database) -> None:
    with pytest.raises(StorageError):
        await database.jobs.state(5)
    assert not await database.jobs.ask_to_cancel("home", 10**30)
    await database.jobs.end(5, JobState.DONE)


async def test_recent_is_newest_first_of_one_kind(database, job) -> None:
    started = []
    for kind in ("finetune", "export") * 3:
        started.append(await database.jobs.start(job(kind=kind)))
        await database.jobs.end(started[-1], JobState.DONE)
    found = await database.jobs.recent("home", "finetune", 2)
    assert [one.id for one in found] == [started[4], started[2]]


async def test_a_community_has_one_job_of_a_kind_at_a_time(database, job) -> None:
    first = await database.jobs.start(job())
    tries = [database.jobs.start(job()) for _ in range(3)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(outcome, JobRunning) for outcome in outcomes)
    await database.jobs.ask_to_cancel("home", first)
    with pytest.raises(JobRunning):
        await database.jobs.start(job())
    await database.jobs.start(job(community="away"))
    await database.jobs.start(job(kind="export"))
    await database.jobs.end(first, JobState.CANCELLED)
    await database.jobs.start(job())


async def test_only_jobs_of_the_dead_are_interrupted(database, job) -> None:
    dead, living, asked = [
        await database.jobs.start(job(kind=kind, **who))
        for kind, who in (("a", GONE), ("b", HERE), ("c", GONE))
    ]
    await database.jobs.ask_to_cancel("home", asked)
    found = await database.jobs.interrupt_dead("home")
    assert [(one.id, one.state) for one in found] == [
        (dead, JobState.INTERRUPTED),
        (asked, JobState.INTERRUPTED),
    ]
    assert all(one.ended_at for one in found)
    assert await database.jobs.state(living) is JobState.RUNNING
    assert await database.jobs.interrupt_dead("home") == []


def test_two_processes_interrupt_each_job_once(spawn, path, job) -> None:
    async def start_many() -> list[int]:
        database = await Database.open(path)
        started = [await database.jobs.start(job(kind=f"{n}", **GONE)) for n in range(20)]
        await database.close()
        return started

    started = asyncio.run(start_many())
    children = [spawn(INTERRUPTING, path) for _ in range(2)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    outputs = [child.communicate(timeout=60)[0] for child in children]
    assert sorted(int(line) for output in outputs for line in output.split()) == started


def test_a_process_is_known_by_its_number_and_its_start(spawn) -> None:
    child = spawn("input()")
    began = psutil.Process(child.pid).create_time()
    assert is_running(child.pid, began)
    assert is_running(child.pid, began + 30)
    assert not is_running(child.pid, began - 3600)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet collected
    assert not is_running(child.pid, began)
    child.wait()
    assert not is_running(child.pid, began)


async def test_where_a_job_is_told_of(database, job) -> None:
    job_id = await database.jobs.start(job())
    assert await database.jobs.shown_in(job_id) is None
    await database.jobs.show_in(job_id, JobMessage("10", "20"))
    await database.jobs.show_in(job_id, JobMessage("10", "30"))
    assert await database.jobs.shown_in(job_id) == JobMessage("10", "30")


async def test_the_dead_of_a_platform(database, job) -> None:
    dead = {"pid": 2**22 + 1, "process_started_at": 0.0}
    for community in ("discord:1", "discord:2", "discordant:3", "terminal:local"):
        await database.jobs.start(job(community=community, **dead))
    cut_off = await database.jobs.interrupt_dead_of("discord")
    assert [each.community for each in cut_off] == ["discord:1", "discord:2"]
    assert await database.jobs.interrupt_dead_of("discord") == []

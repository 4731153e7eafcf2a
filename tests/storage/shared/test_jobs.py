import asyncio
import itertools
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.errors import JobRunning
from storage.records import JobMessage, JobState, NewJob, NewVersion
from tests.storage.places import rows_in
from tests.waiting import PATIENCE_S

ME, OTHER = "me", "somebody else"
TTL_S = 20.0
AT_ONCE_S = -1.0
"""As if every owner had been silent for longer."""

CLAIMING = """
import asyncio, sys
from storage.database import Database
from tests.storage.places import place_of

async def main():
    database = await Database.open(place_of(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    while job := await database.jobs.claim(sys.argv[2], "discord", 20.0):
        print(job.id)
    await database.close()

asyncio.run(main())
"""


@pytest.fixture
def mood() -> NewVersion:
    return NewVersion("home", "mood", "models/mood", "base@1", ("joy", "anger"))


async def test_every_field_comes_back(database, job) -> None:
    given = job(params={"labels": {"joy": 3}})
    started = await database.jobs.start(given, ME, {"epochs": 3})
    assert [started] == await database.jobs.recent("home", 5, "finetune")
    assert started == await database.jobs.get("home", started.id)
    for name in NewJob.__slots__:
        assert getattr(started, name) == getattr(given, name), name
    assert (started.state, started.metrics, started.progress) == (JobState.RUNNING, {}, {})
    assert (started.owner, started.attempt, started.reason, started.ended_at) == (ME, 1, None, None)
    assert started.created_at <= datetime.now(UTC) and not started.has_ended
    assert await database.jobs.plan(started.id, ME) == {"epochs": 3}
    assert await database.jobs.plan(started.id, OTHER) is None


@pytest.mark.parametrize("end", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
async def test_what_has_ended_stays_as_it_ended(database, job, end: JobState, place) -> None:
    number = (await database.jobs.start(job(), ME, {"text": "private"})).id
    assert await database.jobs.end(number, ME, end, {"accuracy": 0.5}, "because")
    ended = await database.jobs.get("home", number)
    for other in (JobState.DONE, JobState.FAILED, JobState.INTERRUPTED):
        assert not await database.jobs.end(number, ME, other, {}, "too late")
    assert not await database.jobs.cancel("home", number)
    assert await database.jobs.claim_one(OTHER, "home", number, AT_ONCE_S) is None
    assert await database.jobs.beat(number, ME, {"step": 9}) is None
    await database.jobs.release(number, ME, {})
    assert await database.jobs.get("home", number) == ended
    assert (ended.state, ended.metrics, ended.reason) == (end, {"accuracy": 0.5}, "because")
    assert ended.has_ended and ended.ended_at >= ended.created_at
    assert rows_in(place, "SELECT plan FROM jobs") == [(None,)]


async def test_cancelling_is_asked_once_and_its_owner_hears_it(database, job) -> None:
    number = (await database.jobs.start(job(), ME)).id
    assert not await database.jobs.cancel("away", number)
    assert await database.jobs.beat(number, ME, {"step": 1}) is JobState.RUNNING
    assert await database.jobs.cancel("home", number)
    assert not await database.jobs.cancel("home", number)
    assert await database.jobs.beat(number, ME, {"step": 2}) is JobState.CANCELLING
    assert (await database.jobs.get("home", number)).progress == {"step": 2}
    assert await database.jobs.end(number, ME, JobState.CANCELLED)


async def test_no_job_is_found_nor_cancelled(database) -> None:
    assert await database.jobs.get("home", 5) is None
    assert not await database.jobs.cancel("home", 10**30)
    assert not await database.jobs.end(5, ME, JobState.DONE)
    assert await database.jobs.beat(5, ME, {}) is None


async def test_recent_is_newest_first_of_one_kind_or_of_all(database, job) -> None:
    started = []
    for kind in ("finetune", "export") * 3:
        started.append((await database.jobs.start(job(kind=kind), ME)).id)
        await database.jobs.end(started[-1], ME, JobState.DONE)
    found = await database.jobs.recent("home", 2, "finetune")
    assert [one.id for one in found] == [started[4], started[2]]
    assert [one.id for one in await database.jobs.recent("home", 2)] == [started[5], started[4]]


async def test_a_community_has_one_job_of_a_kind_at_a_time(database, job) -> None:
    first = (await database.jobs.start(job(), ME)).id
    tries = [database.jobs.start(job(), ME) for _ in range(3)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(outcome, JobRunning) for outcome in outcomes)
    await database.jobs.cancel("home", first)
    with pytest.raises(JobRunning):
        await database.jobs.start(job(), ME)
    await database.jobs.start(job(community="away"), ME)
    await database.jobs.start(job(kind="export"), ME)
    await database.jobs.end(first, ME, JobState.CANCELLED)
    await database.jobs.start(job(), ME)


async def test_jobs_of_a_kind_that_are_at_different_things_go_on_side_by_side(
    database, job
) -> None:
    first = await database.jobs.start(job(scope="dataset 1"), ME)
    other = await database.jobs.start(job(scope="dataset 2"), ME)
    assert (first.scope, other.scope) == ("dataset 1", "dataset 2")
    with pytest.raises(JobRunning):
        await database.jobs.start(job(scope="dataset 2"), OTHER)
    await database.jobs.start(job(community="away", scope="dataset 2"), ME)
    await database.jobs.start(job(kind="export"), ME)
    await database.jobs.cancel("home", other.id)
    unended = await database.jobs.unended("home", first.kind)
    assert [one.id for one in unended] == [first.id, other.id]
    await database.jobs.end(first.id, ME, JobState.DONE)
    assert [one.id for one in await database.jobs.unended("home", first.kind)] == [other.id]


async def test_a_lease_is_taken_once_it_has_run_out_and_the_old_owner_is_out(database, job) -> None:
    number = (await database.jobs.start(job(community="discord:1"), ME, {"epochs": 3})).id
    assert await database.jobs.claim(OTHER, "discord", TTL_S) is None
    taken = await database.jobs.claim(OTHER, "discord", AT_ONCE_S)
    assert (taken.id, taken.owner, taken.attempt) == (number, OTHER, 2)
    assert await database.jobs.plan(number, OTHER) == {"epochs": 3}
    assert await database.jobs.beat(number, ME, {"step": 9}) is None
    assert not await database.jobs.end(number, ME, JobState.DONE)
    await database.jobs.release(number, ME, {})
    assert await database.jobs.get("discord:1", number) == taken


async def test_a_released_lease_can_be_taken_at_once(database, job) -> None:
    number = (await database.jobs.start(job(community="discord:1"), ME)).id
    await database.jobs.release(number, ME, {"step": 5})
    assert await database.jobs.claim_one(OTHER, "discord:2", number, TTL_S) is None
    taken = await database.jobs.claim_one(OTHER, "discord:1", number, TTL_S)
    assert (taken.owner, taken.progress) == (OTHER, {"step": 5})


async def test_the_jobs_of_a_platform_are_taken_one_after_another(database, job) -> None:
    for community in ("discord:1", "discord:2", "discordant:3", "terminal:local"):
        await database.jobs.start(job(community=community), ME)
    taken = [await database.jobs.claim(OTHER, "discord", AT_ONCE_S)]
    await database.jobs.end(taken[0].id, OTHER, JobState.INTERRUPTED)
    taken.append(await database.jobs.claim(OTHER, "discord", AT_ONCE_S))
    assert [each.community for each in taken] == ["discord:1", "discord:2"]
    assert await database.jobs.claim(OTHER, "discord", TTL_S) is None


def test_of_two_processes_that_claim_at_once_one_gets_each_job(spawn, place, job) -> None:
    async def leave_many() -> list[int]:
        database = await Database.open(place)
        started = []
        for n in range(20):
            left = job(kind=f"{n}", community="discord:1")
            started.append((await database.jobs.start(left, ME)).id)
            await database.jobs.release(started[-1], ME, {})
        await database.close()
        return started

    started = asyncio.run(leave_many())
    children = [spawn(CLAIMING, place, f"owner {n}") for n in range(2)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    outputs = [child.communicate(timeout=PATIENCE_S)[0] for child in children]
    assert sorted(int(line) for output in outputs for line in output.split()) == started


async def test_a_job_ends_with_its_version_or_neither_is_stored(database, job, mood) -> None:
    number = (await database.jobs.start(job(), ME)).id
    assert await database.jobs.end_with_version(number, OTHER, mood, {}) is None
    assert await database.versions.all("home") == []
    version = await database.jobs.end_with_version(number, ME, mood, {"accuracy": 1.0})
    assert await database.versions.all("home") == [version] and version.number == 1
    ended = await database.jobs.get("home", number)
    assert (ended.state, ended.metrics) == (JobState.DONE, {"accuracy": 1.0, "version": 1})
    assert await database.jobs.end_with_version(number, ME, mood, {}) is None
    assert await database.versions.all("home") == [version]


async def test_where_a_job_is_told_of(database, job) -> None:
    number = (await database.jobs.start(job(), ME)).id
    assert await database.jobs.shown_in(number) is None
    await database.jobs.show_in(number, JobMessage("10", "20"))
    await database.jobs.show_in(number, JobMessage("10", "30"))
    assert await database.jobs.shown_in(number) == JobMessage("10", "30")


async def test_an_end_keeps_how_far_a_job_was(database, job, mood) -> None:
    for end in ("end", "end_with_version"):
        number = (await database.jobs.start(job(), ME)).id
        await database.jobs.beat(number, ME, {"step": 121})
        if end == "end":
            await database.jobs.end(number, ME, JobState.FAILED, progress={"step": 160})
        else:
            await database.jobs.end_with_version(number, ME, mood, {}, progress={"step": 160})
        assert (await database.jobs.get("home", number)).progress == {"step": 160}


async def test_a_job_is_untold_until_its_message_tells_its_end(database, job) -> None:
    async def untold() -> list[int]:
        found = await database.jobs.untold("discord", f"teller {next(tellers)}", 1.0)
        return [each.id for each in found]

    tellers = itertools.count()

    shown, _ = [
        (await database.jobs.start(job(community="discord:1", kind=kind), ME)).id
        for kind in ("shown", "nowhere")
    ]
    await database.jobs.show_in(shown, JobMessage("10", "20"))
    await database.jobs.told(shown)  # of how it goes
    assert await untold() == [shown]
    await database.jobs.end(shown, ME, JobState.DONE)
    assert await untold() == [shown]
    await database.jobs.told(shown)
    assert await untold() == []

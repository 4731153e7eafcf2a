"""Three Tokkis on one server, who do the same at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from storage.database import Database
from storage.errors import JobRunning
from storage.records import (
    Deed,
    JobMessage,
    NewAuditEntry,
    NewHubModel,
    NewJob,
    NewProcess,
    NewVersion,
    NewVote,
    Side,
    Verdict,
)
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.scale

HOME = "discord:1"


@pytest.fixture
async def three(postgresql):
    url = postgresql.new(postgresql.tidy)
    opened = [await Database.open(url, PATIENCE_S) for _ in range(3)]  # the machine may be busy
    yield opened
    for database in opened:
        await database.close()


async def at_once(
    three: list[Database], times: int, do: Callable[[Database, int], Awaitable[object]]
) -> list[object]:
    """What came of something that each of them does so often."""
    doing = (do(database, number) for number in range(times) for database in three)
    return await asyncio.gather(*doing, return_exceptions=True)


async def test_a_new_database_is_made_once(postgresql) -> None:
    for _ in range(3):
        url = postgresql.new()
        opened = await asyncio.gather(*(Database.open(url) for _ in range(4)))
        numbers = [await database.versions.add(version("mood")) for database in opened]
        assert [one.number for one in numbers] == [1, 2, 3, 4]
        for database in opened:
            await database.close()


def version(name: str) -> NewVersion:
    return NewVersion(HOME, name, "models/mood", "base@1", ("joy",))


async def test_numbers_are_given_once(three, question) -> None:
    added = await at_once(three, 20, lambda one, _: one.versions.add(version("mood")))
    assert sorted(one.number for one in added) == list(range(1, 61))
    asked = await at_once(three, 50, lambda one, _: one.queries.add(question(community=HOME)))
    assert sorted(asked) == list(range(1, 151))


async def test_one_job_of_a_kind_begins(three) -> None:
    for kind in map(str, range(10)):
        job = NewJob(HOME, "ann", kind, {})
        started = await at_once(three, 2, lambda one, _, job=job: one.jobs.start(job, "me"))
        refused = [one for one in started if isinstance(one, JobRunning)]
        assert len(refused) == len(started) - 1 == 5


async def test_each_job_is_claimed_once(three) -> None:
    for number in range(20):
        started = await three[0].jobs.start(NewJob(f"discord:{number}", "ann", "a", {}), "gone")
        await three[0].jobs.release(started.id, "gone", {})
    owners = {id(database): f"owner {n}" for n, database in enumerate(three)}
    claimed = await at_once(
        three, 20, lambda one, _: one.jobs.claim(owners[id(one)], "discord", 60.0)
    )
    taken = [job for job in claimed if job is not None]
    assert sorted(job.community for job in taken) == sorted(f"discord:{n}" for n in range(20))


async def test_one_tells_of_each_job_of_whom_told_and_died(three) -> None:
    told_of: list[set[int]] = [set() for _ in three]

    async def take(one: Database, _: int) -> object:
        teller = three.index(one)
        mine = told_of[teller]
        found = await one.jobs.untold("discord", f"teller {teller}", 60.0, mine)
        mine.update(job.id for job in found)
        return found

    for number, one in enumerate(three):
        await one.processes.join(NewProcess(f"teller {number}", "here", "1", "1", False), 60.0)
    for number in range(20):
        job = await three[0].jobs.start(NewJob(f"discord:{number}", "ann", "a", {}), "gone")
        await three[0].jobs.show_in(job.id, JobMessage("channel", "message"), "gone")
        told = await at_once(three, 1, take)
        assert sorted(map(len, told)) == [0, 0, 1]


async def test_one_has_the_turn(three) -> None:
    jobs = [
        (await one.jobs.start(NewJob(f"discord:{n}", "ann", "finetune", {}), f"owner {n}")).id
        for n, one in enumerate(three)
    ]

    async def take(one: Database, _: int) -> bool:
        number = three.index(one)
        return await one.turns.take(jobs[number], f"owner {number}", "finetune", 1, 60.0)

    taken = await at_once(three, 10, take)
    assert taken == [True, False, False] * 10


async def test_each_event_is_taken_once(three) -> None:
    taken = await at_once(three, 60, lambda one, number: one.seen_events.take(f"event {number}"))
    assert Counter(taken) == {True: 60, False: 120}


async def test_the_chain_of_the_audit_holds(three) -> None:
    def put(one: Database, number: int) -> Awaitable[None]:
        deed = NewAuditEntry(HOME, "ann", Deed.ROLE_GRANTED, {"after": str(number)})
        return one.settings.put(HOME, f"role:{number}", {"role": "admin"}, deed)

    assert set(await at_once(three, 20, put)) == {None}
    (chain,) = await three[0].audit.verify()
    assert (chain.entries, chain.broken_at) == (60, None)


async def test_one_dataset_comes_of_many_votes(three, question) -> None:
    numbers = [await three[0].queries.add(question(community=HOME)) for _ in range(30)]

    def vote(one: Database, number: int) -> Awaitable[object]:
        keys = (b"good morning", b"good morning")
        said = (HOME, numbers[number], f"user {number}", Verdict.RIGHT, "joy", "mood")
        return one.votes.cast(NewVote(*said, *keys, Side.TRAIN))

    said = await at_once(three, 30, vote)
    assert [one for one in said if isinstance(one, BaseException)] == []
    (dataset,) = await three[1].datasets.all(HOME)
    assert await three[2].examples.sizes(HOME) == {dataset.id: 1}
    since = await three[1].examples.votes_since(HOME, dataset.id)
    assert len(since.votes.text) == 30


async def test_models_of_the_hub_stay_within_the_bound_of_all(three) -> None:
    def add(one: Database, number: int) -> Awaitable[object]:
        whose = (f"discord:{three.index(one)}", "ann", f"m{number}")
        new = NewHubModel(*whose, f"org/{three.index(one)}-{number}", "a" * 40, 10, "mit")
        return one.hub_models.add(new, 100)

    added = await at_once(three, 20, add)
    assert len([one for one in added if not isinstance(one, Exception)]) == 10

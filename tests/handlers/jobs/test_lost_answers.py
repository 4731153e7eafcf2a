"""A COMMIT whose answer never arrives: it was kept, and the job goes on as if it had arrived."""

import asyncio

import pytest

from handlers.jobs.carrying import Lease
from handlers.jobs.kind import Finished
from handlers.jobs.runner import JobRunner
from storage.database import Database
from storage.errors import ServerUnavailable
from storage.records import JobState, NewJob, NewVersion
from tests.servers.relay import Relay
from tests.waiting import PATIENCE_S, until

pytestmark = pytest.mark.scale

HOME = "terminal:local"
NEW = NewJob(HOME, "mod", "import", {"name": "a.csv"})
VERSION = NewVersion(HOME, "mood", "models/mood", "base@1", ("joy", "anger"))
COMMIT = b"COMMIT\0"
SILENT_S = 1.5
"""Longer than a server that is away is left alone."""


class Kind:
    """Is done once it is let; notes how often each was begun and cleared."""

    def __init__(self, relay: Relay, finished: Finished) -> None:
        self.relay, self.finished = relay, finished
        self.may_end, self.loses_its_end = asyncio.Event(), False
        self.carried, self.cleared = [], []

    async def carry(self, job, plan, report):
        self.carried.append(job.id)
        await self.may_end.wait()
        if self.loses_its_end:
            self.relay.breaks_at = COMMIT
        return self.finished

    async def clear(self, plan, *, is_kept):
        self.cleared.append(is_kept)

    def remaining_s(self, job):
        return 0.0


@pytest.fixture
async def relay(postgresql):
    async with Relay(postgresql.port).running() as relay:
        yield relay


@pytest.fixture
async def database(postgresql, relay):
    url = postgresql.new(postgresql.tidy)
    database = await Database.open(url.replace(f":{postgresql.port}/", f":{relay.port}/"))
    yield database
    await database.close()


@pytest.fixture
def kind(relay, request):
    return Kind(relay, getattr(request, "param", Finished({})))


@pytest.fixture
async def runner(database, kind):
    runner = JobRunner(database.jobs, Lease(ttl_s=SILENT_S, beat_s=PATIENCE_S), "us")
    runner.add("import", kind)
    yield runner
    await runner.close()


async def done(database):
    async def is_done():
        return (await database.jobs.get(HOME, 1)).state is JobState.DONE

    await until(is_done, "the job is done")


async def test_what_was_started_is_carried(database, relay, runner, kind):
    relay.breaks_at = COMMIT
    assert (await runner.start(NEW, {})).id == 1
    assert relay.breaks_at is None
    kind.may_end.set()
    await done(database)
    assert kind.carried == [1]


async def test_what_was_started_and_not_found_is_taken_up(database, relay, runner, kind):
    relay.breaks_at, relay.stays_broken = COMMIT, True
    with pytest.raises(ServerUnavailable):
        await runner.start(NEW, {})
    relay.is_broken = False
    await takes_it_up(database, runner, kind)


async def test_what_was_claimed_is_claimed_again(database, relay, runner, kind):
    await database.jobs.start(NEW, "somebody who is gone", {})
    relay.breaks_at = COMMIT
    with pytest.raises(ServerUnavailable):
        await database.jobs.claim("us", "terminal", 0.0)
    await takes_it_up(database, runner, kind)


async def takes_it_up(database, runner, kind):
    """Once, though then too nobody hears of it for as long."""
    await asyncio.sleep(SILENT_S)
    assert (await anext(runner.take_up("terminal"))).id == 1
    await asyncio.sleep(SILENT_S)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SILENT_S):
            await anext(runner.take_up("terminal"))
    kind.may_end.set()
    await done(database)
    assert kind.carried == [1]


@pytest.mark.parametrize("kind", [Finished({}), Finished({}, VERSION)], indirect=True)
async def test_what_has_ended_is_cleared_once(database, runner, kind):
    await runner.start(NEW, {})
    kind.loses_its_end = True
    kind.may_end.set()
    await until(lambda: not runner.running, "nothing is carried")
    await done(database)
    assert kind.relay.breaks_at is None
    assert kind.carried == [1] and kind.cleared == [True]

"""Several processes on one database: two connections to a file stand for them."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from storage.database import Database
from storage.records import JobMessage, NewProcess

TTL_S = 60.0


@pytest.fixture
async def other(place: Path | str, database: Database) -> AsyncIterator[Database]:
    """Another process on the same database."""
    opened = await Database.open(place)
    yield opened
    await opened.close()


def process(name: str, *, is_alone: bool = False, place: str = "here", revision: str = "1"):
    return NewProcess(name, place, "1.0", revision, is_alone)


def change(place: Path | str, sql: str) -> None:
    """Move what stands there into the past, as if so many seconds had gone by."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file, file:
            file.execute(sql)
        return
    sql = re.sub(r"datetime\('now', '(-\d+ \w+)'\)", r"timezone('utc', now()) + interval '\1'", sql)
    with psycopg.connect(place, options="-c tokki.everywhere=on") as server:
        server.execute(sql)  # type: ignore[call-overload]


async def test_a_lease_is_one_process_s_until_it_is_given_back(database, other) -> None:
    assert await database.leases.take("shard:1", "a", TTL_S)
    assert not await other.leases.take("shard:1", "b", TTL_S)
    assert await database.leases.take("shard:1", "a", TTL_S)
    await other.leases.release("shard:1", "b")
    assert await other.leases.held("shard:") == {"shard:1": "a"}
    await database.leases.release("shard:1", "a")
    assert await other.leases.take("shard:1", "b", TTL_S)
    assert await database.leases.held("nightly") == {}


async def test_whoever_beats_keeps_what_they_hold_and_the_silent_lose_it(
    database, other, place
) -> None:
    one = process("a")
    await database.processes.join(one, TTL_S)
    for name in ("kept", "given up"):
        await database.leases.take(name, "a", TTL_S)
    change(place, "UPDATE leases SET expires_at = datetime('now', '-1 seconds')")
    assert await other.leases.take("given up", "b", TTL_S)
    ours = await database.processes.beat(one, 2, ["kept", "given up"], TTL_S, is_leaving=False)
    assert ours == {"kept"}
    assert not await other.leases.take("kept", "b", TTL_S)
    (alive,) = await other.processes.alive(TTL_S)
    assert (alive.id, alive.jobs, alive.is_leaving) == ("a", 2, False)
    change(place, "UPDATE processes SET beat_at = datetime('now', '-61 seconds')")
    assert not await other.processes.alive(TTL_S)
    change(place, "DELETE FROM processes")  # so long silent that another has forgotten it
    await database.processes.beat(one, 0, ["kept"], TTL_S, is_leaving=True)
    assert [each.is_leaving for each in await other.processes.alive(TTL_S)] == [True]
    await database.processes.leave("a")
    assert not await other.processes.alive(TTL_S)
    assert await other.leases.held("") == {"given up": "b"}


async def test_who_would_be_alone_is_in_the_way_of_all_others(database, other) -> None:
    assert not await database.processes.join(process("a", is_alone=True), TTL_S)
    for is_alone in (True, False):
        (found,) = await other.processes.join(process("b", is_alone=is_alone, place="there"), TTL_S)
        assert found.id == "a"
    # Its folder has let another in, so the first has gone without a word.
    await database.leases.take("nightly", "a", TTL_S)
    assert not await other.processes.join(process("c", is_alone=True), TTL_S)
    assert await other.leases.held("") == {}
    await other.processes.leave("c")
    assert not await database.processes.join(process("d"), TTL_S)
    assert not await other.processes.join(process("e"), TTL_S)
    assert [one.id for one in await other.processes.alive(TTL_S)] == ["d", "e"]
    assert len(await other.processes.join(process("f", is_alone=True), TTL_S)) == 2


async def test_news_is_there_for_everybody_for_a_while(database, other, place) -> None:
    await database.news.tell("stop", {"key": "a"})
    await other.news.tell("forget", {})
    heard = await database.news.lately(TTL_S)
    assert [(one.kind, one.facts) for one in heard] == [("stop", {"key": "a"}), ("forget", {})]
    change(place, "UPDATE news SET at = datetime('now', '-61 seconds')")
    assert not await database.news.lately(TTL_S)
    change(place, "UPDATE news SET at = datetime('now', '-1 days')")
    await database.news.tell("new", {})
    assert [one.kind for one in await database.news.lately(10**6)] == ["new"]


async def test_what_processes_count_adds_up(database, other) -> None:
    await database.shared_limits.exchange({"minute:ann": 30.0, "minute:bob": 0.0}, 0.0)
    ahead, at_s = await other.shared_limits.exchange({"minute:ann": 20.0}, 0.0)
    assert list(ahead) == ["minute:ann"]
    assert 40.0 < ahead["minute:ann"] <= 50.0  # time is paid for meanwhile
    ahead, _ = await database.shared_limits.exchange({}, at_s + TTL_S)
    assert ahead == {}
    await database.shared_limits.forget()
    ahead, _ = await database.shared_limits.exchange({}, 0.0)
    assert list(ahead) == ["minute:ann"]


async def test_only_one_process_tells_of_a_job(database, other, job, place) -> None:
    told = (await database.jobs.start(job(community="discord:1"), "a")).id
    await database.processes.join(process("a"), TTL_S)
    await database.jobs.show_in(told, JobMessage("channel", "message"), "a")
    assert not await other.jobs.untold("discord", "b", TTL_S)
    change(place, "UPDATE processes SET beat_at = datetime('now', '-61 seconds')")
    assert [one.id for one in await other.jobs.untold("discord", "b", TTL_S)] == [told]
    await other.processes.join(process("b"), TTL_S)
    assert not await database.jobs.untold("discord", "c", TTL_S)
    again = await other.jobs.untold("discord", "b", TTL_S)  # it may not have heard the first answer
    assert [one.id for one in again] == [told]
    assert not await other.jobs.untold("discord", "b", TTL_S, [told])


async def test_no_clock_but_the_database_s_tells_who_is_silent(database, job) -> None:
    """Clocks of processes may be a minute apart: no statement about leases brings a time along."""
    brought: list[object] = []
    engine = database.jobs._connections.writing_engine

    def note(_conn, _cursor, statement, parameters, _context, _many) -> None:
        if any(name in statement for name in ("heartbeat_at", "expires_at", "beat_at", "turn_at")):
            flat = parameters.values() if isinstance(parameters, dict) else parameters
            brought.extend((statement, value) for value in flat if is_a_time(value))

    event.listen(engine, "before_cursor_execute", note)
    started = await database.jobs.start(job(community="discord:1"), "a", {})
    await database.jobs.beat(started.id, "a", {})
    await database.jobs.claim("b", "discord", TTL_S)
    await database.turns.take(started.id, "a", "finetune", 1, TTL_S)
    await database.processes.join(process("a"), TTL_S)
    await database.processes.beat(process("a"), 0, ["x"], TTL_S, is_leaving=False)
    await database.leases.take("x", "a", TTL_S)
    await database.jobs.untold("discord", "b", TTL_S)
    creation = [one for one in brought if "INSERT INTO jobs" in str(one)]
    assert len(creation) == len(brought) == 1  # created_at, compared with itself alone


def is_a_time(value: object) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return not isinstance(value, int | float)

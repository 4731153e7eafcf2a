"""From a file to a server and back: all of it, as it is, however often it is cut off."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import schema
from storage.database import Database
from storage.errors import ServerUnavailable, ServerUsed
from storage.postgresql.moving import Moved, move_memory
from storage.postgresql.moving_back import move_memory_back
from storage.records import NewProcess
from storage.sql.connections import EVERYWHERE
from tests.servers.relay import Relay
from tests.storage.places import rows_in
from tests.storage.test_communities import AWAY, HOME, settle_in

pytestmark = pytest.mark.scale


class Cut(Exception):
    """Somebody has pulled the plug."""


@pytest.fixture
async def file(tmp_path: Path, question) -> Path:
    """One with rows in every table, and a text that a server cannot hold."""
    path = tmp_path / "tokki.db"
    database = await Database.open(path)
    for community in (HOME, AWAY):
        await settle_in(database, community)
    odd = question(community=HOME, text="odd \x00 and \\u0000", result={"labels": ["\x00"]})
    await database.queries.add(odd)
    await database.seen_events.take("event")
    for name, value in (("days", 30), ("share", 0.25), ("whole", 3.0), ("large", 10**30)):
        await database.settings.put(HOME, name, value)
    await database.processes.join(NewProcess("a", "here", "1", "1", is_alone=False), 60.0)
    await database.leases.take("nightly", "a", 60.0)
    await database.news.tell("forget", {"community": HOME})
    await database.shared_limits.exchange({"minute:ann": 60.0}, 0.0)
    erased = await database.queries.add(question(community=AWAY, user="gone"))
    await database.personal_data.erase(AWAY, "gone")
    assert await database.queries.get(AWAY, erased) is None
    await database.close()
    return path


async def rows_of(place: Path | str) -> dict[str, list[Any]]:
    """Every row, as the parts of storage are given it."""

    def read(connection) -> dict[str, list[Any]]:
        found = {}
        for table in schema.metadata.sorted_tables:
            statement = select(table).order_by(*table.primary_key)
            found[table.name] = list(map(tuple, connection.execute(statement)))
        return found

    database = await Database.open(place)
    try:
        return await database._connections.read(EVERYWHERE, read)
    finally:
        await database.close()


def without_nul(value: Any) -> Any:
    """The same, as a server has it."""
    if isinstance(value, str):
        return value.replace("\0", "␀")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(without_nul, value))
    return value


async def test_all_that_is_here_is_there(file, postgresql, question) -> None:
    url, told = postgresql.new(), []
    await move_memory(file, url, told.append)
    here, there = await rows_of(file), await rows_of(url)
    assert without_nul(here) == there
    assert all(there.values()), "rows in every table"
    assert {one.table: one.rows for one in told} == {name: len(rows) for name, rows in here.items()}
    moved, left = await Database.open(url), await Database.open(file)
    for community in (HOME, AWAY):
        numbers = [await one.queries.add(question(community=community)) for one in (moved, left)]
        assert numbers[0] == numbers[1]
        found = [await one.queries.get(community, numbers[0]) for one in (moved, left)]
        assert found[0].id == found[1].id, "numbers of rows go on too"
    assert all(chain.broken_at is None for chain in await moved.audit.verify())
    await moved.close()
    await left.close()
    walls = "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
    assert rows_in(url, walls) == rows_in(
        url, "SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'"
    )
    assert rows_in(url, walls) == []


async def test_what_was_cut_off_goes_on(file, postgresql, monkeypatch) -> None:
    monkeypatch.setattr("storage.postgresql.moving.AT_ONCE", 1)
    url = postgresql.new()
    for cut_at in ("queries", "examples", "votes"):

        def cut(moved: Moved, cut_at=cut_at) -> None:
            if moved.table == cut_at:
                raise Cut

        with pytest.raises(Cut):
            await move_memory(file, url, cut)
    before = len(rows_in(url, "SELECT * FROM examples"))
    assert before and not rows_in(url, "SELECT * FROM audit WHERE false")
    await move_memory(file, url, lambda _: None)
    assert without_nul(await rows_of(file)) == await rows_of(url)


async def test_a_table_that_is_there_in_part_goes_on_behind_it(file, postgresql) -> None:
    url = postgresql.new()
    half = file.with_name("half.db")
    shutil.copy(file, half)
    database = await Database.open(half)
    last = max(row[0] for row in rows_in(half, "SELECT id FROM live_moves"))
    await database._connections.write(
        EVERYWHERE, lambda c: c.exec_driver_sql(f"DELETE FROM live_moves WHERE id = {last}")
    )
    await database.close()
    await move_memory(half, url, lambda _: None)
    await move_memory(file, url, lambda _: None)
    assert without_nul(await rows_of(file)) == await rows_of(url)


async def test_what_is_there_already_is_left_alone(file, postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    database = await Database.open(url)
    await database.queries.add(question(community="discord:other"))
    await database.close()
    before = await rows_of(url)
    with pytest.raises(ServerUsed):
        await move_memory(file, url, lambda _: None)
    after = await rows_of(url)
    assert after["queries"] == before["queries"]


async def test_the_file_stays_as_it_was(file, postgresql) -> None:
    before = file.read_bytes()
    await move_memory(file, postgresql.new(), lambda _: None)
    assert file.read_bytes() == before


@pytest.fixture
async def moved(file, postgresql, question) -> str:
    """A server that has been in use since the file was moved there."""
    url = postgresql.new()
    await move_memory(file, url, lambda _: None)
    database = await Database.open(url)
    await settle_in(database, "discord:since")
    gone = await database.queries.add(question(community=HOME, user="last"))
    assert gone
    await database.personal_data.erase(HOME, "last")
    await database.close()
    return url


async def test_all_that_is_there_comes_back(moved, tmp_path, question) -> None:
    back, told = tmp_path / "back.db", []
    await move_memory_back(moved, back, told.append)
    there = await rows_of(moved)
    assert await rows_of(back) == there and all(there.values())
    assert {one.table: one.rows for one in told} == {
        name: len(rows) for name, rows in there.items()
    }
    both = [await Database.open(place) for place in (moved, back)]
    numbers = [await one.queries.add(question(community=HOME)) for one in both]
    assert numbers[0] == numbers[1]
    found = [await one.queries.get(HOME, numbers[0]) for one in both]
    assert found[0].id == found[1].id, "no number is given twice"
    changes = [len(await one.examples.all(HOME, 1)) for one in both]
    assert changes[0] == changes[1]
    for one in both:
        await one.close()
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    fresh = tmp_path / "fresh.db"
    await (await Database.open(fresh)).close()
    assert rows_in(back, triggers) == rows_in(fresh, triggers)


def mark(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 7")


def is_marked(file: Path) -> bool:
    return rows_in(file, "PRAGMA user_version") == [(7,)]


def cut(table: Moved) -> None:
    """Break off a way back."""
    if table.table == "votes":
        raise Cut


async def test_a_way_back_that_was_cut_off_goes_on_or_begins_anew(
    moved, tmp_path, monkeypatch, question
) -> None:
    monkeypatch.setattr("storage.postgresql.moving_back.AT_ONCE", 1)
    back = tmp_path / "back.db"
    with pytest.raises(Cut):
        await move_memory_back(moved, back, cut)
    assert rows_in(back, "SELECT * FROM examples")
    mark(back)
    with pytest.raises(Cut):
        await move_memory_back(moved, back, cut)
    assert is_marked(back), "it goes on"
    database = await Database.open(moved)
    await database.settings.put(HOME, "days", 3)
    await database.personal_data.erase(HOME, "ann")
    await database.close()
    await move_memory_back(moved, back, lambda _: None)
    assert not is_marked(back), "it begins anew"
    assert await rows_of(back) == await rows_of(moved)


async def test_a_server_that_goes_meanwhile_costs_nothing_of_the_file(
    moved, postgresql, tmp_path
) -> None:
    back = tmp_path / "back.db"
    with pytest.raises(Cut):
        await move_memory_back(moved, back, cut)
    mark(back)
    async with Relay(postgresql.port).running() as relay:
        relay.breaks_at, relay.stays_broken = b'DECLARE "moving"', True
        through = moved.replace(f":{postgresql.port}/", f":{relay.port}/")
        with pytest.raises(ServerUnavailable):
            await move_memory_back(through, back, lambda _: None)
    assert is_marked(back), "whether it goes on is not known yet"
    await move_memory_back(moved, back, lambda _: None)
    assert is_marked(back)

"""A file for a library's own tables."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, insert, text

from storage.errors import DatabaseBroken, DatabaseLocked, DatabaseUnavailable
from storage.side_tables import SideTables

TABLES = MetaData()
THINGS = Table("things", TABLES, Column("id", Integer), Column("at", DateTime))
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def file(path):
    file = SideTables.open(path)
    await file.create(TABLES)
    yield file
    await file.close()


def adding(file, number, at=NOW):
    def add():
        with file.engine.begin() as connection:
            row = {"id": number, "at": at.replace(tzinfo=None)}
            connection.execute(insert(THINGS), row)

    return add


async def test_what_a_library_keeps_is_there_afterwards(file, path):
    await file.guard(adding(file, 1))
    await file.close()
    again = SideTables.open(path)
    await again.create(TABLES)
    assert [row["id"] for row in await again.rows(THINGS)] == [1]
    await again.close()


async def test_only_we_may_read_it(file, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_many_at_once_take_turns(file):
    await asyncio.gather(*(file.guard(adding(file, number)) for number in range(20)))
    assert len(await file.rows(THINGS)) == 20


async def test_what_was_begun_is_finished_though_nobody_waits(file):
    task = asyncio.create_task(file.guard(adding(file, 1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await file.guard(adding(file, 2))
    assert {row["id"] for row in await file.rows(THINGS)} == {1, 2}


async def test_old_rows_go(file):
    for day in range(3):
        await file.guard(adding(file, day, NOW + timedelta(days=day)))
    await file.delete_before(THINGS.c.at, NOW + timedelta(days=1))
    assert [row["id"] for row in await file.rows(THINGS)] == [1, 2]


async def test_failures_are_ours(file, path):
    def nonsense():
        with file.engine.begin() as connection:
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DatabaseBroken):
        await file.guard(nonsense)
    other = SideTables.open(path, busy_timeout_s=0.2)
    with file.engine.begin(), pytest.raises(DatabaseLocked):
        await other.guard(adding(other, 1))
    await other.close()
    await file.close()
    with pytest.raises(DatabaseUnavailable):
        await file.guard(adding(file, 1))

"""Processes on one database: who may join, what each holds, and what all hear."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.process.membership import Membership, NotAlone, is_newer
from storage.database import Database
from storage.records import NewProcess
from tests.waiting import until


@asynccontextmanager
async def process(folder: Path, *, is_alone: bool = False) -> AsyncIterator[Membership]:
    database = await Database.open(folder / "tokki.sqlite3")
    one = Membership(database, lambda: 1)
    try:
        await one.join("here", is_alone=is_alone, patience_s=0.0)
        one.begin()
        yield one
    finally:
        await one.close()
        await database.close()


def change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "tokki.sqlite3")) as file, file:
        file.execute(sql)


async def test_nobody_joins_who_would_be_alone_beside_others(tmp_path):
    async with process(tmp_path) as one, process(tmp_path) as other:
        await until(lambda: len(one.processes) == 2, "they see each other")
        with pytest.raises(NotAlone) as refused:
            async with process(tmp_path, is_alone=True):
                pass
        assert {each.id for each in refused.value.others} == {one.id, other.id}
        assert [held.is_this_one for held in await one.look()] == [True, False]
    async with process(tmp_path, is_alone=True) as one:
        assert not one.is_shared and not await one.look()


async def test_what_a_process_lost_it_does_not_hold(tmp_path):
    async with process(tmp_path) as one, process(tmp_path) as other:
        assert await one.take("nightly")
        assert not await other.take("nightly")
        assert one.holds("nightly") and not other.holds("nightly")
        change(tmp_path, f"UPDATE leases SET owner = '{other.id}'")  # as if it had been silent
        await until(lambda: not one.holds("nightly"), "the loss is noticed")
        assert await other.take("nightly")
        await other.release("nightly")
        assert await one.take("nightly")
        await one.begin_to_leave()
        assert [each.process.is_leaving for each in await other.look()] == [True, False]
    async with process(tmp_path) as one:
        assert not await one.held("")


async def test_news_is_heard_once_and_not_by_whoever_tells(tmp_path):
    heard: list[tuple[str, object]] = []
    async with process(tmp_path) as one, process(tmp_path) as other:
        for name, each in (("one", one), ("other", other)):
            each.on("stop", lambda facts, name=name: heard.append((name, facts["key"])))
        await one.tell("stop", key=1)
        await until(lambda: heard, "it is heard")
        await other.tell("unheard of")
        await other.tell("stop", key=2)
        await until(lambda: len(heard) == 2, "the next is heard")
        assert heard == [("other", 1), ("one", 2)]
    async with process(tmp_path) as late:
        late.on("stop", lambda _: heard.append(("late", 0)))
        await late.tell("stop")
        async with process(tmp_path) as teller:
            await teller.tell("stop")
            await until(lambda: len(heard) == 3, "only what came since is heard")
        assert heard[2:] == [("late", 0)]


async def test_a_database_that_has_moved_on_outdates_a_process(tmp_path):
    told: list[str] = []
    async with process(tmp_path) as one:
        one.on_newer(lambda: told.append("newer"))
        change(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
        await until(lambda: told, "it is noticed")
        assert one.newer == "migration 9999"


def test_a_newer_process_knows_more_migrations_or_is_of_a_later_version():
    def one(version: str, revision: str) -> NewProcess:
        return NewProcess("a", "here", version, revision, is_alone=False)

    assert is_newer(one("0.1", "0031"), "0.2", "0030")
    assert is_newer(one("0.10.0", "0030"), "0.9.9", "0030")
    assert not is_newer(one("0.9.9", "0030"), "0.9.9", "0030")
    assert not is_newer(one("0.10.0", "0029"), "0.9.9", "0030")
    assert not is_newer(one("run from source", "0030"), "run from source", "0030")

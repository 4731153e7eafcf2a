import asyncio
import stat
import threading
from pathlib import Path

import pytest

from storage import schema
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.sql.connections import EVERYWHERE
from tests.waiting import PATIENCE_S, turns


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_in(folder: Path) -> dict[str, str]:
    return {one.name: oct(mode_of(one)) for one in folder.iterdir()}


async def test_only_the_owner_may_read_what_is_made(path: Path, question) -> None:
    database = await Database.open(path)
    await database.queries.add(question())
    assert modes_in(path.parent) == dict.fromkeys(
        ["tokki.db", "tokki.db-wal", "tokki.db-shm"], "0o600"
    )
    assert mode_of(path.parent) == 0o700
    await database.close()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    async def open_and_close() -> None:
        await (await Database.open(tmp_path / "tokki.db")).close()

    tmp_path.chmod(0o755)
    asyncio.run(open_and_close())
    assert mode_of(tmp_path) == 0o755


@pytest.mark.parametrize(
    "name",
    [":memory:", "file:tokki.db?mode=memory", "with space.db", "100%.db", "#?.db", "토끼.db"],
)
async def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    await (await Database.open(Path(name))).close()
    assert list(modes_in(tmp_path)) == [name]


async def test_closing_leaves_one_file_and_no_thread(path: Path, question) -> None:
    before = set(threading.enumerate())
    database = await Database.open(path)
    await asyncio.gather(*(database.queries.recent("home", "ann", 1) for _ in range(50)))
    await database.queries.add(question())
    await database.close()
    await database.close()
    assert list(modes_in(path.parent)) == ["tokki.db"]
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


async def test_closing_waits_for_what_is_under_way(path: Path, question) -> None:
    database = await Database.open(path)
    adding = [asyncio.create_task(database.queries.add(question())) for _ in range(3)]
    reading = [asyncio.create_task(database.queries.get("home", 1)) for _ in range(20)]
    await turns()
    await database.close()
    await asyncio.gather(*reading, *adding, return_exceptions=True)
    assert await count(path) == len([one for one in adding if not one.exception()])


async def count(path: Path) -> int:
    database = await Database.open(path)
    found = await database.queries.recent("home", "ann", 100)
    await database.close()
    return len(found)


async def test_what_is_closed_answers_no_more(path: Path) -> None:
    database = await Database.open(path)
    await database.close()
    with pytest.raises(DatabaseUnavailable) as caught:
        await database.queries.recent("home", "ann", 1)
    assert caught.value.facts == {"path": str(path), "reason": "closed"}


async def test_two_hundred_at_once(database, question) -> None:
    added = await asyncio.gather(*(database.queries.add(question()) for _ in range(200)))
    assert sorted(added) == list(range(1, 201))
    found = await asyncio.gather(*(database.queries.get("home", number) for number in added))
    assert [query.id for query in found] == added


async def test_a_failure_inside_a_transaction_takes_all_of_it_back(database, question) -> None:
    def write_and_fail(connection) -> None:
        connection.execute(schema.queries.insert().values(schema.values_of(question())))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database._connections.write(EVERYWHERE, write_and_fail)
    assert await database.queries.recent("home", "ann", 1) == []


async def test_what_a_caller_began_and_left_is_finished(path: Path, question) -> None:
    database = await Database.open(path)
    adding = [asyncio.create_task(database.queries.add(question())) for _ in range(20)]
    await asyncio.sleep(0)
    for task in adding:
        task.cancel()
    await asyncio.gather(*adding, return_exceptions=True)
    await database.close()
    assert await count(path) == 20

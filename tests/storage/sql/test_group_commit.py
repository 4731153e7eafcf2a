"""Rows that share a transaction, each as well off as if it had its own."""

import asyncio
import random
import threading
import time

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.errors import (
    DatabaseBroken,
    DatabaseLocked,
    DatabaseUnavailable,
    ServerUnavailable,
    StorageError,
)
from storage.migrations import migrate
from storage.sql.connections import EVERYWHERE
from storage.sql.group_commit import MOST_AT_ONCE, GroupCommit
from storage.sqlite.connections import FileConnections, prepare_file
from tests.waiting import PATIENCE_S, turns, within

BAD = "half \ud83d"


@pytest.fixture
def commits(database) -> list[object]:
    """Grows with every transaction that writes."""
    found: list[object] = []
    event.listen(database._connections._engine, "commit", found.append)
    return found


async def stored(database: Database) -> dict[int, str]:
    found = await database.queries.recent("home", "ann", 10_000)
    assert len({query.number for query in found}) == len(found)
    return {query.number: query.text for query in found}


async def test_each_of_many_is_told_its_own_number(database, question, commits) -> None:
    texts = [f"text {number}" for number in range(200)]
    numbers = await asyncio.gather(*(database.queries.add(question(text=text)) for text in texts))
    assert numbers == list(range(1, 201))
    assert await stored(database) == dict(zip(numbers, texts, strict=True))
    assert len(commits) <= 200 / MOST_AT_ONCE + 3


async def test_numbers_go_on_after_what_was_deleted(database, question) -> None:
    await asyncio.gather(*(database.queries.add(question()) for _ in range(5)))
    await database._connections.write(
        EVERYWHERE, lambda c: c.exec_driver_sql("DELETE FROM queries")
    )
    assert await database.queries.add(question()) == 6


async def test_two_on_one_file_never_give_the_same_number(place, database, question) -> None:
    other = await Database.open(place)
    both = [database, other] * 100
    numbers = await asyncio.gather(*(one.queries.add(question()) for one in both))
    assert sorted(numbers) == list(range(1, 201))
    assert len(await stored(database)) == 200
    await other.close()


async def test_a_bad_row_costs_no_neighbour(database, question) -> None:
    texts = [BAD if number % 7 == 3 else f"text {number}" for number in range(200)]
    adding = (database.queries.add(question(text=text)) for text in texts)
    told = await asyncio.gather(*adding, return_exceptions=True)
    for text, each in zip(texts, told, strict=True):
        assert isinstance(each, StorageError) == (text == BAD)
    good = {number: text for number, text in zip(told, texts, strict=True) if text != BAD}
    assert await stored(database) == good
    assert sorted(good) == list(range(1, len(good) + 1)) == list(good)


@pytest.mark.parametrize("seed", range(5))
async def test_callers_may_go_away_at_any_moment(database, question, seed: int) -> None:
    random.seed(seed)
    texts = [f"text {number}" for number in range(200)]
    adding = [asyncio.create_task(database.queries.add(question(text=text))) for text in texts]
    for task in random.sample(adding, 100):
        await asyncio.sleep(random.choice([0, 0, 0, 0.0005]))
        task.cancel()
    async with within("an end for each of them"):
        told = await asyncio.gather(*adding, return_exceptions=True)
        await database.queries.add(question(text="last"))
    found = await stored(database)
    assert len(set(found.values())) == len(found)
    for text, each in zip(texts, told, strict=True):
        assert isinstance(each, asyncio.CancelledError) or found[each] == text


@pytest.mark.parametrize("after_s", [0, 0.001, 0.01])
async def test_closing_saves_all_that_was_accepted(place, question, after_s: float) -> None:
    database = await Database.open(place)
    adding = [asyncio.create_task(database.queries.add(question())) for _ in range(300)]
    await asyncio.sleep(after_s)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable):
        await database.queries.add(question(text="too late"))
    async with within("a number for each of them"):
        numbers = await asyncio.gather(*adding)
        await closing
    again = await Database.open(place)
    assert set(await stored(again)) == set(numbers)
    assert len(set(numbers)) == 300
    await again.close()


async def test_others_write_between(database, question) -> None:
    async def ask_and_tell(number: int) -> None:
        query = await database.queries.add(question(text=str(number)))
        await database.settings.put("home", str(number), query)

    await asyncio.gather(*(ask_and_tell(number) for number in range(100)))
    told = await database.settings.all("home")
    assert await stored(database) == {number: text for text, number in told.items()}


async def test_each_waits_for_a_lock_as_long_as_alone(spawn, path, question) -> None:
    """Timers of one loop come in order however busy it is; those of the lock first, here."""
    database = await Database.open(path, busy_timeout_s=0.4)
    told: set[int] = set()

    async def ask(number: int) -> None:
        began = time.monotonic()
        with pytest.raises(DatabaseLocked) as caught:
            await database.queries.add(question(text="locked"))
        assert caught.value.facts == {"seconds": 0.4}
        assert time.monotonic() - began > 0.35
        told.add(number)

    async def ask_in_turn(number: int) -> None:
        await asyncio.sleep(number / 50)
        asking = asyncio.create_task(ask(number))
        await asyncio.sleep(0.7)
        await turns()
        assert number in told
        await asking

    async def ask_all() -> None:
        await asyncio.gather(*(ask_in_turn(number) for number in range(30)))

    loop = asyncio.get_running_loop()
    await database._connections.write(
        EVERYWHERE, lambda _: asyncio.run_coroutine_threadsafe(ask_all(), loop).result()
    )
    assert await database.queries.add(question(text="free")) == 1
    assert await stored(database) == {1: "free"}
    await database.close()


async def test_who_has_given_up_is_not_saved_later(database, path, question) -> None:
    locked = database._connections
    locked.busy_timeout_s = 0.1
    free = threading.Event()
    holding = asyncio.create_task(locked.write(EVERYWHERE, lambda _: free.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    adding = (database.queries.add(question()) for _ in range(100))
    failures = await asyncio.gather(*adding, return_exceptions=True)
    assert {type(failure) for failure in failures} == {DatabaseLocked}
    free.set()
    await holding
    await database.queries.add(question(text="later"))
    assert await stored(database) == {1: "later"}


async def test_where_nothing_can_begin_everybody_is_told(tmp_path) -> None:
    tries = 0

    def insert(_connection, rows) -> list[int]:
        nonlocal tries
        tries += 1
        return rows

    garbage = tmp_path / "tokki.db"
    garbage.write_bytes(b"not a database" * 1000)
    connections = FileConnections(garbage, 1)
    together = GroupCommit(connections, insert)
    adding = (together.add(number) for number in range(200))
    failures = await asyncio.gather(*adding, return_exceptions=True)
    assert {type(failure) for failure in failures} == {DatabaseBroken}
    assert tries == 0
    await connections.close()


class Unanswered(FileConnections):
    """Keeps what is written, and at times cannot say so: the way back from a server may break."""

    is_answered = True

    def _do(self, engine, scope, work):
        done = super()._do(engine, scope, work)
        if not self.is_answered:
            raise ServerUnavailable(path=self.shown, why="the connection is lost")
        return done


async def test_what_may_be_kept_is_not_saved_again(path, question) -> None:
    connections = Unanswered(prepare_file(path), 5.0)
    await migrate(connections)
    database = Database(connections)
    connections.is_answered = False
    adding = [asyncio.create_task(database.queries.add(question(text=one))) for one in "abc"]
    taking = [asyncio.create_task(database.seen_events.take(one)) for one in "abc"]
    told = await asyncio.gather(*adding, *taking, return_exceptions=True)
    assert {type(one) for one in told} == {ServerUnavailable}
    connections.is_answered = True
    assert await stored(database) == {1: "a", 2: "b", 3: "c"}
    assert await database.queries.add(question(text="d")) == 4
    await database.close()


class Picky:
    """Refuses what is named so, and notes what it was asked for."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked: list[list[str]] = []

    def insert(self, _connection, rows) -> list[str]:
        self.asked.append(list(rows))
        if "bad" in rows:
            raise self.error
        return [row.upper() for row in rows]


async def told_of(database, picky: Picky, rows: list[str]) -> list[object]:
    together = GroupCommit(database._connections, picky.insert)
    return await asyncio.gather(*map(together.add, rows), return_exceptions=True)


async def test_a_mistake_of_our_own_reaches_its_caller_alone(database) -> None:
    error = ZeroDivisionError()
    picky = Picky(error)
    assert await told_of(database, picky, ["a", "bad", "c"]) == ["A", error, "C"]
    assert picky.asked == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]


async def test_a_single_row_is_not_tried_twice(database) -> None:
    picky = Picky(ZeroDivisionError())
    assert await told_of(database, picky, ["bad"]) == [picky.error]
    assert picky.asked == [["bad"]]


async def test_who_shared_a_lock_does_not_wait_for_it_one_by_one(database) -> None:
    picky = Picky(DatabaseLocked(seconds=1))
    assert await told_of(database, picky, ["a", "bad", "c", "d"]) == ["A", *[picky.error] * 3]
    assert picky.asked == [["a", "bad", "c", "d"], ["a"], ["bad"]]


async def test_order_is_kept_across_transactions(database) -> None:
    picky = Picky(ZeroDivisionError())
    rows = [str(number) for number in range(500)]
    assert await told_of(database, picky, rows) == rows
    assert [row for some in picky.asked for row in some] == rows
    assert max(map(len, picky.asked)) == MOST_AT_ONCE

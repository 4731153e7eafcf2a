"""What was acknowledged is there, whatever happens to the process."""

import asyncio
import random
import signal
import sqlite3
import threading
from contextlib import closing

import pytest

from storage.database import Database
from storage.sql.connections import EVERYWHERE
from tests.waiting import PATIENCE_S, within

WRITING = """
import asyncio, sys
from pathlib import Path
from storage.database import Database
from storage.records import NewQuery, NewVote, Side, Verdict

async def write(database):
    while True:
        query = NewQuery("home", "ann", "classify", "text " * 200, "m@1", {}, ("joy",), 1.0)
        number = await database.queries.add(query)
        key = str(number).encode()
        said = ("home", number, "bob", Verdict.WRONG, "joy", "m", key, key, Side.TRAIN)
        await database.votes.cast(NewVote(*said))
        print(number, flush=True)

async def main():
    database = await Database.open(Path(sys.argv[1]))
    await asyncio.gather(*(write(database) for _ in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 40, 400])
def test_nothing_acknowledged_is_lost_to_a_kill(spawn, path, acknowledged: int) -> None:
    child = spawn(WRITING, path)
    lines = [child.stdout.readline() for _ in range(acknowledged)]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert child.wait() == -signal.SIGKILL
    numbers = {int(line) for line in lines}
    assert numbers <= asyncio.run(voted_on(path, max(numbers)))
    with closing(sqlite3.connect(path)) as connection:
        voted = {number for (number,) in connection.execute("SELECT query_id FROM votes")}
        said = {number for (number,) in connection.execute("SELECT query_id FROM feedback")}
        assert numbers <= voted == said
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


LABELLING = """
import asyncio, sys
from pathlib import Path
from storage.database import Database
from storage.records import (
    Arm, Label, NewCard, NewDataset, NewExample, NewLabelVote, Offer, Side
)

async def label(database, dataset, user, numbers):
    for _ in numbers:
        offers = [Offer(number, Arm.RANDOM, 0) for number in numbers]
        card = await database.cards.take(NewCard("home", dataset.id, user, offers))
        if card is None:
            return
        number = card.example.id
        given = NewLabelVote("home", number, user, ("joy",), Side.TEST)
        await database.cards.answer(given)
        print(number, flush=True)

async def main():
    database = await Database.open(Path(sys.argv[1]))
    dataset = await database.datasets.create(
        NewDataset((Label("joy", "joy"), Label("fear", "fear")), community="home", name="moods")
    )
    numbers = []
    for n in range(300):
        key = str(n).encode()
        new = NewExample("home", dataset.id, "ann", "text", key, key, "typed")
        numbers.append((await database.examples.add(new)).example_id)
    people = [f"user{n}" for n in range(8)]
    await asyncio.gather(*(label(database, dataset, user, numbers) for user in people))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 60])
def test_no_press_of_a_label_is_lost_to_a_kill(spawn, path, acknowledged: int) -> None:
    child = spawn(LABELLING, path)
    lines = [child.stdout.readline() for _ in range(acknowledged)]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    assert child.wait() == -signal.SIGKILL
    numbers = [int(line) for line in lines]
    assert len(numbers) == len(set(numbers)), "nobody is asked what somebody else is"
    with closing(sqlite3.connect(path)) as connection:
        voted = {number for (number,) in connection.execute("SELECT example_id FROM votes")}
        answered = "SELECT example_id FROM label_cards WHERE state = 'answered'"
        assert set(numbers) <= voted
        assert voted == {number for (number,) in connection.execute(answered)}, "nothing half"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def voted_on(path, last: int) -> set[int]:
    database = await Database.open(path)
    found = {
        number
        for number in range(1, last + 1)
        if await database.queries.get("home", number)
        and await database.votes.get("home", number, "bob")
    }
    await database.close()
    return found


async def test_callers_who_go_away_harm_nobody(database, path, question) -> None:
    acknowledged: list[int] = []

    async def ask() -> None:
        acknowledged.append(await database.queries.add(question()))
        await database.queries.recent("home", "ann", 5)

    async def ask_and_go(after_s: float) -> None:
        try:
            async with asyncio.timeout(after_s):
                await ask()
        except TimeoutError:
            pass

    await asyncio.gather(*(ask_and_go(random.uniform(0, 0.1)) for _ in range(300)))
    assert await database.queries.add(question()), "nobody has kept a lock"
    stored = {query.id for query in await database.queries.recent("home", "ann", 1000)}
    assert set(acknowledged) <= stored


async def test_every_connection_forces_commits_to_the_disk(database, path) -> None:
    all_are_here = threading.Barrier(5, timeout=PATIENCE_S)

    def settings(connection) -> list[object]:
        all_are_here.wait()
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    async with within("five connections at once"):
        found = await asyncio.gather(
            *(database._connections.read(EVERYWHERE, settings) for _ in range(5))
        )
    assert found == [["wal", 2, 1, 5000]] * 5

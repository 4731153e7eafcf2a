"""What a community has decided for itself."""

import asyncio
import random

import pytest
from sqlalchemy import event

from storage.communities.settings import KEPT_S
from storage.database import Database
from storage.errors import DatabaseUnavailable


@pytest.fixture
def reads(database) -> list[str]:
    """Grows with every SELECT."""
    found: list[str] = []

    def note(_connection, _cursor, statement: str, *_) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(database._connections._engine, "before_cursor_execute", note)
    return found


async def test_the_last_value_holds(database) -> None:
    await database.settings.put("home", "role:1", {"role": "admin"})
    await database.settings.put("home", "role:1", {"role": "member"})
    await database.settings.put("home", "a", [1, "둘"])
    assert await database.settings.all("home") == {"a": [1, "둘"], "role:1": {"role": "member"}}


async def test_what_is_put_is_seen_at_once(database) -> None:
    for number in range(50):
        await database.settings.put("home", "a", number)
        assert await database.settings.all("home") == {"a": number}


async def test_what_is_given_cannot_be_changed(database) -> None:
    await database.settings.put("home", "a", 1)
    with pytest.raises(TypeError):
        (await database.settings.all("home"))["b"] = 2


async def test_many_at_once_share_one_read(database, reads) -> None:
    found = await asyncio.gather(*(database.settings.all("home") for _ in range(500)))
    assert found == [{}] * 500
    assert await database.settings.all("home") == {}
    assert len(reads) == 1


async def test_communities_are_read_apart(database) -> None:
    await database.settings.put("home", "a", 1)
    await database.settings.put("away", "a", 2)
    both = await asyncio.gather(*map(database.settings.all, ("home", "away")))
    assert both == [{"a": 1}, {"a": 2}]


async def test_readers_beside_a_writer_never_see_time_go_back(database) -> None:
    last_put = -1

    async def write() -> None:
        nonlocal last_put
        for number in range(100):
            await database.settings.put("home", "a", number)
            last_put = number

    async def read() -> None:
        seen = -1
        while last_put < 99:
            at_least = max(seen, last_put)
            seen = (await database.settings.all("home")).get("a", -1)
            assert seen >= at_least
            await asyncio.sleep(random.choice([0, 0.001]))

    await asyncio.gather(write(), *(read() for _ in range(10)))
    assert await database.settings.all("home") == {"a": 99}


async def test_a_put_whose_caller_has_gone_is_seen_when_it_is_done(database) -> None:
    for number in range(20):
        putting = asyncio.create_task(database.settings.put("home", "a", number))
        await asyncio.sleep(random.choice([0, 0.0005]))
        putting.cancel()
        await database.settings.all("home")  # remembered from before, if the write is not done
        await database.settings.put("home", "b", number)  # in turn, hence after it
        assert await database.settings.all("home") in ({"a": number, "b": number}, {"b": number})


async def test_two_on_one_file_see_each_other_soon(place, database, clock) -> None:
    other = await Database.open(place)
    assert await database.settings.all("home") == await other.settings.all("home") == {}
    await other.settings.put("home", "a", 1)
    assert await other.settings.all("home") == {"a": 1}
    clock.now_s += KEPT_S
    assert await database.settings.all("home") == {"a": 1}
    await other.close()


async def test_what_is_closed_remembers_no_more(place) -> None:
    database = await Database.open(place)
    await database.settings.all("home")
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.settings.all("home")

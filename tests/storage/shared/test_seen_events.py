import asyncio
from datetime import timedelta

import pytest

from storage import schema
from storage.errors import StorageError
from storage.shared import seen_events


async def test_an_event_is_taken_once(database) -> None:
    assert await database.seen_events.take("a")
    assert not await database.seen_events.take("a")
    assert await database.seen_events.take("b")


async def test_of_many_at_once_one_takes_it(database) -> None:
    events = [f"event {number % 50}" for number in range(300)]
    taken = await asyncio.gather(*map(database.seen_events.take, events))
    assert taken == [place < 50 for place in range(300)]


async def test_an_event_that_cannot_be_stored_harms_no_other(database) -> None:
    events = ["a", "half \ud83d", "b", "a"]
    adding = map(database.seen_events.take, events)
    a, bad, b, again = await asyncio.gather(*adding, return_exceptions=True)
    assert (a, b, again) == (True, True, False)
    assert isinstance(bad, StorageError)


@pytest.mark.parametrize(("age_h", "is_new"), [(23, False), (25, True)])
async def test_events_are_kept_for_a_day(database, monkeypatch, age_h: int, is_new: bool) -> None:
    past = schema.now() - timedelta(hours=age_h)
    with monkeypatch.context() as patch:
        patch.setattr(seen_events.schema, "now", lambda: past)
        await database.seen_events.take("a")
    assert await database.seen_events.take("a") == is_new

"""Names at hand: a form waits for them a moment, and no longer."""

import asyncio
from types import SimpleNamespace

from handlers.reading.known_names import KnownNames
from handlers.table import dataset_option, model_option
from models.results import Task
from tests.waiting import turns, within

DATASET = dataset_option()
MODEL = model_option("Which", "어느 것", Task.CLASSIFY)


class Slow:
    """A table that says nothing before it may."""

    def __init__(self, may_speak):
        self._may_speak = may_speak

    async def all(self, community):
        await self._may_speak.wait()
        return []


async def test_what_was_there_before_a_start_is_there_once_it_was_waited_for(bot):
    await bot.ok("/dataset create name:feedback bug, praise")
    names = KnownNames(bot.services)
    assert not names.fitting(DATASET, "", bot.place)
    await names.refreshed(bot.place.community)
    assert names.fitting(DATASET, "", bot.place) == ["feedback"]


async def test_a_database_that_says_nothing_is_not_waited_for(bot):
    may_speak = asyncio.Event()
    slow = Slow(may_speak)
    storage = SimpleNamespace(versions=slow, datasets=slow, hub_models=slow)
    names = KnownNames(SimpleNamespace(storage=storage, models=bot.services.models))
    async with within("no longer than a form may wait", patience_s=30):
        await names.refreshed("discord:1")
    assert "sentiment" in names.of("discord:1", MODEL)
    may_speak.set()
    await turns()

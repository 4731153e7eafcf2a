"""Imports into different datasets of one community do not wait for each other."""

import pytest

from handlers.importing.job import new_job
from handlers.types import Language, Role
from storage.records import ImportState
from tests.handlers.importing.test_import_command import ROWS, control, give
from tests.storage.test_communities import imported


@pytest.fixture
async def busy(bot):
    """Another process has put the first row of a file into one of two datasets, and is gone."""
    storage, community = bot.services.storage, bot.place.community
    for name in ("feedback", "other"):
        await bot.ok(f"/dataset create name:{name} bug, question, praise")
    number = int(control(await give(bot, ROWS, dataset="feedback"), "put").split(":")[1])
    one = await storage.imports.get(community, number)
    job, plan = new_job(one, ImportState.RUNNING, "admin", Language.ENGLISH)
    await storage.jobs.start(job, "another process", plan)
    await storage.imports.start(community, number, ImportState.RUNNING)
    await storage.imports.put(community, number, [imported("it crashes")], is_moderator=False)
    await storage.imports.release(community, number)
    return bot


async def texts(bot, name):
    community, storage = bot.place.community, bot.services.storage
    (number,) = [one.id for one in await storage.datasets.all(community) if one.name == name]
    return [one.text for one in await storage.examples.all(community, number)]


async def test_another_dataset_takes_a_file_at_once(busy):
    mina = busy.by("mina", Role.MODERATOR)
    reply = await give(mina, ROWS, dataset="other")
    told = await mina.press(control(reply, "put"))
    assert told.error is None and "3 new texts" in told.text
    assert len(await texts(busy, "other")) == 3


async def test_the_same_dataset_takes_one_file_after_another(busy):
    mina = busy.by("mina", Role.MODERATOR)
    reply = await give(mina, ROWS, dataset="feedback")
    assert (await mina.press(control(reply, "put"))).error.code == "job_running"
    assert await texts(busy, "feedback") == ["it crashes"]


async def test_what_a_job_goes_on_with_is_not_cleared_up(busy):
    """Also not once an import into another dataset has ended since."""
    await busy.press(control(await give(busy, ROWS, dataset="other"), "put"))
    await give(busy, ROWS, dataset="other")
    assert await texts(busy, "feedback") == ["it crashes"]

"""Commands with actions: the first word says which."""

import pytest_asyncio

from bot.on_slack.setup.manifest import manifest
from tests.bot.example_table import EXAMPLES


@pytest_asyncio.fixture
async def tokki(tokki, server):
    tokki.table = EXAMPLES
    server.manifest = manifest(commands=EXAMPLES.commands)
    return tokki


async def told(person, channel, command, text):
    return await (await person.command(channel, command, text)).answered()


async def test_each_is_asked_by_itself(lab):
    added = await told(lab.mina, lab.channel, "/notes", "add milk")
    assert "notes add: milk" in added.text_shown and not added.is_ephemeral
    refused = await told(lab.mina, lab.channel, "/쪽지", "세기")
    assert "중재자" in refused.text_shown
    counted = await told(lab.boss, lab.channel, "/notes", "count 3")
    assert "notes count: 3" in counted.text_shown and counted.is_ephemeral
    wrong = await told(lab.boss, lab.channel, "/notes", "cuont")
    assert "Did you mean count" in wrong.text_shown and wrong.is_ephemeral


async def test_one_without_its_text_opens_a_form(lab):
    view = await (await lab.boss.command(lab.channel, "/notes", "add")).opened()
    assert view.title == "notes add"
    submitted = await lab.boss.submit(view, {"option:text": "tea"})
    assert "notes add: tea" in (await submitted.answered()).text_shown

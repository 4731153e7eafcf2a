"""Commands with actions, as subcommands."""

import pytest_asyncio

from tests.bot.example_table import EXAMPLES


@pytest_asyncio.fixture
async def tokki(tokki):
    tokki.table = EXAMPLES
    return tokki


async def test_each_is_asked_by_itself(lab):
    added = await (await lab.mina.slash(lab.channel, "notes add", {"text": "milk"})).answered()
    assert "notes add: milk" in added.text and not added.is_ephemeral
    refused = await (await lab.mina.slash(lab.channel, "쪽지 세기")).answered()
    assert "중재자" in refused.text
    counted = await (await lab.boss.slash(lab.channel, "notes count", {"top": 3})).answered()
    assert "notes count: 3" in counted.text and counted.is_ephemeral


async def test_one_without_its_text_opens_a_form(lab):
    asked = await lab.boss.slash(lab.channel, "notes add", {}, check=False)
    await asked.acknowledged()
    assert asked.modal["title"] == "/notes add"
    answer = await (await lab.boss.submit(asked.modal, {"text": "tea"})).answered()
    assert "notes add: tea" in answer.text


async def test_what_is_no_action_is_refused(lab, server):
    asked = await lab.boss.slash(lab.channel, "notes", {}, check=False)
    assert "add, count" in (await asked.answered()).text

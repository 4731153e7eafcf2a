"""A text comes as it is written, in one message, with a button that stops it."""

import shutil

import pytest

from tests.models.writers import endless

PROMPT = {"prompt": "good movie", "length": 512, "model": "endless"}


@pytest.fixture
def checkpoints(checkpoints, tmp_path):
    shutil.copytree(checkpoints, tmp_path / "models")
    endless(tmp_path / "models" / "endless")
    return tmp_path / "models"


def plain(message):
    return message.text.replace("\\", "")


async def test_whoever_asked_stops_a_text_and_it_stays_in_its_message(lab):
    asked = await lab.boss.slash(lab.channel, "generate", PROMPT)
    coming = await asked.until(lambda m: m.controls and " …" in plain(m) and "@" not in plain(m))
    refused = await (await lab.mina.press(coming, coming.button("Stop"))).answered()
    assert "부탁한 사람이나 중재자만" in plain(refused)
    told = await (await lab.boss.press(coming, coming.button("Stop"))).answered()
    assert "It stops" in plain(told)
    stopped = await asked.until(lambda m: "Stopped after" in plain(m))
    assert stopped.id == coming.id
    assert [one["label"] for one in stopped.controls] == ["Show me the code"]


async def test_a_moderator_stops_the_text_of_another(lab):
    asked = await lab.mina.slash(lab.channel, "generate", PROMPT)
    coming = await asked.until(lambda m: m.controls)
    await (await lab.boss.press(coming, coming.button("멈추기"))).answered()
    await asked.until(lambda m: "멈췄어요" in plain(m))

"""A text comes as it is written, in one message, with a button that stops it."""

import shutil

import pytest

from tests.models.writers import endless


@pytest.fixture
def checkpoints(checkpoints, tmp_path):
    shutil.copytree(checkpoints, tmp_path / "models")
    endless(tmp_path / "models" / "endless")
    return tmp_path / "models"


async def test_whoever_asked_stops_a_text_and_it_stays_in_its_message(lab):
    options = "good movie length:512 model:endless"
    asked = await lab.boss.command(lab.channel, "/generate", options)
    coming = await asked.until(
        lambda m: m.controls and " …" in m.text_shown and "@" not in m.text_shown
    )
    pressed = await lab.boss.press(coming, coming.button("Stop"))
    await pressed.until(lambda m: "It stops" in m.text_shown)
    stopped = await asked.until(lambda m: "Stopped after" in m.text_shown)
    assert stopped.ts == coming.ts
    assert [one["text"]["text"] for one in stopped.controls] == ["Show me the code"]

"""A training in `tokki run` outlives the process: by kill -9, and by SIGTERM."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.parity.doors.discord_door import DiscordDoor
from tests.unlike import LABELLED
from tests.waiting import until


def teach(door):
    """Label texts of two labels, as people do by pressing buttons."""
    for text, label in LABELLED:
        answer = door.ask("classify", text=text)
        best = min(("positive", "negative"), key=answer.text.index)
        pressed = door.push(answer, answer.control("Right" if best == label else "Wrong"))
        if best != label:
            door.choose(pressed, label)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_training_goes_on_in_the_same_message(tmp_path, end):
    with DiscordDoor(tmp_path) as door:
        teach(door)
        door.begin("finetune", epochs=20, name="ours")
        before = len(door.channel.messages)
        kept = "models/trained/.*.state/epoch.safetensors"
        asyncio.run(until(lambda: list(tmp_path.glob(kept)), "an epoch that is kept"))
        getattr(door._tokki, end)()
        with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database:
            (row,) = database.execute("SELECT state, attempt, owner IS NULL FROM jobs").fetchall()
        assert row == ("running", 1, end == "stop")
        door._tokki = door._start()
        door.finish("ours@1 is trained")
        said = door.progress()
        assert ("was stopped" in said) == (end == "stop")
        assert "goes on where it was" in said
        assert len(door.channel.messages) == before
        with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database:
            found = database.execute("SELECT state, attempt, plan FROM jobs").fetchall()
            (folder,) = database.execute("SELECT folder FROM versions").fetchone()
        assert found == [("done", 2, None)]
        assert [*(tmp_path / "models" / "trained").iterdir()] == [tmp_path / folder]

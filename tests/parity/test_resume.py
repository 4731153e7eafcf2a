"""A training in `tokki run` outlives the process: by kill -9, and by SIGTERM."""

import asyncio
import sqlite3
from contextlib import closing

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


def test_a_training_goes_on_in_the_same_message(tmp_path):
    with DiscordDoor(tmp_path) as door:
        teach(door)
        door.begin("finetune", epochs=48, name="ours")
        before, kept_ns = len(door.channel.messages), 0
        for attempt, end in enumerate(("stop", "kill"), 1):
            kept_ns = wait_for_an_epoch(tmp_path, kept_ns)
            getattr(door._tokki, end)()
            with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database:
                job = "SELECT state, attempt, owner IS NULL FROM jobs"
                (row,) = database.execute(job).fetchall()
            assert row == ("running", attempt, end == "stop")
            door._tokki = door._start()
        door.finish("ours@1 is trained")
        said = door.progress()
        assert "was stopped" in said and "goes on where it was" in said
        assert len(door.channel.messages) == before
        with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database:
            found = database.execute("SELECT state, attempt, plan FROM jobs").fetchall()
            (folder,) = database.execute("SELECT folder FROM versions").fetchone()
        assert found == [("done", 3, None)]
        assert [*(tmp_path / "models" / "trained").iterdir()] == [tmp_path / folder]


def wait_for_an_epoch(data, after_ns):
    """Return when the epoch was kept that is newer than the last that was waited for."""

    def kept_ns():
        files = data.glob("models/trained/.*.state/epoch.safetensors")
        return max((file.stat().st_mtime_ns for file in files), default=0)

    asyncio.run(until(lambda: kept_ns() > after_ns, "an epoch that is kept"))
    return kept_ns()

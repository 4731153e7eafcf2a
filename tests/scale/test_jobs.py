"""A training outlives the process that began it: another goes on with it, and tells of it."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pytest

from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.process import TokkiRun
from tests.parity.test_resume import teach
from tests.waiting import until

pytestmark = pytest.mark.scale


class SharedDoor(DiscordDoor):
    """One of several `tokki run` before a Discord."""

    def settings(self) -> Mapping[str, str]:
        return {**super().settings(), "TOKKI_SHARDS": "auto"}


def test_a_training_goes_on_in_another_process_and_in_the_same_message(tmp_path):
    with SharedDoor(tmp_path) as door:
        teach(door)
        other = TokkiRun(tmp_path, door.settings())
        try:
            asyncio.run(until(lambda: len(_rows(tmp_path, "processes")) == 2, "both are there"))
            door.begin("finetune", epochs=50, name="ours")
            before = len(door.channel.messages)
            kept = "models/trained/.*.state/epoch.safetensors"
            asyncio.run(until(lambda: list(tmp_path.glob(kept)), "an epoch that is kept"))
            door.kill()
            door.finish("ours@1 is trained")
            assert "goes on where it was" in door.progress()
            assert len(door.channel.messages) == before
            (job,) = _rows(tmp_path, "jobs")
            assert (job["state"], job["attempt"], job["plan"]) == ("done", 2, None)
            other.stop()
        finally:
            other.kill()


def _rows(folder, table):
    with closing(sqlite3.connect(folder / "tokki.sqlite3")) as file:
        file.row_factory = sqlite3.Row
        return file.execute(f"SELECT * FROM {table}").fetchall()

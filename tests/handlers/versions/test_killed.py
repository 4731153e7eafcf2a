"""`kill -9` while a training is taken down or ends, or a version moves, leaves nothing half."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.app import running as app_running
from bot.data_folder import prepare
from bot.settings import Settings
from storage.database import Database
from storage.records import Deed, JobState, Label, NewDataset, NewExample
from tests.waiting import within

HOME = "terminal:local"
ROOT = Path(__file__).parents[3]
MOVING = """
import asyncio, sys
from itertools import cycle
from pathlib import Path
from storage.database import Database
from storage.records import Deed, LiveVersion, NewAuditEntry

async def main():
    database = await Database.open(Path(sys.argv[1]))
    for number in cycle((2, 1)):
        noted = NewAuditEntry("terminal:local", "ann", Deed.VERSION_MOVED, {"after": number})
        live = LiveVersion(number, "ann")
        await database.live_versions.put("terminal:local", "ours", live, None, noted)
        print(number, flush=True)

asyncio.run(main())
"""
TRAINING = """
import asyncio, sys
from itertools import count
from pathlib import Path
from storage.database import Database
from storage.records import NewJob, NewSnapshot, NewVersion, SnapshotRow

HOME = "terminal:local"

async def main():
    database = await Database.open(Path(sys.argv[1]))
    (dataset,) = await database.datasets.all(HOME)
    examples = await database.examples.all(HOME, dataset.id)
    rows = tuple(SnapshotRow(one.id, 0, 1.0) for one in examples)
    for number in count():
        taken = NewSnapshot(HOME, dataset.id, f"{number:064}", ("yes", "no"), rows, {"open": 1})
        snapshot = await database.snapshots.take(taken)
        new = NewJob(HOME, "ann", "finetune", {"snapshot": snapshot.id}, scope=f"name {number}")
        job = await database.jobs.start(new, "me", {"some": "plan"})
        made = NewVersion(HOME, "ours", f"models/trained/{number}", "fillmask@0", ("yes", "no"))
        await database.jobs.end_with_version(job.id, "me", made, {"accuracy": 1.0})
        print(number, flush=True)

asyncio.run(main())
"""
REMOVING = """
import asyncio, os, signal, sys
from pathlib import Path
from models.finetune.trainer import Trainer
from tests.handlers.conftest import running

class Killed(Trainer):
    async def remove(self, folder):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with running(Path(sys.argv[1]), Path(sys.argv[2])) as bot:
        object.__setattr__(bot.services, "trainer", Killed(Path(sys.argv[1])))
        await bot.press("remove:ours@2")

asyncio.run(main())
"""


async def start(script, *words):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, *map(str, words),
        stdout=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip


@pytest.mark.parametrize("lines", [1, 25])
async def test_a_snapshot_a_job_and_a_version_are_there_whole_or_not_at_all(tmp_path, lines):
    path = tmp_path / "tokki.sqlite3"
    database = await Database.open(path)
    labels = (Label("yes", "yes"), Label("no", "no"))
    dataset = await database.datasets.create(NewDataset(labels, community=HOME, name="mood"))
    for number in range(40):
        key = str(number).encode()
        parts = (f"text {number}", key, key, "typed")
        await database.examples.add(NewExample(HOME, dataset.id, "ann", *parts))
    await database.close()
    child = await start(TRAINING, path)
    async with within("the trainings"):
        for _ in range(lines):
            assert await child.stdout.readline()
    child.kill()
    await child.wait()

    database = await Database.open(path)
    versions = await database.versions.all(HOME)
    jobs = {one.id: one for one in await database.jobs.recent(HOME, 100_000)}
    snapshots = {
        number: await database.snapshots.get(HOME, number)
        for number in {one.params["snapshot"] for one in jobs.values()}
    }
    live = await database.live_versions.get(HOME, "ours")
    moves = await database.live_versions.moves(HOME, "ours")
    plans = {one.id: await database.jobs.plan(one.id, "me") for one in jobs.values()}
    await database.close()
    assert [one.number for one in versions] == [*range(1, len(versions) + 1)]
    assert len(versions) >= lines
    assert all(len(one.rows) == 40 for one in snapshots.values())
    done = [one for one in jobs.values() if one.state is JobState.DONE]
    assert {one.metrics["version"] for one in done} == {one.number for one in versions}
    assert all((plans[one.id] is None) == (one.state is JobState.DONE) for one in jobs.values())
    assert len(jobs) - len(done) <= 1
    assert live.number == 1 and len(moves) == 1


@pytest.mark.parametrize("lines", [1, 25])
async def test_a_move_is_made_whole_or_not_at_all(bot, made, tmp_path, lines):
    for _ in range(2):
        await made("ours")
    child = await start(MOVING, tmp_path / "tokki.sqlite3")
    async with within("the moves"):
        for _ in range(lines):
            await child.stdout.readline()
    child.kill()
    await child.wait()
    database = await Database.open(tmp_path / "tokki.sqlite3")
    live = await database.live_versions.get(HOME, "ours")
    moves = await database.live_versions.moves(HOME, "ours")
    noted = await database.audit.recent(HOME, 10_000, deed=Deed.VERSION_MOVED)
    await database.close()
    assert live.number == moves[0].number == noted[0].facts["after"]
    assert len(moves) - 1 == len(noted) >= lines  # the first version of a name is nobody's deed
    answered = await bot.ok("/classify good model:ours@1")
    assert answered.footer["model"] == "ours@1"


async def test_what_a_killed_removal_left_is_freed_at_the_next_start(
    bot, made, tmp_path, checkpoints
):
    first = await made("ours")
    second = await made("ours")
    child = await start(REMOVING, tmp_path, checkpoints)
    async with within("the end of it"):
        assert await child.wait() == -signal.SIGKILL
    assert await bot.services.storage.versions.find(HOME, "ours", 2) is None
    assert (tmp_path / second.folder).is_dir()
    settings = Settings(data_dir=tmp_path)
    prepare(settings)
    async with app_running(settings):
        assert not (tmp_path / second.folder).exists()
        assert (tmp_path / first.folder).is_dir()

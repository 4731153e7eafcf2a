"""Fifty communities that train at once: how many processes there are, and what they take."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

import models.bundled
from benchmarks.figures.report import Figure, Report
from handlers.jobs.kind import Finished
from handlers.jobs.line import Line
from handlers.jobs.runner import JobRunner
from models.checkpoints.catalog import Catalog
from models.finetune.plan import Example, Examples, RecipeName, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer
from storage.database import Database
from storage.records import Job, NewJob

COMMUNITIES, WIDTH, WATCHED = 50, 1, 2
"""So many begin at once, so many may work, and after so many have ended the others are left."""
_KIND = "finetune"
_LABELS = ("negative", "neutral", "positive")
_MB = 1024 * 1024
_LOOK_S = 0.05


class Training:
    """A training of a bundled checkpoint on some words, as a job; `JobKind`."""

    def __init__(self, folder: Path) -> None:
        self._trainer = Trainer(folder)
        self._base = Catalog(Path(models.bundled.__path__[0]), ()).find("sentiment")
        self.ended = 0

    def plan(self, number: int) -> TrainingPlan:
        """Return a short one."""
        texts = [Example(f"word {n} of {number}", n % len(_LABELS)) for n in range(24)]
        return self._trainer.plan(
            self._base,
            None,
            Examples(_LABELS, tuple(texts[:18]), tuple(texts[18:])),
            name="ours",
            epochs=1,
            seed=number,
            folder=f"models/trained/{number}",
            recipe=RecipeName.FULL,
        )

    async def carry(
        self, job: Job, plan: Mapping[str, object], report: Callable[..., None]
    ) -> Finished:
        """Train in a process of its own."""

        async def tell(_: TrainingProgress) -> None:
            return None

        outcome = await self._trainer.train(self.plan(int(str(plan["number"]))), tell)
        self.ended += 1
        return Finished({"seconds": outcome.seconds})

    async def clear(self, plan: Mapping[str, object], *, is_kept: bool) -> None:
        """Remove what is left."""
        await self._trainer.clear(self.plan(int(str(plan["number"]))), is_kept=is_kept)

    def remaining_s(self, job: Job) -> float:
        """Nobody waits for it."""
        return float("inf")


def measure(report: Report) -> None:
    """Let all begin, and count the processes until some have trained."""
    with tempfile.TemporaryDirectory() as folder:
        processes, child_mb, own_mb = asyncio.run(_watched(Path(folder)))
    report.figures.append(
        Figure(
            f"{COMMUNITIES} communities that train at once: processes, their memory",
            f"{processes}, {child_mb:,.0f} MB",
            f"each at once: {COMMUNITIES}, {COMMUNITIES * child_mb / processes / 1024:,.1f} GB",
            f"{WIDTH}",
            processes == WIDTH,
            f"the bot grows by {own_mb:,.0f} MB; until {WATCHED} have trained",
        )
    )


async def _watched(folder: Path) -> tuple[int, float, float]:
    """The most processes at once, the most memory that they have, and what the bot grows by."""
    database = await Database.open(folder / "tokki.sqlite3")
    training = Training(folder)
    runner = JobRunner(database.jobs)
    runner.add(_KIND, training, Line(database.turns, _KIND, WIDTH))
    before, most, child_bytes = psutil.Process().memory_info().rss, 0, 0
    for number in range(COMMUNITIES):
        job = NewJob(f"discord:{number}", "ann", _KIND, {"name": "ours", "estimate_s": 10.0})
        await runner.start(job, {"number": number})
    while training.ended < WATCHED:
        children = _children()
        most = max(most, len(children))
        child_bytes = max(child_bytes, sum(map(_rss, children)))
        await asyncio.sleep(_LOOK_S)
    grown = psutil.Process().memory_info().rss - before
    await runner.close(grace_s=0)
    await database.close()
    return most, child_bytes / _MB, grown / _MB


def _children() -> Sequence[psutil.Process]:
    return [one for one in psutil.Process().children() if _is_training(one)]


def _is_training(process: psutil.Process) -> bool:
    try:
        return "models.finetune.child" in process.cmdline()
    except psutil.Error:
        return False


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0

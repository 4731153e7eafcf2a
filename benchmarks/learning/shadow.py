"""How long people wait for an answer while two versions are compared in its shadow."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

import models.bundled
from benchmarks.figures.report import Figure, Report
from bot.app import App, running
from bot.data_folder import prepare
from bot.settings import Settings
from handlers.learning.dataset import keys_of
from handlers.types import Actor, Language, Place, Reply, Request, Role
from storage.records import (
    ComparisonState,
    Label,
    NewComparison,
    NewDataset,
    NewExample,
    NewVersion,
)

LABELS = ("negative", "positive")
TEXTS, QUESTIONS, ROUNDS = 300, 50, 3
"""In the dataset; and asked in a row, without a comparison and with one, so many times."""
MOST = 1.25
"""So many times as long may an answer take."""
_HOME = Place("terminal", "terminal:local", "terminal", is_private_property=True)
_ASKER = Actor("ann", "ann", Role.ADMIN, Language.ENGLISH)
_FOLDER = "models/trained/copy"


def measure(report: Report) -> None:
    """Ask the same kind of question again and again, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        alone, beside = asyncio.run(_asked(Path(folder)))
    medians = [float(np.median(each)) for each in (alone, beside)]
    late = [float(np.quantile(each, 0.95)) for each in (alone, beside)]
    ratio = medians[1] / medians[0]
    report.figures.append(
        Figure(
            "an answer while versions are compared: median, 19 in 20",
            f"{medians[1]:.1f} ms, {late[1]:.1f} ms",
            f"nothing compared {medians[0]:.1f} ms, {late[0]:.1f} ms",
            f"{MOST:g} times",
            ratio <= MOST,
            f"{ratio:.2f} times",
        )
    )


async def _asked(folder: Path) -> tuple[Sequence[float], Sequence[float]]:
    """Return milliseconds of answers without a comparison, and with one."""
    settings = Settings(data_dir=folder, answers_cache_mb=0, engine="torch")
    prepare(settings)
    alone: list[float] = []
    beside: list[float] = []
    async with running(settings) as app:
        dataset = await _settle_in(app, folder)
        await _times(app, "warm up", 20)
        for number in range(ROUNDS):
            alone += await _times(app, f"alone {number}", QUESTIONS)
            comparison = await _begun(app, dataset)
            beside += await _times(app, f"beside {number}", QUESTIONS)
            comparisons = app.services.storage.comparisons
            await comparisons.end(_HOME.community, comparison, ComparisonState.STOPPED)
            await app.services.shadow.settled()
    return alone, beside


async def _settle_in(app: App, folder: Path) -> int:
    """Make a dataset of texts that nobody has labelled, and a copy of the live version."""
    shutil.copytree(Path(models.bundled.__path__[0]) / "sentiment", folder / _FOLDER)
    storage = app.services.storage
    labels = tuple(Label(one, one) for one in LABELS)
    new = NewDataset(labels, community=_HOME.community, name="moods")
    dataset = (await storage.datasets.create(new)).id
    made = NewVersion(_HOME.community, "sentiment", _FOLDER, "fillmask@0", LABELS)
    await storage.versions.add(made)
    for number in range(TEXTS):
        text = f"text {number} that nobody has labelled so far"
        keys = keys_of(text)
        whose = (_HOME.community, dataset, _ASKER.id)
        example = NewExample(*whose, text, keys.canonical, keys.group, "typed")
        await storage.examples.add(example)
    return dataset


async def _begun(app: App, dataset: int) -> int:
    ends_at = datetime.now(UTC) + timedelta(days=1)
    whose = (_HOME.community, dataset, "sentiment@1", "sentiment@0", None, _ASKER.id, ends_at)
    comparison = await app.services.storage.comparisons.start(NewComparison(*whose))
    app.services.shadow.go_on(app.services, comparison)
    return comparison.id


async def _times(app: App, of: str, count: int) -> list[float]:
    command = next(one for one in app.dispatcher.table.commands if one.name.en == "classify")
    found = []
    for number in range(count):
        options = {"text": f"question {number} of {of}, which is new"}
        request = Request(command, options, _ASKER, _HOME, _nothing)
        before = time.perf_counter()
        reply = await app.dispatcher.run(request)
        assert reply.error is None, reply.error
        found.append(1000 * (time.perf_counter() - before))
    return found


async def _nothing(_: Reply) -> None:
    return None

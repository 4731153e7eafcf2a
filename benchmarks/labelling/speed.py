"""How long `/dataset import` and `/dataset show` take where there is very much. Made-up text."""

import asyncio
import multiprocessing
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks import importing
from benchmarks.figures.report import Figure, Report
from handlers.collecting.overview.show import overview
from handlers.learning.votes.tallies import Tallies
from storage.database import Database
from storage.records import Dataset, Label, NewDataset, NewLabelVote

TEXTS, VOTES_EACH, PEOPLE, RIGHT = 100_000, 3, 400, 0.85
LABELS = ("bug", "idea", "praise", "question", "spam")
HOME = "benchmark"
PRESSES = 20


def measure(report: Report, rows: int = TEXTS) -> None:
    """Import a file, and show a dataset, each in a process of its own."""
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        brought = next(
            step for step in pool.submit(importing.measure, rows).result() if step.what == "import"
        )
        shown = pool.submit(_shown, rows).result()
    report.figures += [
        Figure(
            f"{rows:,} rows imported",
            f"{brought.wall_s:.1f} s, {brought.most_mb:.0f} MB",
            "–",
            "60 s, 300 MB",
            brought.wall_s <= 60 and brought.most_mb <= 300,
            f"{brought.processor_s:.0f} s of processor",
        ),
        Figure(
            f"`show` with {rows:,} examples and {VOTES_EACH * rows:,} votes",
            f"{shown.first_s:.2f} s",
            f"asked again {shown.again_s:.2f} s",
            "1 s",
            shown.first_s <= 1,
            f"{shown.pressed_s * 1000:.0f} ms for the queue to know of a press",
        ),
    ]


class Shown(NamedTuple):
    """Seconds."""

    first_s: float
    """From the file, which nobody has read before, to the figures that are told."""
    again_s: float
    """The same after one vote."""
    pressed_s: float
    """From a vote to where all texts stand: the median."""


def _shown(texts: int) -> Shown:
    return asyncio.run(_measure_show(texts))


async def _measure_show(texts: int) -> Shown:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokki.sqlite3"
        database = await Database.open(path)
        dataset = await _filled(database, path, texts)
        tallies = Tallies(database.examples)
        began = perf_counter()
        tally = await tallies.exact(dataset)
        overview(tally)
        first_s = perf_counter() - began
        pressed: list[float] = []
        for number in random.Random(1).sample(tally.texts.number.tolist(), PRESSES):
            await database.votes.label(NewLabelVote(HOME, number, "somebody", (LABELS[0],)))
            began = perf_counter()
            await tallies.recent(dataset)
            pressed.append(perf_counter() - began)
        began = perf_counter()
        overview(await tallies.exact(dataset))
        again_s = perf_counter() - began
        await database.close()
    return Shown(first_s, again_s, median(pressed))


async def _filled(database: Database, path: Path, texts: int) -> Dataset:
    """A dataset with texts that people have labelled, written beside its usual way."""
    labels = tuple(Label(name, name) for name in LABELS)
    dataset = await database.datasets.create(
        NewDataset(labels, community=HOME, name="many", votes_needed=2)
    )
    with closing(sqlite3.connect(path)) as file:
        file.executemany(
            "INSERT INTO examples (id, dataset_id, text, canonical, group_key, side, source, user,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?, 'file', 'mod', '2026-11-01 00:00:00')",
            (
                (
                    n,
                    dataset.id,
                    f"text {n}",
                    b"%d" % n,
                    b"%d" % n,
                    "train" if n % 5 else "test",
                )
                for n in range(1, texts + 1)
            ),
        )
        file.executemany(
            "INSERT INTO votes (example_id, user, label, is_anchored, voted_at, is_moderator)"
            " VALUES (?, ?, ?, 0, ?, 0)",
            _votes(texts),
        )
        file.commit()
    return dataset


def _votes(texts: int) -> Iterator[tuple[int, str, str, str]]:
    dice = random.Random(0)
    for text in range(1, texts + 1):
        right = LABELS[text % len(LABELS)]
        for user in dice.sample(range(PEOPLE), VOTES_EACH):
            label = right if dice.random() < RIGHT else dice.choice(LABELS)
            yield text, f"user {user}", label, f"2026-11-{user % 28 + 1:02} 10:00:00.000000"

"""How long `/dataset import` and `/dataset show` take where there is very much. Made-up text."""

import random
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter

from handlers.collecting.show import overview
from handlers.learning.tallies import Tallies
from storage.database import Database
from storage.records import Dataset, Label, NewDataset, NewLabelVote

TEXTS, VOTES_EACH, PEOPLE, RIGHT = 100_000, 3, 400, 0.85
LABELS = ("bug", "idea", "praise", "question", "spam")
HOME = "benchmark"
PRESSES = 20


async def measure_show() -> dict[str, float]:
    """Seconds: to count everything, to tell of it, and to know what comes next after a press."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokki.sqlite3"
        database = await Database.open(path)
        dataset = await _filled(database, path)
        tallies = Tallies(database.examples)
        began = perf_counter()
        tally = await tallies.exact(dataset)
        counted = perf_counter()
        overview(tally)
        told = perf_counter()
        numbers = random.Random(1).sample(tally.texts.number.tolist(), PRESSES)
        seconds: list[float] = []
        for number in numbers:
            await database.votes.label(NewLabelVote(HOME, number, "somebody", (LABELS[0],)))
            pressed = perf_counter()
            await tallies.recent(dataset)
            seconds.append(perf_counter() - pressed)
        again = perf_counter()
        await tallies.exact(dataset)
        anew = perf_counter() - again
        await database.close()
    return {
        "read and count": counted - began,
        "tell": told - counted,
        "after a press": median(seconds),
        "count anew": anew,
    }


async def _filled(database: Database, path: Path) -> Dataset:
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
                for n in range(1, TEXTS + 1)
            ),
        )
        file.executemany(
            "INSERT INTO votes (example_id, user, label, is_anchored, voted_at, is_moderator)"
            " VALUES (?, ?, ?, 0, ?, 0)",
            _votes(),
        )
        file.commit()
    return dataset


def _votes() -> Iterator[tuple[int, str, str, str]]:
    dice = random.Random(0)
    for text in range(1, TEXTS + 1):
        right = LABELS[text % len(LABELS)]
        for user in dice.sample(range(PEOPLE), VOTES_EACH):
            label = right if dice.random() < RIGHT else dice.choice(LABELS)
            yield text, f"user {user}", label, f"2026-11-{user % 28 + 1:02} 10:00:00.000000"


def most_megabytes() -> float:
    """What this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

"""How long `/dataset import` takes for many rows, and how much memory: preview, import, undo.

    python -m benchmarks.importing [rows]

Made-up Korean sentences (seed 0) in cp949 with three labels, into a fresh database file.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from benchmarks.serving.machine import peak_bytes
from handlers.importing.card import preview
from handlers.importing.carrying import carry, take_back
from handlers.importing.reading import ReadFile, read_file
from handlers.types import Language
from storage.database import Database
from storage.records import ImportState, Label, NewDataset, NewImport

HOME = "benchmark"
LABELS = ("bug", "praise", "question")
GOAL = "goal: 100,000 rows in 60 s and 300 MB"


def a_file(rows: int) -> bytes:
    """Return a csv of sentences that differ."""
    dice = random.Random(0)
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4) if code % 28 == 16]
    words = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(20_000)]
    lines = (
        f'"{" ".join(dice.choices(words, k=dice.randint(5, 14)))}",{dice.choice(LABELS)}'
        for _ in range(rows)
    )
    return "\n".join(["text,label", *lines]).encode("cp949", "ignore")


class Step(NamedTuple):
    """What something took."""

    what: str
    wall_s: float
    processor_s: float
    most_mb: float
    """That the process has held so far."""


def measure(rows: int) -> list[Step]:
    """Look at a file, put it in and take it back."""
    return asyncio.run(_measure(rows))


async def _measure(rows: int) -> list[Step]:
    steps: list[Step] = []
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "tokki.sqlite3")
        services: Any = SimpleNamespace(storage=database)
        labels = tuple(Label(name, name) for name in LABELS)
        dataset = await database.datasets.create(NewDataset(labels, community=HOME, name="many"))
        new = NewImport(HOME, dataset.id, "mod", "many.csv", a_file(rows), {"type": "csv"})
        number = await database.imports.propose(new)
        with _timed("preview", steps):
            one = await database.imports.get(HOME, number)
            file = await read_file(one)
            assert isinstance(file, ReadFile)
            await preview(services, one, file, Language.ENGLISH)
        one = await database.imports.start(HOME, number, ImportState.RUNNING)
        with _timed("import", steps):
            await carry(services, one, lambda _rows, _of: None)
        one = await database.imports.start(HOME, number, ImportState.UNDOING)
        with _timed("undo", steps):
            await take_back(services, one)
        await database.close()
    return steps


@contextmanager
def _timed(what: str, steps: list[Step]) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    took = time.perf_counter() - wall, time.process_time() - processor
    steps.append(Step(what, *took, peak_bytes() / 1e6))


if __name__ == "__main__":
    print(GOAL)
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for step in measure(many):
        print(
            f"{step.what} of {many:,} rows: {step.wall_s:.1f} s, {step.processor_s:.1f} s of "
            f"processor, {step.most_mb:.0f} MB at most"
        )

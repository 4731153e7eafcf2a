"""How long `/dataset import` takes for many rows, and how much memory: preview, import, undo.

    python -m benchmarks.importing [rows]

Made-up Korean sentences (seed 0) in cp949 with three labels, into a fresh database file.
"""

import asyncio
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

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


async def measure(rows: int) -> None:
    """Print a line for each step."""
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "tokki.sqlite3")
        services: Any = SimpleNamespace(storage=database)
        labels = tuple(Label(name, name) for name in LABELS)
        dataset = await database.datasets.create(NewDataset(labels, community=HOME, name="many"))
        new = NewImport(HOME, dataset.id, "mod", "many.csv", a_file(rows), {"type": "csv"})
        number = await database.imports.propose(new)
        began = time.perf_counter(), time.process_time()
        one = await database.imports.get(HOME, number)
        file = await read_file(one)
        assert isinstance(file, ReadFile)
        await preview(services, one, file, Language.ENGLISH)
        began = told(f"preview of {rows:,} rows", began)
        one = await database.imports.start(HOME, number, ImportState.RUNNING)
        await carry(services, one, lambda _rows, _of: None)
        began = told(f"import of {rows:,} rows", began)
        one = await database.imports.start(HOME, number, ImportState.UNDOING)
        await take_back(services, one)
        told(f"undo of {rows:,} rows", began)
        await database.close()


def told(what: str, began: tuple[float, float]) -> tuple[float, float]:
    """Print how long something took since it began; returns now."""
    now = time.perf_counter(), time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, processor = now[0] - began[0], now[1] - began[1]
    print(f"{what:28} {wall:7.1f} s  {processor:7.1f} s of processor  {memory:5.0f} MB at most")
    return now


if __name__ == "__main__":
    print(GOAL)
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))

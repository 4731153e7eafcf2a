"""A backup that is made while people ask, put back elsewhere, and compared."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from benchmarks.figures.report import Figure, Report
from bot.data_folder import DATABASE_FILE
from tests.parity.doors.json_chat import JsonChat

CHATS = 3
_ROOT = Path(__file__).parents[2]
_ASKED_BEFORE = 20
"""By each chat, before the backup is made."""
_ROWS = "SELECT * FROM queries ORDER BY id"


@dataclass(frozen=True)
class Restored:
    """What came back."""

    before: int
    """Answers that were there when the backup was begun."""
    during: int
    """Answers that were given while it was made."""
    missing: int
    """Of those before, how many are not in it."""
    other: int
    """Rows of it that are not as they were."""
    differing: int
    """Lines by which a backup without load differs from its source."""
    seconds: float
    """That the backup under load took."""


def measure(report: Report) -> None:
    """Back up and restore, and add what is not equal."""
    with tempfile.TemporaryDirectory() as folder:
        found = restored(Path(folder))
    told = f"{found.before} answers before, {found.during} meanwhile; {found.seconds:.1f} s"
    for what, count in (
        ("answers of before that are missing", found.missing),
        ("rows that are not as they were", found.other),
        ("lines that differ once nobody writes", found.differing),
    ):
        title = f"restore of a backup under load: {what}"
        report.figures.append(Figure(title, str(count), "–", "0", not count, told))


def restored(folder: Path) -> Restored:
    """Back up amid questions and after them, and put both back."""
    data, stop = folder / "data", Event()
    data.mkdir()
    counts = [0] * CHATS
    chats = [Thread(target=_ask, args=(data, counts, n, stop)) for n in range(CHATS)]
    for chat in chats:
        chat.start()
    while min(counts) < _ASKED_BEFORE and all(chat.is_alive() for chat in chats):
        stop.wait(0.1)
    before, began = sum(counts), perf_counter()
    _tokki("backup", str(folder / "under load"), data=data)
    seconds, during = perf_counter() - began, sum(counts) - before
    stop.set()
    for chat in chats:
        chat.join()
    _tokki("restore", str(folder / "under load"), data=folder / "first")
    _tokki("backup", str(folder / "quiet"), data=data)
    _tokki("restore", str(folder / "quiet"), data=folder / "second")
    there, back = _rows(data), _rows(folder / "first")
    other = sum(one != two for one, two in zip(there, back, strict=False))
    differing = len(set(_dump(data)) ^ set(_dump(folder / "second")))
    return Restored(before, during, max(0, before - len(back)), other, differing, seconds)


def _ask(data: Path, counts: list[int], number: int, stop: Event) -> None:
    with JsonChat(data) as chat:
        while not stop.is_set():
            answer = chat.say(f"/classify the {counts[number]}th text of chat {number} is good")
            assert not answer["error"], answer
            counts[number] += 1


def _tokki(*words: str, data: Path) -> None:
    environment = os.environ | {"TOKKI_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "bot", *words]
    subprocess.run(command, check=True, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL)


def _rows(folder: Path) -> Sequence[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        return database.execute(_ROWS).fetchall()


def _dump(folder: Path) -> Sequence[str]:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        return [*database.iterdump()]

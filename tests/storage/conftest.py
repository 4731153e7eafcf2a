"""A real file for every test, and real processes beside it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from storage.database import Database
from storage.records import NewJob, NewQuery, NewVersion
from storage.sqlite import read_cache

ROOT = Path(__file__).parents[2]

type_of_child = subprocess.Popen[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tokki.db"


class Clock:
    """Stands in for `time` and stands still, until it is told otherwise."""

    now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What tells how old a remembered read is."""
    clock = Clock()
    monkeypatch.setattr(read_cache, "time", clock)
    return clock


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path)
    yield opened
    await opened.close()


@pytest.fixture
def question() -> Callable[..., NewQuery]:
    """Makes a question that differs from an ordinary one as told."""
    ordinary = NewQuery(
        community="home",
        user="ann",
        command="classify",
        text="good morning",
        model="mood@1",
        result={"labels": ["joy", "anger"], "scores": [0.9, 0.1]},
        label_set=("joy", "anger"),
        latency_ms=12.5,
    )
    return lambda **changes: replace(ordinary, **changes)


@pytest.fixture
def job() -> Callable[..., NewJob]:
    ordinary = NewJob("home", "ann", "finetune", {"name": "mood"})
    return lambda **changes: replace(ordinary, **changes)


@pytest.fixture
def checkpoint() -> Callable[..., NewVersion]:
    ordinary = NewVersion("home", "mood", "models/mood", "base@1", ("joy", "anger"))
    return lambda **changes: replace(ordinary, **changes)


@pytest.fixture
def spawn() -> Iterator[Callable[..., type_of_child]]:
    """Starts a Python process that runs a script; none outlives the test."""
    with ExitStack() as stack:

        def start(script: str, *args: object) -> type_of_child:
            child = subprocess.Popen(
                [sys.executable, "-c", script, *map(str, args)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            stack.enter_context(child)
            stack.callback(child.kill)
            return child

        yield start

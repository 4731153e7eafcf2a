"""A real file or server for every test, and real processes beside it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from storage.database import Database
from storage.records import NewJob, NewQuery, NewVersion
from storage.sql import read_cache
from tests.servers.postgresql import PostgreSQL

ROOT = Path(__file__).parents[2]

type_of_child = subprocess.Popen[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tokki.db"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let each test run on both kinds of database, but those that look into the file itself."""
    if "place" in metafunc.fixturenames:
        server = pytest.param("server", marks=pytest.mark.scale)
        kinds = ["file"] if "path" in metafunc.fixturenames else ["file", server]
        metafunc.parametrize("place", kinds, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new database may be: a file, or the URL of a server."""
    if request.param == "file":
        return tmp_path / "data" / "tokki.db"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url: str = request.getfixturevalue("reused")
    server.put_back(url)
    return url


@pytest.fixture(scope="session")
def reused(postgresql: PostgreSQL) -> str:
    """One database for all tests of a worker, which each finds empty."""
    url = postgresql.new(postgresql.tidy)
    postgresql.keep(url)
    return url


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
async def database(place: Path | str) -> AsyncIterator[Database]:
    opened = await Database.open(place)
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

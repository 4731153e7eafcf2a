"""Limits of two processes on one database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.guard.rate_limit import RateLimit
from handlers.guard.shared_limits import SharedLimits
from storage.database import Database
from storage.errors import StorageError


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "tokki.sqlite3")
    yield opened
    await opened.close()


def of_a_process(database: Database) -> tuple[SharedLimits, RateLimit]:
    limit = RateLimit(5, within_s=3600.0)
    shared = SharedLimits(database.shared_limits, {"letters of person": limit})
    shared.share()
    return shared, limit


async def test_what_is_asked_of_one_process_counts_in_the_other(database):
    (here, one), (there, two) = of_a_process(database), of_a_process(database)
    for _ in range(5):
        assert not one.wait_s("ann")
    assert one.wait_s("ann")
    await here.exchange()
    await there.exchange()
    assert two.wait_s("ann")
    assert not two.wait_s("bob")


async def test_what_two_let_pass_within_a_second_is_owed(database):
    (here, one), (there, two) = of_a_process(database), of_a_process(database)
    for limit in (one, two):
        for _ in range(5):
            assert not limit.wait_s("ann")
    alone = one.too_early_s("ann")
    for each in (here, there, here):
        await each.exchange()
    assert one.too_early_s("ann") > alone + 3000


async def test_what_cannot_be_told_is_told_later(database, tmp_path):
    closed = await Database.open(tmp_path / "other.sqlite3")
    here, one = of_a_process(database)
    there, two = of_a_process(database)
    lost, three = of_a_process(closed)
    await closed.close()
    assert not three.wait_s("ann")
    with pytest.raises(StorageError):
        await lost.exchange()
    assert sum(three.take_counted().values()) == 720
    for _ in range(4):
        assert not one.wait_s("ann")
    await here.exchange()
    one.wait_s("ann")  # counted while nobody looks
    await here.exchange()
    await there.exchange()
    assert two.wait_s("ann")

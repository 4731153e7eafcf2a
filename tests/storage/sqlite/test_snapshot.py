"""What can still be read of a database where nothing may be written any more."""

import os
import shutil
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import DatabaseFull, DatabaseReadOnly, StorageError
from tests.storage.small_disk import fill, freeze


async def stored(path: Path, question) -> None:
    database = await Database.open(path)
    await database.queries.add(question(text="remember me"))
    await database.close()


async def texts(path: Path, why: StorageError) -> list[str]:
    database = await Database.open_to_read(path, why)
    try:
        return [each.text for each in await database.queries.recent("home", "ann", 5)]
    finally:
        await database.close()


async def test_a_full_disk_is_read_and_nothing_is_written(disk, question):
    path = disk / "tokki.db"
    await stored(path, question)
    fill(disk)
    with pytest.raises(DatabaseFull) as full:
        await Database.open(path)
    database = await Database.open_to_read(path, full.value)
    (query,) = await database.queries.recent("home", "ann", 5)
    assert query.text == "remember me"
    with pytest.raises(DatabaseFull) as refused:
        await database.queries.add(question())
    assert refused.value.facts == {"path": str(path)}
    with pytest.raises(DatabaseFull):
        await database.settings.put("home", "a", 1)
    await database.close()


async def test_a_disk_that_is_read_only(disk, question):
    path = disk / "tokki.db"
    await stored(path, question)
    freeze(disk)
    assert await texts(path, DatabaseReadOnly(path=str(path))) == ["remember me"]
    assert await texts(disk / "none.db", DatabaseReadOnly(path="x")) == []


async def test_what_is_only_in_the_log_is_read_too(disk, path, question):
    database = await Database.open(path)
    await database.queries.add(question(text="in the log"))
    for file in (path, path.with_name(f"{path.name}-wal")):
        shutil.copyfile(file, disk / file.name)  # as a power cut leaves them
    await database.close()
    freeze(disk)
    assert await texts(disk / path.name, DatabaseReadOnly(path="x")) == ["in the log"]


async def test_a_file_that_cannot_be_read_is_what_it_was(path):
    path.parent.mkdir()
    path.write_bytes(os.urandom(9999))
    with pytest.raises(DatabaseReadOnly):
        await texts(path, DatabaseReadOnly(path=str(path)))

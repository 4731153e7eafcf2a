"""Each way in which a file or a disk can fail, brought about for real."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import (
    DatabaseBroken,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StorageError,
)
from storage.queries import Queries
from storage.sql.connections import EVERYWHERE
from storage.sqlite.connections import FileConnections
from tests.waiting import PATIENCE_S

GARBAGE = [b"x", b"short" * 100, b"not a database" * 1000, bytes(5000), os.urandom(9999)]

HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
print("free", flush=True)
"""
# Root may write everywhere: the child loads all that it needs and becomes nobody.
AS_NOBODY = """
import asyncio, os, sys, tempfile
from pathlib import Path
from storage.database import Database
from storage.errors import StorageError
from storage.records import NewQuery

async def attempt(path):
    database = await Database.open(path)
    try:
        await database.queries.add(NewQuery("c", "u", "classify", "t", "m@1", {}, (), 1.0))
    finally:
        await database.close()

with tempfile.TemporaryDirectory() as folder:
    asyncio.run(attempt(Path(folder) / "warm.db"))
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    asyncio.run(attempt(Path(sys.argv[1])))
except StorageError as err:
    print(err.code)
else:
    print("written")
"""


async def open_and_close(path: Path) -> None:
    await (await Database.open(path)).close()


@pytest.fixture
async def made(path: Path) -> Path:
    await open_and_close(path)
    return path


@pytest.fixture
def holder(spawn, made: Path) -> subprocess.Popen[str]:
    """Another process in the middle of writing."""
    child = spawn(HOLDING, made)
    assert child.stdout.readline() == "held\n"
    return child


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that nobody may enter: pytest's own are closed to all but their owner."""
    folder = Path(tempfile.mkdtemp(prefix="tokki-"))
    folder.chmod(0o777)
    yield folder
    for one in (folder, *folder.rglob("*")):
        one.chmod(0o777)
    shutil.rmtree(folder)


async def test_locked_is_said_within_the_timeout(made, holder, question) -> None:
    database = await Database.open(made, busy_timeout_s=0.3)

    def busy_timeout_ms(connection) -> int:
        return connection.exec_driver_sql("PRAGMA busy_timeout").scalar()

    assert await database._connections.read(EVERYWHERE, busy_timeout_ms) == 300
    with pytest.raises(DatabaseLocked) as caught:
        await database.queries.add(question())
    assert caught.value.facts == {"seconds": 0.3}
    await database.close()


async def test_many_who_wait_for_a_lock_wait_together(made, holder, question, monkeypatch) -> None:
    database = await Database.open(made, busy_timeout_s=0.3)
    writes, write = [], database._connections.write
    monkeypatch.setattr(database._connections, "write", lambda *w: writes.append(w) or write(*w))
    attempts = (database.queries.add(question()) for _ in range(20))
    failures = await asyncio.gather(*attempts, return_exceptions=True)
    assert {type(failure) for failure in failures} == {DatabaseLocked}
    assert len(writes) <= 2
    await database.close()


async def test_reading_and_opening_do_not_wait_for_a_writer(made, holder) -> None:
    """Who waited for it would be told that the file is locked: it stays so."""
    database = await Database.open(made)
    assert await database.queries.recent("home", "ann", 5) == []
    await database.close()


async def test_a_writer_waits_for_a_lock_that_is_given_back(made, holder, question) -> None:
    database = await Database.open(made)
    adding = asyncio.create_task(database.queries.add(question()))
    for _ in range(5):
        assert await database.queries.recent("home", "ann", 5) == []
    assert not adding.done()
    holder.stdin.write("go\n")
    holder.stdin.flush()
    assert await adding == 1
    await database.close()


async def test_a_new_file_that_another_writes_is_locked(spawn, path) -> None:
    path.parent.mkdir()
    child = spawn(HOLDING, path)
    child.stdout.readline()
    with pytest.raises(DatabaseLocked):
        await Database.open(path, busy_timeout_s=0.2)


@pytest.mark.parametrize(
    ("folder_mode", "file_mode"),
    [(0o777, 0o444), (0o555, 0o666), (0o555, 0o444), (0o555, None)],
    ids=["file", "folder", "both", "folder of a new file"],
)
def test_what_may_not_be_written_is_read_only(
    spawn, public_folder: Path, folder_mode: int, file_mode: int | None
) -> None:
    path = public_folder / "tokki.db"
    if file_mode is not None:
        asyncio.run(open_and_close(path))
        path.chmod(file_mode)
    public_folder.chmod(folder_mode)
    output = spawn(AS_NOBODY, path).communicate(timeout=PATIENCE_S)[0]
    assert output == "database_read_only\n"


def test_what_may_be_written_is_written(spawn, public_folder: Path) -> None:
    path = public_folder / "new" / "tokki.db"
    assert spawn(AS_NOBODY, path).communicate(timeout=PATIENCE_S)[0] == "written\n"


def test_a_file_closed_to_us_is_not_read(spawn, public_folder: Path) -> None:
    path = public_folder / "tokki.db"
    asyncio.run(open_and_close(path))
    path.chmod(0)
    assert spawn(AS_NOBODY, path).communicate(timeout=PATIENCE_S)[0] == "database_read_only\n"


async def test_read_only_is_said_if_it_comes_later(made, question) -> None:
    connections = FileConnections(made, 1)
    await connections.read(EVERYWHERE, lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    with pytest.raises(DatabaseReadOnly) as caught:
        await Queries(connections).add(question())
    assert caught.value.facts == {"path": str(made)}
    await connections.close()


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def read(path: Path) -> bytes:
    return path.read_bytes()


async def fill(queries: Queries, question) -> StorageError:
    with pytest.raises(DatabaseFull) as caught:
        for _ in range(1000):
            await queries.add(question(text="secret " * 1000))
    return caught.value


async def test_a_full_disk_is_said_and_loses_nothing(disk: Path, question) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(64 * 1024))
    database = await Database.open(disk / "tokki.db")
    failure = await fill(database.queries, question)
    assert failure.facts == {"path": str(disk / "tokki.db")}
    stored = await database.queries.recent("home", "ann", 1000)
    assert stored
    ballast.unlink()
    assert await database.queries.add(question(text="small")) == stored[0].id + 1
    await database.close()
    with closing(sqlite3.connect(disk / "tokki.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("left_kib", [0, 4, 16, 40, 80])
async def test_a_disk_that_is_full_from_the_start(disk: Path, left_kib: int) -> None:
    (disk / "ballast").write_bytes(bytes((1024 - left_kib) * 1024))
    with pytest.raises(DatabaseFull):
        await Database.open(disk / "tokki.db")


async def test_a_full_file_is_said_and_texts_stay_out_of_the_error(made, question) -> None:
    connections = FileConnections(made, 1)
    await connections.read(EVERYWHERE, lambda c: c.exec_driver_sql("PRAGMA max_page_count = 40"))
    failure = await fill(Queries(connections), question)
    assert "secret" not in f"{failure!r} {failure.__cause__!r} {failure.__cause__}"
    await connections.close()


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_broken_and_left_alone(path: Path, garbage: bytes) -> None:
    write(path, garbage)
    with pytest.raises(DatabaseBroken) as caught:
        await Database.open(path)
    assert caught.value.facts == {"path": str(path)}
    assert read(path) == garbage


async def test_damage_inside_is_broken(made: Path, question) -> None:
    database = await Database.open(made)
    for _ in range(50):
        await database.queries.add(question(text="long " * 500))
    await database.close()
    pages = read(made)
    write(made, pages[: 4096 * 3] + b"\xff" * (len(pages) - 4096 * 3))
    with pytest.raises(DatabaseBroken):
        database = await Database.open(made)
        try:
            await database.queries.recent("home", "ann", 100)
        finally:
            await database.close()


async def test_a_missing_table_is_broken(made: Path, question) -> None:
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("DROP TABLE queries")
    database = await Database.open(made)
    with pytest.raises(DatabaseBroken):
        await database.queries.add(question())
    await database.close()


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open(tmp_path)
    assert caught.value.facts == {"path": str(tmp_path), "reason": "EISDIR:Is a directory"}


async def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "tokki.db", tmp_path / "file" / "in" / "tokki.db"):
        with pytest.raises(DatabaseUnavailable):
            await Database.open(path)


async def test_a_place_that_cannot_be_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        await Database.open(Path("/proc/tokki/tokki.db"))


async def test_a_file_that_vanished_is_never_made_anew_by_accident(made: Path, question) -> None:
    database = await Database.open(made)
    await database.close()
    shutil.rmtree(made.parent)
    with pytest.raises(DatabaseUnavailable):
        await database.queries.add(question())

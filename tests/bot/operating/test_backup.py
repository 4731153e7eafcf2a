"""A backup is all that Tokki remembers, made while it runs; what is restored is equal."""

import asyncio
import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.operating.backup import backup
from bot.operating.restore import restore
from bot.settings import Settings
from handlers.types import Language
from storage.database import Database
from storage.errors import DatabaseBroken
from storage.records import NewQuery, NewVersion
from tests.storage.small_disk import fill, freeze

HOME = "discord:1"
QUERY = NewQuery(HOME, "ann", "classify", "좋은 영화", "m@1", {"labels": ["joy"]}, ("joy",), 1.0)


@pytest.fixture
def told():
    return []


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
async def database(data):
    database = await Database.open(data / "tokki.sqlite3")
    yield database
    await database.close()


async def back_up(folder: Path, target: Path, told: list[str], **options: bool) -> int:
    chosen = {"with_secrets": False} | options
    return await backup(Settings(data_dir=folder), target, Language.ENGLISH, told.append, **chosen)


async def put_back(folder: Path, source: Path, told: list[str]) -> int:
    return await restore(Settings(data_dir=folder), source, Language.ENGLISH, told.append)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


async def train(database: Database, data: Path, name: str) -> Path:
    folder = f"models/trained/{name}"
    (data / folder).mkdir(parents=True)
    (data / folder / "model.safetensors").write_bytes(name.encode() * 1000)
    await database.versions.add(NewVersion(HOME, name, folder, "fillmask@0", ("joy",), {}))
    return data / folder


async def test_what_is_restored_is_equal(database, data, tmp_path, told):
    await database.queries.add(QUERY)
    folder = await train(database, data, "ours")
    (data / "logs").mkdir()
    (data / "logs" / "tokki.log").write_text("what nobody wants back")
    (data / "secret.key").write_text("a key")
    assert await back_up(data, tmp_path / "a.backup", told) == 0
    assert "secret.key" in told[-1]
    assert (tmp_path / "a.backup").stat().st_mode & 0o077 == 0
    new = tmp_path / "new"
    assert await put_back(new, tmp_path / "a.backup", told) == 0
    assert dump(new / "tokki.sqlite3") == dump(data / "tokki.sqlite3")
    weights = folder.relative_to(data) / "model.safetensors"
    assert (new / weights).read_bytes() == (data / weights).read_bytes()
    found = {str(path.relative_to(new)) for path in new.rglob("*") if path.is_file()}
    assert found == {"tokki.sqlite3", str(weights)}


async def test_the_key_comes_along_if_it_is_asked_for(database, data, tmp_path, told):
    (data / "secret.key").write_text("a key")
    assert await back_up(data, tmp_path / "a.backup", told, with_secrets=True) == 0
    assert await put_back(tmp_path / "new", tmp_path / "a.backup", told) == 0
    assert (tmp_path / "new" / "secret.key").read_text() == "a key"
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0


async def test_it_is_made_while_others_write(database, data, tmp_path, told):
    stop, begun = asyncio.Event(), asyncio.Event()
    kept: list[int] = []

    async def write() -> None:
        while not stop.is_set():
            kept.append(await database.queries.add(QUERY))
            begun.set()

    writers = [asyncio.create_task(write()) for _ in range(8)]
    await begun.wait()
    before = len(kept)
    assert await back_up(data, tmp_path / "a.backup", told) == 0
    after = len(kept)
    stop.set()
    await asyncio.gather(*writers)
    assert await put_back(tmp_path / "new", tmp_path / "a.backup", told) == 0
    with closing(sqlite3.connect(tmp_path / "new" / "tokki.sqlite3")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        numbers = [row[0] for row in copy.execute("SELECT id FROM queries ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert before <= len(numbers) <= after + 8
    assert after > before, "nobody was kept from writing"


async def test_a_checkpoint_that_is_gone_is_told_of(database, data, tmp_path, told):
    folder = await train(database, data, "ours")
    (folder / "model.safetensors").unlink()
    folder.rmdir()
    assert await back_up(data, tmp_path / "a.backup", told) == 0
    assert any("models/trained/ours is not there any more" in said for said in told)


@pytest.mark.parametrize("disk", ["8m"], indirect=True)
@pytest.mark.parametrize("what", ["full", "read-only"])
async def test_a_disk_that_takes_nothing_more_is_backed_up_to_another(
    database, data, disk, tmp_path, told, what
):
    await database.queries.add(QUERY)
    await train(database, data, "ours")
    await database.close()
    shutil.copytree(data, disk / "data")
    (fill if what == "full" else freeze)(disk)
    assert await back_up(disk / "data", tmp_path / "a.backup", told) == 0, told
    assert await back_up(data, disk / "b.backup", told) == 2
    reason = "no room for" if what == "full" else "may not be written"
    assert str(disk / "b.backup") in told[-1] and reason in told[-1]
    assert await put_back(tmp_path / "new", tmp_path / "a.backup", told) == 0
    assert dump(tmp_path / "new" / "tokki.sqlite3") == dump(data / "tokki.sqlite3")
    assert (tmp_path / "new/models/trained/ours/model.safetensors").exists()


async def test_nothing_is_written_over(database, data, tmp_path, told):
    (tmp_path / "a.backup").write_text("mine")
    assert await back_up(data, tmp_path / "a.backup", told) == 2
    assert (tmp_path / "a.backup").read_text() == "mine"
    assert await back_up(data, tmp_path / "none" / "a.backup", told) == 2
    assert told[-1].startswith(f"There is no folder {tmp_path / 'none'}.")
    assert await back_up(tmp_path / "empty", tmp_path / "b.backup", told) == 2
    assert "no database" in told[-1]
    assert await back_up(data, tmp_path / "c.backup", told) == 0
    assert await put_back(data, tmp_path / "c.backup", told) == 2
    assert "has a database already" in told[-1]


def repacked(source: Path, target: Path, change) -> Path:
    """The same archive with other files."""
    with tarfile.open(source) as archive:
        files = {each.name: archive.extractfile(each).read() for each in archive}
    with tarfile.open(target, "w:gz") as archive:
        for name, content in change(files).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target


def listing(found, **changed):
    told = json.loads(found["backup.json"]) | changed
    return found | {"backup.json": json.dumps(told).encode()}


SPOILT = {
    "a file that was changed": lambda files: files | {"tokki.sqlite3": b"other"},
    "a file that is missing": lambda files: {"backup.json": files["backup.json"]},
    "no list": lambda files: {"tokki.sqlite3": files["tokki.sqlite3"]},
    "a list that is none": lambda files: files | {"backup.json": b"[]"},
    "a way out": lambda files: listing(files, files={"../out": "00"}) | {"../out": b""},
    "a place of its own": lambda files: listing(files, files={"/tmp/out": "00"}),
    "no database": lambda files: listing(files, files={}),
    "a newer form": lambda files: listing(files, form=99),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
async def test_what_is_spoilt_changes_nothing(database, data, tmp_path, told, spoil):
    await back_up(data, tmp_path / "a.backup", told)
    bad = repacked(tmp_path / "a.backup", tmp_path / "bad.backup", spoil)
    new = tmp_path / "new"
    assert await put_back(new, bad, told) == 2
    assert "Nothing was changed." in told[-1]
    assert not new.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"text", bytes(5000)])
async def test_what_is_no_backup_is_refused(tmp_path, told, content):
    (tmp_path / "odd").write_bytes(content)
    assert await put_back(tmp_path / "new", tmp_path / "odd", told) == 2
    assert "no backup of Tokki" in told[-1]
    assert await put_back(tmp_path / "new", tmp_path / "nothing", told) == 2
    assert "no file" in told[-1]


async def test_a_backup_that_was_cut_is_refused(database, data, tmp_path, told):
    await back_up(data, tmp_path / "a.backup", told)
    whole = (tmp_path / "a.backup").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    assert await put_back(tmp_path / "new", tmp_path / "cut", told) == 2
    assert not (tmp_path / "new").exists()


async def test_a_damaged_database_is_not_backed_up(data, tmp_path, told):
    data.mkdir()
    (data / "tokki.sqlite3").write_bytes(
        b"no database at all, and long enough to be looked at" * 99
    )
    with pytest.raises(DatabaseBroken):
        await back_up(data, tmp_path / "a.backup", told)
    assert not (tmp_path / "a.backup").exists()
    assert [path.name for path in data.iterdir()] == ["tokki.sqlite3"]

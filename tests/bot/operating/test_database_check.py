"""`tokki db check`: what is wrong with a database is told, and nothing is changed."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from bot.data_folder import DATABASE_FILE
from bot.operating.database_check import check_database
from bot.settings import Settings
from handlers.types import Language
from storage.database import Database
from storage.errors import DatabaseBroken
from storage.records import NewVersion
from tests.handlers.conftest import checkpoints

__all__ = ["checkpoints"]


@pytest.fixture
async def folder(tmp_path, checkpoints):
    database = await Database.open(tmp_path / DATABASE_FILE)
    shutil.copytree(checkpoints / "sentiment", tmp_path / "models" / "mood")
    await database.versions.add(NewVersion("home", "mood", "models/mood", "base@0", ("a", "b")))
    await database.versions.add(NewVersion("home", "mood", "models/gone", "base@0", ("a", "b")))
    await database.versions.remove("home", "mood", 2)
    await database.close()
    return tmp_path


async def checked(folder, language=Language.ENGLISH):
    told = []
    code = await check_database(Settings(data_dir=folder), language, told.append)
    return code, "\n".join(told)


def change(folder, sql):
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        database.executescript(sql)


async def test_a_whole_one(folder):
    before = (folder / DATABASE_FILE).read_bytes()
    code, said = await checked(folder)
    assert code == 0 and "whole" in said
    assert "문제가 없고" in (await checked(folder, Language.KOREAN))[1]
    assert (folder / DATABASE_FILE).read_bytes() == before


async def test_rows_that_name_none(folder):
    row = "(query_id, user, verdict, updated_at) VALUES (77, 'ann', 'right', '2026-11-01')"
    change(folder, f"INSERT INTO feedback {row}")
    code, said = await checked(folder)
    assert code == 2 and "feedback → queries: 1" in said and "tokki restore" in said


async def test_files_that_are_gone(folder):
    shutil.rmtree(folder / "models" / "mood")
    code, said = await checked(folder)
    assert code == 2 and "models/mood" in said
    assert "itself is whole. Copy" in said and "Stop Tokki" not in said
    lost = "(query_id, user, verdict, updated_at) VALUES (77, 'ann', 'right', '2026-11-01')"
    change(folder, f"INSERT INTO feedback {lost}")
    code, said = await checked(folder)
    assert code == 2 and "Stop Tokki" in said and "models/mood" in said


@pytest.mark.parametrize(
    ("name", "left", "said"),
    [
        ("model.safetensors", 0.9, "weights are cut short"),
        ("model.safetensors", 0, "weights cannot be read"),
        ("tokenizer.json", 0.5, "tokenizer.json cannot be read"),
        ("config.json", None, "config.json"),
    ],
)
async def test_files_that_are_not_whole(folder, name, left, said):
    path = folder / "models" / "mood" / name
    if left is None:
        path.unlink()
    else:
        os.truncate(path, int(path.stat().st_size * left))
    code, told = await checked(folder)
    assert code == 2 and "models/mood" in told and said in told
    assert "itself is whole. Copy" in told


async def test_an_index_that_lacks_a_row(folder):
    change(
        folder,
        """PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = 'CREATE INDEX ix_jobs_state ON jobs (kind)'
        WHERE name = 'ix_jobs_state';""",
    )
    change(
        folder,
        """INSERT INTO jobs
        (community, user, kind, params, progress, state, metrics, attempt, created_at)
        VALUES ('home', 'ann', 'finetune', '{}', '{}', 'done', '{}', 1, '2026-11-01 10:00:00');
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = 'CREATE INDEX ix_jobs_state ON jobs (state)'
        WHERE name = 'ix_jobs_state';""",
    )
    code, said = await checked(folder)
    assert code == 2 and "ix_jobs_state" in said


async def test_what_is_no_database(folder):
    (folder / DATABASE_FILE).write_bytes(b"no database " * 1000)
    with pytest.raises(DatabaseBroken):
        await checked(folder)


async def test_nothing_yet(tmp_path):
    assert (await checked(tmp_path))[0] == 0

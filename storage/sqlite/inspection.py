"""A look at a data folder by its operator, which changes nothing in it."""

import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from storage.errors import DatabaseBroken, DatabaseNewer, DatabaseReadOnly
from storage.migrations import known_revisions
from storage.sqlite.failures import files_as_storage_errors, from_sqlite

_ROOM_BYTES = 1024 * 1024
_TIMEOUT_S = 5.0
_MOST_FAULTS = 20
_FOLDERS = "SELECT DISTINCT folder FROM versions {} ORDER BY folder"
_VERSIONS = "SELECT name, number FROM versions {} ORDER BY name, number"
_NOT_REMOVED = "WHERE removed_at IS NULL"


def check_folder(folder: Path, names: Sequence[str]) -> None:
    """See whether a folder, and what there is of these names in it, can be written.

    One that is not there yet is made when Tokki begins: then its place has to take a new folder.

    Raises:
        StorageError: it cannot, or the disk is full.
    """
    with files_as_storage_errors(folder):
        there = folder
        while not there.exists() and there != there.parent:
            there = there.parent
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(_ROOM_BYTES))
            file.flush()
            os.fsync(file.fileno())
    for path in (folder / name for name in names):
        if path.exists() and not os.access(path, os.W_OK):
            raise DatabaseReadOnly(path=str(path))


def versions_in(path: Path) -> Sequence[str]:
    """Return what communities have trained and not removed, as `name` and `name@number`.

    Raises:
        StorageError: the file is no database of ours, or a newer one.
    """
    if not path.exists() or path.stat().st_size == 0:
        return ()
    with _reading(path) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return ()
        if "alembic_version" not in tables:
            raise DatabaseBroken(path=str(path))
        (found,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        known = known_revisions()
        if found not in known:
            raise DatabaseNewer(path=str(path), found=found, known=known[-1])
        versions = _of_versions(database, _VERSIONS)
    return [each for name, number in versions for each in (name, f"{name}@{number}")]


def faults_in(path: Path) -> Sequence[str]:
    """Return what SQLite finds wrong in a database, in its words; rows that name none are counted.

    Raises:
        StorageError: the file cannot be read as a database at all.
    """
    with _reading(path) as database:
        found = [said for (said,) in database.execute(f"PRAGMA integrity_check({_MOST_FAULTS})")]
        lost: Counter[tuple[str, str]] = Counter()
        for table, _, parent, _ in database.execute("PRAGMA foreign_key_check"):
            lost[table, parent] += 1
    named = [f"{table} → {parent}: {count}" for (table, parent), count in lost.items()]
    return [said for said in found if said != "ok"] + named


def trained_folders(path: Path) -> list[str]:
    """Return where the checkpoints of all communities lie, relative to the data folder.

    Those of removed versions are not wanted any more.

    Raises:
        StorageError: the file cannot be read.
    """
    with _reading(path) as database:
        return [folder for (folder,) in _of_versions(database, _FOLDERS)]


def _of_versions(database: sqlite3.Connection, statement: str) -> list[tuple[Any, ...]]:
    """Return what is asked of all versions but the removed ones, which there were not at first."""
    columns = {name for _, name, *_ in database.execute("PRAGMA table_info(versions)")}
    which = _NOT_REMOVED if "removed_at" in columns else ""
    return database.execute(statement.format(which)).fetchall()


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", _TIMEOUT_S, uri=True)) as opened:
            yield opened
    except sqlite3.Error as error:
        raise from_sqlite(error, path, _TIMEOUT_S) from error

"""A copy of a database as it is at one moment, though others write to it.

Source: https://sqlite.org/backup.html
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from storage.sqlite.failures import from_sqlite


def copy_into(target: sqlite3.Connection, path: Path) -> None:
    """Copy what is committed in a file; nothing where there is no file.

    Raises:
        sqlite3.Error, OSError: it cannot be read.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        _copy(target, f"{path.as_uri()}?mode=ro")
    except sqlite3.OperationalError:  # in WAL mode even who only reads wants to write beside it
        _copy_unlocked(target, path)


def copy_file(source: Path, target: Path) -> None:
    """Copy what is committed in a file into a new one.

    Raises:
        StorageError: it cannot be read, or the copy not be written.
    """
    try:
        with closing(sqlite3.connect(target)) as copy:
            copy_into(copy, source)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
    except sqlite3.Error as error:
        raise from_sqlite(error, source, 0.0) from error


def _copy_unlocked(target: sqlite3.Connection, path: Path) -> None:
    """Copy a file that nobody writes; what is only in its log is read from a copy of both."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        _copy(target, f"{path.as_uri()}?immutable=1")
        return
    with tempfile.TemporaryDirectory() as folder:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        _copy(target, (Path(folder) / path.name).as_uri())


def _copy(target: sqlite3.Connection, uri: str) -> None:
    with closing(sqlite3.connect(uri, uri=True)) as source:
        source.backup(target)

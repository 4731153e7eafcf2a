"""The way to the database file."""

import errno
import json
import os
import sqlite3
from collections.abc import Collection
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from storage.errors import DatabaseBroken, DatabaseNewer, DatabaseReadOnly
from storage.sql.connections import Connections
from storage.sql.database_time import MOMENT, moment_of_machine
from storage.sqlite.failures import files_as_storage_errors, sql_as_storage_errors

READERS, KEPT_OPEN = 15, 5

SMALLEST_PAGE_BYTES = 512
IN_MEMORY = "file:tokki-"
"""How the address of a database begins that is not on disk; paths of files are absolute."""

# WAL: those who read do not wait for the one who writes.
# secure_delete: what somebody has erased is not left in the free pages of the file.
# FULL: a commit that has returned survives a power cut.
# 16 MiB: an import looks for its keys all over the file, and would read most pages again.
PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -16384;
"""


class FileConnections(Connections):
    """Any number read, and one at a time writes, whichever community it is for."""

    foreign, newer = DatabaseBroken, DatabaseNewer

    def __init__(self, path: Path, busy_timeout_s: float, database: str | None = None) -> None:
        """`database`: an address for SQLite instead of the file itself."""
        self.path = path
        engine = _engine(database or str(path), busy_timeout_s)
        super().__init__(engine, str(path), busy_timeout_s, READERS, writers=1)

    def narrow(self, connection: Connection, communities: Collection[str]) -> None:
        """Nothing is to be done: whoever writes is alone in the file."""

    def check_writable(self, connection: Connection) -> None:
        """Nothing is to be done: who has begun to write may."""

    async def empty_log(self) -> None:
        """Move all that is in the write-ahead log into the file; others who read may delay it."""

        def move() -> None:
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self.lend(move)

    def _failures(self) -> AbstractContextManager[None]:
        return sql_as_storage_errors(self.path, self.busy_timeout_s)


def prepare_file(path: Path) -> Path:
    """Create the folder and an empty file that only the bot's own user may read.

    Returns the absolute path, in which SQLite finds no ":memory:" or other meaning.
    """
    path = path.absolute()
    with files_as_storage_errors(path):
        _refuse_what_is_no_database(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Never open a file that is there: closing it would drop the locks that SQLite holds
        # on it for this process (https://sqlite.org/howtocorrupt.html, section 2.2).
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if not all(os.access(one, os.W_OK) for one in (path, path.parent)):
        raise DatabaseReadOnly(path=str(path))  # the folder holds SQLite's journal
    return path


def _refuse_what_is_no_database(path: Path) -> None:
    """What SQLite itself would not refuse, or not clearly."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists() and 0 < path.stat().st_size < SMALLEST_PAGE_BYTES:
        raise DatabaseBroken(path=str(path))  # SQLite would take it for empty and overwrite it


def _engine(database: str, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=database, query=_query(database)),
        # None keeps Python's sqlite3 from beginning transactions on its own: _begin does.
        connect_args={
            "timeout": busy_timeout_s,
            "isolation_level": None,
            "check_same_thread": False,
        },
        poolclass=QueuePool,
        max_overflow=READERS + 1 - KEPT_OPEN,
        pool_size=KEPT_OPEN,
        json_serializer=partial(json.dumps, default=dict),  # any Mapping, not only dict
        hide_parameters=True,  # people's texts do not belong in the log
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _query(database: str) -> dict[str, str]:
    return {"uri": "true"} if database.startswith(IN_MEMORY) else {}


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    try:
        connection.executescript(PRAGMAS)
        connection.create_function(MOMENT, 1, moment_of_machine, deterministic=True)
    except BaseException:
        connection.close()  # SQLAlchemy 2.0 would forget it; 2.1 closes it too
        raise


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    driver = connection.connection.driver_connection
    assert driver is not None
    # IMMEDIATE waits for its turn at once; a later change of mind could only fail.
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

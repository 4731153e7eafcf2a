"""The way to the database file: any number read, and one at a time writes."""

import asyncio
import errno
import json
import os
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Engine,
    QueuePool,
    create_engine,
    event,
)

from storage.errors import (
    DatabaseBroken,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StorageError,
)
from storage.sqlite.failures import files_as_storage_errors, sql_as_storage_errors

T = TypeVar("T")
Work = Callable[[Connection], T]
"""Runs in a thread, so it touches nothing of the event loop."""

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


class Connections:
    """Does work in transactions; every failure leaves as a `StorageError`.

    A transaction is one visit to a thread: to go there and back for each statement costs several
    times what SQLite does. Whoever asked may go away, yet what was begun is finished.
    """

    def __init__(self, path: Path, busy_timeout_s: float, database: str | None = None) -> None:
        """`database`: an address for SQLite instead of the file itself."""
        self.path = path
        self.busy_timeout_s = busy_timeout_s
        self._engine = _engine(database or str(path), busy_timeout_s)
        self._writing_engine = self._engine.execution_options(writes=True)
        self._readers = ThreadPoolExecutor(READERS, "storage-reader")
        self._writer = ThreadPoolExecutor(1, "storage-writer")  # waits behind nobody who reads
        self._turn_to_write = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        self._refusal: StorageError | None = None

    async def read(self, work: Work[T]) -> T:
        """One consistent view of what is committed; waits for nobody who writes."""
        return await self.finish(partial(self._transact, self._readers, self._engine, work))

    def refuse_to_write(self, why: StorageError) -> None:
        """From now on only read."""
        self._refusal = why

    async def write(self, work: Work[T]) -> T:
        """The only writer, in this process and beside others; on return it is on disk."""
        self._ensure_writable()
        transaction = partial(self._transact, self._writer, self._writing_engine, work)
        return await self.finish(partial(self._in_turn, transaction))

    @property
    def writing_engine(self) -> Engine:
        """For a library that has SQL of its own; what it does belongs into `lend`."""
        return self._writing_engine

    async def lend(self, work: Callable[[], T]) -> T:
        """Let a library do its work with the engine, in a thread, in transactions of its own."""
        self._ensure_writable()

        def guarded() -> T:
            with sql_as_storage_errors(self.path, self.busy_timeout_s):
                return work()

        return await self.finish(partial(self._in_turn, partial(_in_thread, self._writer, guarded)))

    async def empty_log(self) -> None:
        """Move all that is in the write-ahead log into the file; others who read may delay it."""

        def move() -> None:
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self.lend(move)

    async def finish(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do something to its end, though the one who asked for it may go away."""
        return await asyncio.shield(self.start(work))

    def start(self, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Begin something that `close` waits for, and that may read and write till it ends."""
        if asyncio.current_task() not in self._under_way:
            self.ensure_open()
        task = asyncio.create_task(work())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    def ensure_open(self) -> None:
        """Raise `DatabaseUnavailable` if this has been closed."""
        if self._is_closed:
            raise DatabaseUnavailable(path=str(self.path), reason="closed")

    def _ensure_writable(self) -> None:
        if self._refusal:
            raise type(self._refusal)(**self._refusal.facts)

    async def close(self) -> None:
        """Wait for what is under way and give the file back. A second call does nothing."""
        is_first, self._is_closed = not self._is_closed, True
        while self._under_way:
            await asyncio.wait(self._under_way)
        if is_first:
            await _in_thread(self._writer, self._engine.dispose)
            self._readers.shutdown()
            self._writer.shutdown()

    async def _in_turn(self, transaction: Callable[[], Awaitable[T]]) -> T:
        # Without a limit, the last of many would wait for each of the others to time out.
        try:
            async with asyncio.timeout(self.busy_timeout_s):
                await self._turn_to_write.acquire()
        except TimeoutError as err:
            raise DatabaseLocked(seconds=self.busy_timeout_s) from err
        try:
            return await transaction()
        finally:
            self._turn_to_write.release()

    async def _transact(self, threads: ThreadPoolExecutor, engine: Engine, work: Work[T]) -> T:
        def begin_and_end() -> T:
            with (
                sql_as_storage_errors(self.path, self.busy_timeout_s),
                engine.begin() as connection,
            ):
                return _fetched(work(connection))

        return await _in_thread(threads, begin_and_end)


async def _in_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _fetched(result: T) -> T:
    """Return the same, with the rows that SQLite had still to give."""
    if isinstance(result, CursorResult) and result.returns_rows:
        return cast(T, result.freeze()())
    return result


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
    except BaseException:
        connection.close()  # SQLAlchemy 2.0 would forget it; 2.1 closes it too
        raise


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # IMMEDIATE waits for its turn at once; a later change of mind could only fail.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

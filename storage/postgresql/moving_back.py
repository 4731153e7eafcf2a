"""Brings the tables of a server to a SQLite file, as storage.postgresql.moving brings them there.

Who is cut off goes on behind what the file has, or begins anew where the server has changed since.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, String, Table, inspect, text

from storage.database import Database, connect
from storage.errors import ServerUnavailable, StorageError
from storage.postgresql.moving import (
    AT_ONCE,
    Moved,
    Tell,
    is_of,
    names_of,
    rows_in_file,
    rows_on_server,
    told,
)
from storage.schema import metadata
from storage.side_tables import SideTables
from storage.sql.connections import EVERYWHERE, Connections
from storage.sqlite.failures import sql_as_storage_errors

_BESIDE = ("", "-wal", "-shm")
"""What SQLite's files of one database are called."""
_LAST = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)")
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
_COUNTS = "SELECT 1 FROM sqlite_master WHERE name = ? AND sql LIKE '%AUTOINCREMENT%'"


async def move_memory_back(url: str, part: Path, tell: Tell) -> None:
    """Bring the memory into a file of its own. Each table is told when it is whole.

    Raises:
        StorageError: either cannot be used.
    """
    await (await Database.open(url)).close()
    connections = connect(url)
    try:
        if not await _is_beginning(connections, part, metadata.sorted_tables):
            _remove(part)
        await (await Database.open(part)).close()
        await _move_all(connections, part, metadata.sorted_tables, tell)
    finally:
        await connections.close()


async def move_side_tables_back(
    url: str, part: Path, tables_of: Callable[[SideTables], Sequence[MetaData]], tell: Tell
) -> bool:
    """Bring a library's tables, which are made as it would make them; tell if there are any.

    Raises:
        StorageError: either cannot be used.
    """
    _remove(part)
    side, connections = SideTables.open(part), connect(url)
    try:
        made = tables_of(side)
        tables = [one for each in made for one in each.sorted_tables]
        if are_there := await connections.read(EVERYWHERE, partial(_has_all, tables)):
            await side.create(*made)
            await _move_all(connections, part, tables, tell)
    finally:
        await connections.close()
        await side.close()
    return are_there


def _has_all(tables: Iterable[Table], connection: Connection) -> bool:
    known = set(inspect(connection).get_table_names())
    return all(table.name in known for table in tables)


def _remove(part: Path) -> None:
    for each in _BESIDE:
        part.with_name(part.name + each).unlink(missing_ok=True)


async def _is_beginning(server: Connections, part: Path, tables: Iterable[Table]) -> bool:
    """Whether what the file has are the server's first rows, of each table."""
    try:
        for table in tables:
            await server.read(EVERYWHERE, partial(_begun, part, table))
    except ServerUnavailable:
        raise  # it says nothing of the file
    except (_Other, StorageError):
        return False
    return True


class _Other(Exception):
    """What is in a file is not what the server has."""


def _begun(part: Path, table: Table, connection: Connection) -> int:
    """How many rows the file has already; raises `_Other` where they are not the server's first."""
    with _opened(part) as file:
        here = told(table, rows_in_file(file, table))
    if here != told(table, islice(rows_on_server(table, connection), here.rows)):
        raise _Other
    return here.rows


async def _move_all(server: Connections, part: Path, tables: Iterable[Table], tell: Tell) -> None:
    for table in tables:
        tell(await server.read(EVERYWHERE, partial(_move_table, part, table)))


def _move_table(part: Path, table: Table, connection: Connection) -> Moved:
    rows = islice(rows_on_server(table, connection), _begun(part, table, connection), None)
    with _opened(part) as file:
        while some := list(islice(rows, AT_ONCE)):
            _put(file, table, some)
        _count_on(file, table, connection)
        here = told(table, rows_in_file(file, table))
    if here != told(table, rows_on_server(table, connection)):
        raise StorageError(reason=f"{table.name}: not as it was")
    return here


@contextmanager
def _opened(part: Path) -> Iterator[sqlite3.Connection]:
    where = f"{part.as_uri()}?mode=rw"
    with (
        sql_as_storage_errors(part, 0.0),
        closing(sqlite3.connect(where, uri=True, isolation_level=None)) as file,
    ):
        yield file


def _put(file: sqlite3.Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows as they are: no trigger notes them."""
    triggers = file.execute(_TRIGGERS, (table.name,)).fetchall()
    marks = ", ".join("?" for _ in table.c)
    file.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        file.execute(f"DROP TRIGGER {name}")
    insert = f"INSERT INTO {table.name} ({names_of(table.c)}) VALUES ({marks})"  # noqa: S608 - ours
    file.executemany(insert, (list(map(_as_sqlite, row)) for row in rows))
    for _, statement in triggers:
        file.execute(statement)
    file.execute("COMMIT")


def _as_sqlite(value: object) -> object:
    """Return a server's value as SQLAlchemy writes it into a file."""
    return value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def _count_on(file: sqlite3.Connection, table: Table, connection: Connection) -> None:
    """Let no number be given twice."""
    if "id" not in table.c or is_of(String, table.c.id.type):
        return
    last = connection.scalar(_LAST, {"name": table.name})
    if last and file.execute(_COUNTS, (table.name,)).fetchone():
        file.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        file.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last))

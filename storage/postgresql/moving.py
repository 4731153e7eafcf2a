"""Brings the tables of a SQLite file to a server, row by row as they are.

Rows go in the order of their keys, so what is there is the beginning of what shall be there: who is
cut off goes on behind it. That it is so, and in the end that all is, is told by counts and digests.
"""

import asyncio
import hashlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, DateTime, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from storage.database import Database, connect
from storage.errors import ServerUsed, StorageError
from storage.postgresql.walls import wall_of
from storage.schema import metadata
from storage.side_tables import SideTables
from storage.sql.connections import EVERYWHERE, Connections, Everywhere
from storage.sql.nul import without_escaped_nul, without_nul
from storage.sqlite.failures import from_sqlite

AT_ONCE = 5_000
"""Rows of one transaction."""
_ALONE = Everywhere(("moving",))

_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that is there, or as much of it as was asked for."""

    table: str
    rows: int
    digest: bytes


Tell = Callable[[Moved], None]


async def move(path: Path, tables: Sequence[Table], to: Connections, tell: Tell) -> None:
    """Bring tables there; those that others name come first. Each is told when it is whole.

    Raises:
        ServerUsed: something else is there.
        StorageError: the file or the server cannot be used.
    """
    async with _reading(path) as file:
        begun = [await _begun(file, table, to) for table in tables]
        for table, rows in zip(tables, begun, strict=True):
            tell(await _move_table(file, table, rows, to))


@asynccontextmanager
async def _reading(path: Path) -> AsyncIterator[sqlite3.Connection]:
    """A view of the file that stays as it is."""
    try:
        uri = f"{path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, check_same_thread=False)) as file:
            file.execute("BEGIN")
            yield file
    except sqlite3.Error as error:
        raise from_sqlite(error, path, 0.0) from error


async def _begun(file: sqlite3.Connection, table: Table, to: Connections) -> int:
    """How many rows are there already; raises `ServerUsed` where they are not the first of ours."""
    there = await to.read(EVERYWHERE, partial(_there, table))
    if there != await asyncio.to_thread(told, table, islice(rows_in_file(file, table), there.rows)):
        raise ServerUsed(path=to.shown)
    return there.rows


async def _move_table(file: sqlite3.Connection, table: Table, begun: int, to: Connections) -> Moved:
    rows = islice(rows_in_file(file, table), begun, None)
    while some := await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE))):
        await to.write(_ALONE, partial(_put, table, some))
    await to.write(_ALONE, partial(_count_on, table, _last_number(file, table)))
    whole = await asyncio.to_thread(told, table, rows_in_file(file, table))
    if whole != await to.read(EVERYWHERE, partial(_there, table)):
        raise StorageError(reason=f"{table.name}: not as it was")
    return whole


def rows_in_file(file: sqlite3.Connection, table: Table) -> Iterator[_Row]:
    """Yield every row of a file's table in the order of their keys, as a server gives them."""
    columns = [_kind(column.type) for column in table.c]
    statement = (
        f"SELECT {names_of(table.c)} FROM {table.name} ORDER BY {names_of(table.primary_key)}"  # noqa: S608 - ours
    )
    for row in file.execute(statement):
        yield tuple(kind(value) for kind, value in zip(columns, row, strict=True))


def rows_on_server(table: Table, connection: Connection) -> Iterator[_Row]:
    """Yield every row of a server's table in the order of their keys, fetched a part at a time."""
    driver: Any = connection.connection.driver_connection
    shown = ", ".join(
        f'CAST("{column.name}" AS TEXT)' if is_of(JSON, column.type) else f'"{column.name}"'
        for column in table.c
    )
    order = names_of(table.primary_key)
    with driver.cursor(name="moving") as rows:
        rows.itersize = AT_ONCE
        rows.execute(f"SELECT {shown} FROM {table.name} ORDER BY {order}")  # noqa: S608 - ours
        are_json = [is_of(JSON, column.type) for column in table.c]
        for row in rows:
            each = zip(are_json, row, strict=True)
            yield tuple(_json(value) if is_json else value for is_json, value in each)


def _there(table: Table, connection: Connection) -> Moved:
    return told(table, rows_on_server(table, connection))


def told(table: Table, rows: Iterable[_Row]) -> Moved:
    """Count rows and take the digest of all they hold."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        count += 1
    return Moved(table.name, count, digest.digest())


def _put(table: Table, rows: Iterable[_Row], connection: Connection) -> None:
    """Copy rows as they are: no trigger notes them, and COPY wants no wall for the owner."""
    driver: Any = connection.connection.driver_connection
    has_wall = bool(wall_of(table))
    if has_wall:
        driver.execute(_OPEN.format(table.name))
    with (
        driver.cursor() as cursor,
        cursor.copy(_COPY.format(table.name, names_of(table.c))) as copy,
    ):
        for row in rows:
            copy.write_row(row)
    if has_wall:
        driver.execute(_SHUT.format(table.name))


_COPY = "COPY {} ({}) FROM STDIN"
_OPEN = "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER"
_SHUT = "ALTER TABLE {} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER"


def _last_number(file: sqlite3.Connection, table: Table) -> int:
    """The largest number that was ever given, if the file knows; else that is there."""
    if "id" not in table.c or is_of(String, table.c.id.type):
        return 0
    known = "SELECT seq FROM sqlite_sequence WHERE name = ?"
    numbers = [file.execute(f"SELECT max(id) FROM {table.name}").fetchone()]  # noqa: S608 - ours
    if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
        numbers.append(file.execute(known, (table.name,)).fetchone())
    return max((number[0] or 0 for number in numbers if number), default=0)


def _count_on(table: Table, last: int, connection: Connection) -> None:
    """Let no number be given twice."""
    if last:
        driver: Any = connection.connection.driver_connection
        driver.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table.name, last))


def names_of(columns: Iterable[Any]) -> str:
    """Return columns as SQL lists them."""
    return ", ".join(f'"{column.name}"' for column in columns)


def is_of(kind: type[TypeEngine[Any]], given: TypeEngine[Any]) -> bool:
    """Tell whether a column's type is one of ours around this one, or itself."""
    return isinstance(getattr(given, "impl", given), kind)


def _kind(given: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a value of SQLite's is as a server gives it."""
    for kind, read in (
        (JSON, _json),
        (Boolean, bool),
        (DateTime, datetime.fromisoformat),
        (LargeBinary, bytes),
    ):
        if is_of(kind, given):
            return lambda value: value if value is None else read(value)
    return lambda value: without_nul(value) if isinstance(value, str) else value


def _json(value: str | float | None) -> str | None:
    """JSON as it was written, but for a number alone: SQLite keeps it as one, and 3.0 as 3."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return without_escaped_nul(value)
    if value is None:
        return None
    number = json.loads(value) if isinstance(value, str) else value
    is_whole = abs(number) < _MOST and number == int(number)
    return json.dumps(int(number) if is_whole else float(number))


_NUMBER, _MOST = re.compile(r"-?\d[\d.eE+-]*"), 2**63


async def move_memory(path: Path, url: str, tell: Tell) -> None:
    """Bring the memory there, each part of it once it is as new as this Tokki.

    Raises:
        StorageError: either cannot be used, or something else is there.
    """
    for place in (path, url):
        await (await Database.open(place)).close()
    await _move_to(url, path, metadata.sorted_tables, tell)


async def move_side_tables(
    path: Path, url: str, tables_of: Callable[[SideTables], Sequence[MetaData]], tell: Tell
) -> None:
    """Bring a library's tables there, which are made as it would make them.

    Raises:
        StorageError: either cannot be used, or something else is there.
    """
    side = SideTables.open(url)
    try:
        tables = tables_of(side)
        await side.create(*tables)
    finally:
        await side.close()
    await _move_to(url, path, [one for each in tables for one in each.sorted_tables], tell)


async def _move_to(url: str, path: Path, tables: Sequence[Table], tell: Tell) -> None:
    connections = connect(url)
    try:
        await move(path, tables, connections, tell)
    finally:
        await connections.close()

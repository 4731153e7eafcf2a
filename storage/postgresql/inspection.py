"""A look at a server's database by its operator, which changes nothing in it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, text

from storage.database import connect
from storage.errors import ServerForbids
from storage.migrations import is_up_to_date
from storage.postgresql.walls import wall_of
from storage.schema import metadata
from storage.sql.connections import EVERYWHERE, Connections

_SERVER = text("""
    SELECT current_setting('server_version') AS version,
      pg_database_size(current_database()) AS size, rolsuper OR rolbypassrls AS passes_walls
    FROM pg_roles WHERE rolname = current_user
""")
_MAY_CREATE = text("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")
_OTHERS_OWN = text("""
    SELECT EXISTS (
      SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY (:names)
        AND NOT pg_has_role(tableowner, 'USAGE')
    )
""")
# Each right by itself: of several in one list, any would do.
_LACKS = text("""
    WITH ours AS (
      SELECT oid FROM pg_class WHERE relkind = 'r' AND relname = ANY (:names)
        AND relnamespace = current_schema()::regnamespace
    )
    SELECT EXISTS (
      SELECT 1 FROM ours, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted
      WHERE NOT has_table_privilege(ours.oid, wanted)
      UNION ALL
      SELECT 1 FROM ours JOIN pg_depend ON refobjid = ours.oid AND deptype = 'a'
        JOIN pg_class AS numbers ON numbers.oid = objid
      WHERE CASE WHEN numbers.relkind = 'S'
        THEN NOT has_sequence_privilege(numbers.oid, 'USAGE, UPDATE') END
    )
""")
_TABLES = text(
    "SELECT relname, relforcerowsecurity FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = current_schema()::regnamespace"
)
_TRIGGERS = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
_INDEXES = text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
_VERSIONS = text(
    "SELECT name, number, folder FROM versions WHERE removed_at IS NULL ORDER BY name, number"
)


@dataclass(frozen=True, slots=True)
class Server:
    """What there is."""

    shown: str
    version: str
    size_bytes: int
    passes_walls: bool
    """This user sees every row, whatever a statement forgets."""
    is_filled: bool = False
    versions: Sequence[str] = ()
    """What communities have trained and not removed, as `name` and `name@number`."""
    folders: Sequence[str] = ()
    """Where the checkpoints lie, relative to the data folder."""
    faults: Sequence[str] = ()


async def look_at(url: str, beside: Collection[str] = ()) -> Server:
    """See whether a server's database can be used, and what is in it.

    Args:
        url: of the database.
        beside: the tables that something of ours makes there beside the memory.

    Raises:
        StorageError: it cannot.
    """
    connections = connect(url)
    try:
        await connections.write(EVERYWHERE, connections.check_writable)
        return await connections.read(EVERYWHERE, partial(_look, connections, beside))
    finally:
        await connections.close()


def _look(connections: Connections, beside: Collection[str], connection: Connection) -> Server:
    server = connection.execute(_SERVER).one()
    is_current = is_up_to_date(connections, connection)
    if not _may_work(connection, beside, is_current=is_current):
        raise ServerForbids(path=connections.shown)
    of_server = (connections.shown, server.version, server.size, server.passes_walls)
    if not is_current:  # empty, or older: it is brought up to date when Tokki begins
        return Server(*of_server)
    trained = connection.execute(_VERSIONS).all()
    folders = sorted({row.folder for row in trained})
    return Server(*of_server, True, list(_names(trained)), folders, list(_faults(connection)))


def _may_work(connection: Connection, beside: Collection[str], *, is_current: bool) -> bool:
    """Whether the rights are there that Tokki needs: whose the tables are is asked of old ones."""
    names = {"names": [*metadata.tables, *beside]}
    is_whole = is_current and _are_there(connection, beside)
    if not is_whole and not connection.scalar(_MAY_CREATE):
        return False
    if not is_current and connection.scalar(_OTHERS_OWN, {"names": list(metadata.tables)}):
        return False  # only who owns a table may change it
    return not connection.scalar(_LACKS, names)


def _are_there(connection: Connection, tables: Collection[str]) -> bool:
    return {row.relname for row in connection.execute(_TABLES)} >= set(tables)


def _names(trained: Iterable[Row[Any]]) -> Iterable[str]:
    for row in trained:
        yield from (row.name, f"{row.name}@{row.number}")


def _faults(connection: Connection) -> Iterable[str]:
    """What is not as it was made, in the server's names."""
    has_wall = {row.relname: row.relforcerowsecurity for row in connection.execute(_TABLES)}
    for table in metadata.sorted_tables:
        if table.name not in has_wall:
            yield f"{table.name}: no table"
        elif wall_of(table) and not has_wall[table.name]:
            yield f"{table.name}: no row security"
    triggers = set(connection.scalars(_TRIGGERS))
    yield from (f"{name}: no trigger" for name in _OUR_TRIGGERS if name not in triggers)
    yield from (f"{name}: not valid" for name in connection.scalars(_INDEXES))


_OUR_TRIGGERS = [
    f"tr_{table}_{what}"
    for table in ("examples", "votes")
    for what in ("inserted", "updated", "deleted")
]

"""Brings a database up to the tables of storage/schema/.

To change them: edit schema.py and add `versions/<next number>_<what>.py`, whose `revision` is
its number; then `python -m storage.migrations` writes anew what new databases are made from, a
file for each kind. What came before 0028 was of SQLite alone; later ones run on both kinds, and
a new table gets its wall by `guard`. tests/storage/migrations says whether all agree.
"""

from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Table, inspect, text

from storage.schema import metadata
from storage.sql.connections import EVERYWHERE, Connections, Everywhere

FOLDER = Path(__file__).parent
FRESH = {"sqlite": FOLDER / "fresh.sql", "postgresql": FOLDER / "fresh.postgresql.sql"}
BETWEEN = ";\n\n"
"""Statements of it."""
_ALONE = Everywhere(("migrations",))
_AS_IT_IS = {"no_parameters": True}


def known_revisions() -> list[str]:
    """Ours, oldest first, by the names of the files."""
    return sorted(file.name.split("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


async def migrate(connections: Connections) -> None:
    """Apply what is missing. Several processes may do so at once: the others find nothing to do."""
    # Alembic takes longer to import than all else here: first see whether it is needed.
    if not await connections.read(EVERYWHERE, partial(is_up_to_date, connections)):
        await connections.write(_ALONE, partial(_bring_up, connections))


def is_up_to_date(connections: Connections, connection: Connection) -> bool:
    """Tell whether nothing is missing; raises a `StorageError` where the database is not ours."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return False
    if "alembic_version" not in tables or metadata.tables.keys().isdisjoint(tables):
        raise connections.foreign(path=connections.shown)  # somebody else's: leave it alone
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    known = known_revisions()
    if found not in known:
        raise connections.newer(path=connections.shown, found=found, known=known[-1])
    return bool(found == known[-1])


def _bring_up(connections: Connections, connection: Connection) -> None:
    if not inspect(connection).get_table_names():
        statements = FRESH[connection.dialect.name].read_text(encoding="utf-8").split(BETWEEN)
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options=_AS_IT_IS)
    elif not is_up_to_date(connections, connection):
        upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate, whatever is there; from an empty file on, too."""
    from alembic import command  # noqa: PLC0415 - slow, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, revision)


def guard(connection: Connection, table: Table) -> None:
    """Build the wall of a table that a migration has made; a file has none."""
    if connection.dialect.name == "postgresql":
        from storage.postgresql.walls import wall_of  # noqa: PLC0415

        for statement in wall_of(table):
            connection.exec_driver_sql(statement, execution_options=_AS_IT_IS)

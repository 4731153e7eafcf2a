"""Brings a database up to the tables of storage/schema.py.

To change them: edit schema.py and add `versions/<next number>_<what>.py`, whose `revision` is
its number; then `python -m storage.migrations` writes fresh.sql, from which new files are made.
tests/storage/test_migrations.py says whether the three agree.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import DatabaseBroken, DatabaseNewer
from storage.sqlite.connections import Connections

FOLDER = Path(__file__).parent
FRESH = FOLDER / "fresh.sql"
BETWEEN = ";\n\n"
"""Statements of it."""


def known_revisions() -> list[str]:
    """Ours, oldest first, by the names of the files."""
    return sorted(file.name.split("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


async def migrate(connections: Connections) -> None:
    """Apply what is missing. Two processes may do so at once: the second finds nothing to do."""
    path = connections.path
    # Alembic takes longer to import than all else here: first see whether it is needed.
    if not await connections.read(lambda reader: _is_current(reader, path)):
        await connections.write(_bring_up)


def _is_current(connection: Connection, path: Path) -> bool:
    tables = inspect(connection).get_table_names()
    if not tables:
        return False
    if "alembic_version" not in tables:
        raise DatabaseBroken(path=str(path))  # somebody else's database: leave it alone
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    known = known_revisions()
    if found not in known:
        raise DatabaseNewer(path=str(path), found=found, known=known[-1])
    return bool(found == known[-1])


def _bring_up(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        upgrade(connection)
    else:
        for statement in FRESH.read_text(encoding="utf-8").split(BETWEEN):
            connection.exec_driver_sql(statement)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate, whatever is there; from an empty file on, too."""
    from alembic import command  # noqa: PLC0415 - slow, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, revision)

"""Writes what new databases are made from, a file for each kind: `python -m storage.migrations`."""

from itertools import groupby

from sqlalchemy import create_engine, create_mock_engine, text
from sqlalchemy.sql.ddl import ExecutableDDLElement

from storage.migrations import BETWEEN, FRESH, known_revisions, upgrade
from storage.postgresql.walls import wall_of
from storage.schema import metadata

_TABLES = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
_VERSION_TABLE = (
    "CREATE TABLE alembic_version (\n"
    "\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


def main() -> None:
    """Write both."""
    for kind, statements in (("sqlite", of_file()), ("postgresql", of_server())):
        FRESH[kind].write_text(BETWEEN.join([*statements, _stamp()]) + "\n", encoding="utf-8")


def of_file() -> list[str]:
    """Return what the migrations leave of an empty file."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        tables = list(connection.scalars(text(f"{_TABLES} ORDER BY rowid")))
    engine.dispose()
    return tables


def of_server() -> list[str]:
    """Return what makes the tables of the schema on a server, each with its wall."""
    made = [_VERSION_TABLE]

    def note(statement: ExecutableDDLElement, *_values: object) -> None:
        made.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine("postgresql+psycopg://", note)
    metadata.create_all(engine, checkfirst=False)
    made = _indexes_in_order(made)
    return made + [each for table in metadata.sorted_tables for each in wall_of(table)]


def _indexes_in_order(statements: list[str]) -> list[str]:
    """Return the same, each table's indexes by their names: it has them in no order."""
    ordered: list[str] = []
    for is_index, some in groupby(statements, lambda one: " INDEX " in one.partition("(")[0]):
        group = list(some)
        ordered += sorted(group) if is_index else group
    return ordered


def _stamp() -> str:
    return f"INSERT INTO alembic_version VALUES ('{known_revisions()[-1]}')"  # noqa: S608 - our own


if __name__ == "__main__":
    main()

"""A server's tables are those of a file, as far as the two kinds mean the same."""

import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage import migrations, schema
from storage.database import connect
from storage.migrations.__main__ import of_server
from storage.sql.connections import EVERYWHERE
from tests.storage.places import rows_in

KINDS = {
    "BIGINT": "INTEGER",
    "TIMESTAMP": "DATETIME",
    "BYTEA": "BLOB",
    "DOUBLE PRECISION": "FLOAT",
}
MEANT = {"false": "0", "true": "1"}


def described(connection: Connection) -> dict[str, Any]:
    """Every table, in words that both kinds have."""
    found = inspect(connection)
    return {
        name: {
            "columns": {one["name"]: _column(one) for one in found.get_columns(name)},
            "primary key": found.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": sorted(map(_foreign_key, found.get_foreign_keys(name))),
            "unique": sorted(one["column_names"] for one in found.get_unique_constraints(name)),
            "indexes": sorted(
                (one["name"], one["column_names"], bool(one["unique"]))
                for one in found.get_indexes(name)
                if not one.get("duplicates_constraint")
            ),
        }
        for name in found.get_table_names()
    }


def _column(one: Any) -> tuple[str, bool, str | None]:
    kind = re.sub(r' COLLATE "C"| WITHOUT TIME ZONE', "", str(one["type"]))
    default = re.sub(r"^'(.*)'(::.*)?$", r"\1", one["default"] or "") or None
    if default and default.startswith("nextval"):
        default = None
    return KINDS.get(kind, kind), bool(one["nullable"]), MEANT.get(default or "", default)


def _foreign_key(one: Any) -> tuple[Any, ...]:
    named = (one["constrained_columns"], one["referred_table"], one["referred_columns"])
    return (one["name"], *named, sorted(one["options"].items()))


async def of(place: Path | str) -> dict[str, Any]:
    connections = connect(place)
    try:
        if isinstance(place, Path):
            await migrations.migrate(connections)
        return await connections.read(EVERYWHERE, described)
    finally:
        await connections.close()


@pytest.mark.scale
async def test_both_kinds_have_the_same_tables(postgresql, tmp_path: Path) -> None:
    of_a_file = await of(tmp_path / "tokki.db")
    of_a_server = await of(postgresql.new(postgresql.tidy))
    for table, meant in of_a_file.items():
        assert of_a_server[table] == meant, table
    assert of_a_server.keys() == of_a_file.keys()


@pytest.mark.scale
async def test_a_server_has_the_tables_of_the_schema(postgresql) -> None:
    connections = connect(postgresql.new(postgresql.tidy))

    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), schema.metadata)

    assert await connections.read(EVERYWHERE, differences) == []
    await connections.close()


@pytest.mark.scale
def test_texts_are_compared_by_their_bytes(postgresql) -> None:
    """But for words of our own, which nobody puts in order."""
    rows = rows_in(
        postgresql.new(postgresql.tidy),
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        " AND character_maximum_length IS NULL AND collation_name IS DISTINCT FROM 'C'",
    )
    assert rows == []


@pytest.mark.scale
async def test_what_was_the_first_of_servers_is_brought_up_to_date(postgresql) -> None:
    """Migrations from 0028 on run on both kinds."""
    url = postgresql.new()
    connections = connect(url)
    first = Path(__file__).parent / "first.sql"

    def make(connection: Connection) -> None:
        for statement in first.read_text("utf-8").split(migrations.BETWEEN):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    await connections.write(EVERYWHERE, make)
    await migrations.migrate(connections)
    made = await connections.read(EVERYWHERE, described)
    await connections.close()
    assert made == await of(postgresql.new(postgresql.tidy))
    walls = "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1"
    assert rows_in(url, walls) == rows_in(postgresql.new(postgresql.tidy), walls)


def test_what_a_server_is_made_from_is_that_of_the_schema() -> None:
    written = migrations.FRESH["postgresql"].read_text("utf-8")
    *statements, stamp = written.removesuffix("\n").split(migrations.BETWEEN)
    assert statements == of_server(), "run python -m storage.migrations"
    assert migrations.known_revisions()[-1] in stamp

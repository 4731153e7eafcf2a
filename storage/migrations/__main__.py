"""Writes fresh.sql, what the migrations leave of an empty file: `python -m storage.migrations`."""

from sqlalchemy import create_engine, text

from storage.migrations import BETWEEN, FRESH, upgrade

_TABLES = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"


def main() -> None:
    """Migrate a database in memory, and write down its tables and its revision."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        tables = connection.scalars(text(f"{_TABLES} ORDER BY rowid"))
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        stamp = f"INSERT INTO alembic_version VALUES ('{revision}')"  # noqa: S608 - our own
        FRESH.write_text(BETWEEN.join([*tables, stamp]) + "\n", encoding="utf-8")
    engine.dispose()


if __name__ == "__main__":
    main()

"""Tables beside the memory, for a library that brings its own and its SQL."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Engine, MetaData, Table, delete, select

from storage.database import BUSY_TIMEOUT_S, connect
from storage.sql.connections import EVERYWHERE, Connections, Everywhere

T = TypeVar("T")

_ALONE = Everywhere(("side tables",))


class SideTables:
    """Lends its engine; what is done with that goes through `guard`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, place: Path | str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Self:
        """Create a file where there is none, for the bot's own user alone, or use a server's URL.

        Raises:
            StorageError: it cannot be used.
        """
        return cls(connect(place, busy_timeout_s))

    @property
    def engine(self) -> Engine:
        """The engine, whose transactions all take their turn to write."""
        return self._connections.writing_engine

    async def guard(self, work: Callable[[], T]) -> T:
        """Use the engine, in a thread: to the end of it, and failing as a `StorageError` only."""
        return await self._connections.lend(work)

    async def create(self, *tables: MetaData) -> None:
        """Create the tables that are missing."""
        for each in tables:
            await self._connections.write(_ALONE, each.create_all)

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Return everything in a table."""
        found = await self._connections.read(EVERYWHERE, lambda known: known.execute(select(table)))
        return [dict(row) for row in found.mappings()]

    async def delete_before(self, column: ColumnElement[datetime], moment: datetime) -> None:
        """Delete the rows whose time, in UTC without saying so, is before a moment."""
        statement = delete(column.table).where(column < moment.replace(tzinfo=None))
        await self._connections.change(EVERYWHERE, statement)

    async def close(self) -> None:
        """Finish what is under way, and give them back."""
        await self._connections.close()

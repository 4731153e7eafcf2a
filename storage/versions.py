"""Checkpoints that communities have trained."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.live_versions import make_first_live
from storage.records import NewVersion, Version
from storage.sqlite.connections import Connections

table, snapshots = schema.versions, schema.snapshots


class Versions:
    """Numbers the checkpoints of a name: `name@1`, `name@2`, …"""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, version: NewVersion) -> Version:
        """Remember a checkpoint under the next number of its name; the first of a name is live."""
        return await self._connections.write(partial(add_version, version))

    async def find(self, community: str, name: str, number: int) -> Version | None:
        """One version of a name."""
        statement = select(table).where(
            table.c.community == community, table.c.name == name, table.c.number == number
        )
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return Version(**schema.plain(row)) if row else None

    async def all(self, community: str) -> Sequence[Version]:
        """Every version of this community, by name and number."""
        statement = (
            select(table)
            .where(table.c.community == community)
            .order_by(table.c.name, table.c.number)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return [Version(**schema.plain(row)) for row in rows]

    async def readings(self, community: str, dataset_id: int) -> int:
        """How many versions were measured on the test side of a dataset."""
        statement = (
            select(func.count())
            .select_from(table)
            .join(snapshots, table.c.snapshot_id == snapshots.c.id)
            .where(table.c.community == community, snapshots.c.dataset_id == dataset_id)
        )
        found = await self._connections.read(lambda connection: connection.scalar(statement))
        return int(found or 0)


async def add_version(version: NewVersion, connection: AsyncConnection) -> Version:
    """Store a checkpoint under the next number of its name, within somebody's transaction."""
    last = func.coalesce(func.max(table.c.number), 0)
    next_number = select(last + 1).where(
        table.c.community == version.community, table.c.name == version.name
    )
    values = schema.values_of(version) | {"number": next_number.scalar_subquery()}
    added = await connection.execute(insert(table).values(values).returning(table))
    stored = Version(**schema.plain(added.one()))
    await make_first_live(connection, stored)
    return stored

"""Checkpoints that communities have trained."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from storage import schema
from storage.audit import note
from storage.checkpoints.live_versions import make_first_live
from storage.errors import VersionLive
from storage.records import NewAuditEntry, NewVersion, Version
from storage.sql.connections import EVERYWHERE, Connections

table, snapshots, live_versions = schema.versions, schema.snapshots, schema.live_versions
readings, datasets = schema.readings, schema.datasets


class Versions:
    """Numbers the checkpoints of a name: `name@1`, `name@2`, …"""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, version: NewVersion) -> Version:
        """Remember a checkpoint under the next number of its name; the first of a name is live."""
        return await self._connections.write(version.community, partial(add_version, version))

    async def find(self, community: str, name: str, number: int) -> Version | None:
        """One version of a name, unless it was removed."""
        statement = select(table).where(_is_it(community, name, number))
        found = await self._connections.rows(community, statement)
        row = found.one_or_none()
        return Version(**schema.plain(row)) if row else None

    async def all(self, community: str) -> Sequence[Version]:
        """Every version of this community that is there, by name and number."""
        statement = (
            select(table)
            .where(table.c.community == community, table.c.removed_at.is_(None))
            .order_by(table.c.name, table.c.number)
        )
        rows = await self._connections.rows(community, statement)
        return [Version(**schema.plain(row)) for row in rows]

    async def remove(
        self, community: str, name: str, number: int, deed: NewAuditEntry | None = None
    ) -> None:
        """Give up a version; nothing happens where there is none. Raises `VersionLive`."""
        live = select(live_versions).where(
            live_versions.c.community == community,
            live_versions.c.name == name,
            live_versions.c.number == number,
        )
        gone = update(table).where(_is_it(community, name, number)).values(removed_at=schema.now())

        def put(connection: Connection) -> None:
            if connection.execute(live).one_or_none():
                raise VersionLive(version=f"{name}@{number}")
            if connection.execute(gone).rowcount:
                note(connection, deed)

        await self._connections.write(community, put)

    async def readings(self, community: str, dataset_id: int) -> int:
        """How often the test side of a dataset was read: once a training, once a measurement."""
        trained = (
            select(func.count())
            .select_from(table)
            .join(snapshots, table.c.snapshot_id == snapshots.c.id)
            .where(table.c.community == community, snapshots.c.dataset_id == dataset_id)
        )
        measured = (
            select(func.count())
            .select_from(readings)
            .join(datasets, readings.c.dataset_id == datasets.c.id)
            .where(datasets.c.community == community, readings.c.dataset_id == dataset_id)
        )
        both = select(trained.scalar_subquery() + measured.scalar_subquery())
        found = await self._connections.read(community, lambda connection: connection.scalar(both))
        return int(found or 0)

    async def removed_folders(self) -> Sequence[str]:
        """Where the files of removed versions were, of all communities, for who tidies the disk."""
        statement = select(table.c.folder).where(table.c.removed_at.is_not(None))
        rows = await self._connections.rows(EVERYWHERE, statement)
        return [row.folder for row in rows]


def _is_it(community: str, name: str, number: int) -> ColumnElement[bool]:
    return and_(
        table.c.community == community,
        table.c.name == name,
        table.c.number == number,
        table.c.removed_at.is_(None),
    )


def add_version(version: NewVersion, connection: Connection, *, may_answer: bool = True) -> Version:
    """Store a checkpoint under the next number of its name, within somebody's transaction.

    Where nothing answers to that name yet, it does from now on if it may.
    """
    last = func.coalesce(func.max(table.c.number), 0)
    next_number = select(last + 1).where(
        table.c.community == version.community, table.c.name == version.name
    )
    values = schema.values_of(version) | {"number": next_number.scalar_subquery()}
    added = connection.execute(insert(table).values(values).returning(table))
    stored = Version(**schema.plain(added.one()))
    if may_answer:
        make_first_live(connection, stored)
    return stored

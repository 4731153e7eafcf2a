"""What trainings learned from. A snapshot is written once, and nothing here changes one."""

import asyncio

from sqlalchemy import Connection, Select, insert, select

from storage import schema
from storage.errors import DatasetChanged
from storage.labelling.datasets import dataset_of
from storage.records import Dataset, NewSnapshot, Snapshot
from storage.sql.connections import Connections

table, datasets, examples = schema.snapshots, schema.datasets, schema.examples


class Snapshots:
    """Which texts had which labels when a training began."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def take(self, snapshot: NewSnapshot) -> Snapshot:
        """Keep a snapshot; one of the same content is the same one.

        Raises `NoSuchDataset`, and `DatasetChanged` where a text of it is not there any more.
        """
        values = await asyncio.to_thread(schema.values_of, snapshot)
        known = _of(snapshot.community).where(
            table.c.dataset_id == snapshot.dataset_id, table.c.hash == snapshot.hash
        )

        def put(connection: Connection) -> Snapshot:
            dataset = dataset_of(connection, snapshot.community, snapshot.dataset_id)
            _ensure_there(connection, dataset, snapshot)
            row = connection.execute(known).one_or_none()
            if row is None:
                values.pop("community", None)
                statement = insert(table).values(values | {"dataset_id": dataset.id})
                connection.execute(statement)
                row = connection.execute(known).one()
            return Snapshot(**schema.plain(row))

        return await self._connections.write(snapshot.community, put)

    async def get(self, community: str, snapshot_id: int) -> Snapshot | None:
        """One snapshot of this community."""
        statement = _of(community).where(table.c.id == snapshot_id)
        found = await self._connections.rows(community, statement)
        row = found.one_or_none()
        return Snapshot(**schema.plain(row)) if row else None


def _ensure_there(connection: Connection, dataset: Dataset, snapshot: NewSnapshot) -> None:
    """Somebody may have been erased while a training was planned: nothing learns their texts."""
    there = connection.scalars(select(examples.c.id).where(examples.c.dataset_id == dataset.id))
    if not {row.example_id for row in snapshot.rows} <= set(there):
        raise DatasetChanged(name=dataset.name)


def _of(community: str) -> "Select[tuple[object, ...]]":
    return (
        select(datasets.c.community, *table.c)
        .join(datasets, table.c.dataset_id == datasets.c.id)
        .where(datasets.c.community == community)
    )

"""What models were measured to be worth on test sides; each is read once a model."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage import schema
from storage.labelling.datasets import dataset_of
from storage.records import NewReading, Reading
from storage.sql.connections import Connections
from storage.sql.upserts import upsert

table, datasets = schema.readings, schema.datasets


class Readings:
    """Which models were measured on which test sides."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, reading: NewReading) -> None:
        """Keep what a model is worth; what is known stays. Raises `NoSuchDataset`."""
        values = schema.values_of(reading)
        community = values.pop("community")

        def put(connection: Connection) -> None:
            dataset_of(connection, community, reading.dataset_id)
            connection.execute(upsert(table).values(values).or_nothing())

        await self._connections.write(reading.community, put)

    async def all(self, community: str, dataset_id: int) -> Sequence[Reading]:
        """Every reading of the test side of a dataset, the last first."""
        statement = (
            select(datasets.c.community, *table.c)
            .join(datasets, table.c.dataset_id == datasets.c.id)
            .where(datasets.c.community == community, table.c.dataset_id == dataset_id)
            .order_by(table.c.id.desc())
        )
        rows = await self._connections.rows(community, statement)
        return [Reading(**schema.plain(row)) for row in rows]

"""Named label sets of communities."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections
from storage.records import Dataset

table = schema.datasets

VOTES_NEEDED = 2
"""Of a dataset that nobody has decided it for."""


class Datasets:
    """Which datasets a community has."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def all(self, community: str) -> Sequence[Dataset]:
        """Every dataset of this community, the oldest first."""
        return await self._connections.read(lambda connection: all_of(connection, community))


async def all_of(connection: AsyncConnection, community: str) -> Sequence[Dataset]:
    """The same, in a transaction that goes on."""
    statement = select(table).where(table.c.community == community).order_by(table.c.id)
    return [Dataset(**schema.plain(row)) for row in await connection.execute(statement)]


async def with_labels(
    connection: AsyncConnection, community: str, labels: Sequence[str], name: str
) -> Dataset:
    """The dataset of these labels, in whatever order; made under `name` if there is none yet."""
    datasets = await all_of(connection, community)
    for dataset in datasets:
        if sorted(dataset.labels) == sorted(labels):
            return dataset
    free = _free_name(name, {dataset.name for dataset in datasets})
    values = {"community": community, "name": free, "labels": labels, "votes_needed": VOTES_NEEDED}
    made = await connection.execute(insert(table).values(values).returning(table))
    return Dataset(**schema.plain(made.one()))


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free

"""What a community has decided for itself, and what Tokki notes of a platform: names and values."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from storage import schema
from storage.connections import Connections

table = schema.settings


class CommunitySettings:
    """Keeps any JSON value under a name."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def all(self, community: str) -> Mapping[str, object]:
        """Every value of this community by name."""
        statement = (
            select(table.c.name, table.c.value)
            .where(table.c.community == community)
            .order_by(table.c.name)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return {row.name: row.value for row in rows}

    async def put(self, community: str, name: str, value: object) -> None:
        """Set a value; the last one holds."""
        values = {"value": value, "updated_at": schema.now()}
        statement = (
            insert(table)
            .values(community=community, name=name, **values)
            .on_conflict_do_update(index_elements=["community", "name"], set_=values)
        )
        await self._connections.write(lambda connection: connection.execute(statement))

    async def remove(self, community: str, name: str) -> None:
        """Forget a value; it is no mistake if there is none."""
        statement = delete(table).where(table.c.community == community, table.c.name == name)
        await self._connections.write(lambda connection: connection.execute(statement))

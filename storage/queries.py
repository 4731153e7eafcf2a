"""Questions and their answers."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from storage import schema
from storage.connections import Connections
from storage.records import NewQuery, Query

table = schema.queries


class Queries:
    """Remembers what was asked and answered."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, query: NewQuery) -> int:
        """Remember a question; on return it is on disk."""
        statement = insert(table).values(schema.values_of(query)).returning(table.c.id)
        added = await self._connections.write(lambda connection: connection.execute(statement))
        return int(added.scalar_one())

    async def get(self, community: str, query_id: int) -> Query | None:
        """One question of this community."""
        statement = select(table).where(table.c.community == community, table.c.id == query_id)
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return Query(**schema.plain(row)) if row else None

    async def recent(self, community: str, user: str, limit: int) -> Sequence[Query]:
        """Somebody's last questions here, newest first."""
        statement = (
            select(table)
            .where(table.c.community == community, table.c.user == user)
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return [Query(**schema.plain(row)) for row in rows]

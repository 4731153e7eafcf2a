"""Questions and their answers."""

from collections.abc import Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.records import NewQuery, Query
from storage.sqlite.connections import Connections
from storage.sqlite.group_commit import GroupCommit

table = schema.queries

# The largest number ever given: https://sqlite.org/autoinc.html
LAST_NUMBER = text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=table.name)


class Queries:
    """Remembers what was asked and answered."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._adding = GroupCommit(connections, _insert)

    async def add(self, query: NewQuery) -> int:
        """Remember a question; on return it is on disk."""
        return await self._adding.add(query)

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


async def _insert(connection: AsyncConnection, queries: Sequence[NewQuery]) -> Sequence[int]:
    # SQLite does not promise which of several rows gets which number, hence they are given here.
    # Nobody else can give the same: whoever writes is alone.
    first = (await connection.scalar(LAST_NUMBER) or 0) + 1
    numbers = range(first, first + len(queries))
    rows = [schema.values_of(query) for query in queries]
    numbered = [{"id": number} | row for number, row in zip(numbers, rows, strict=True)]
    await connection.execute(insert(table), numbered)
    return numbers

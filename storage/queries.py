"""Questions and their answers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from storage import schema
from storage.records import NewQuery, Query
from storage.sql.connections import Connections
from storage.sql.group_commit import GroupCommit
from storage.sql.upserts import upsert

table, counted = schema.queries, schema.query_numbers

MOST_TIMES = 100_000


class Queries:
    """Remembers what was asked and answered."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._adding = GroupCommit(connections, insert_queries, lambda query: query.community)

    async def add(self, query: NewQuery) -> int:
        """Remember a question and return its number in its community; on return it is on disk."""
        return await self._adding.add(query)

    async def get(self, community: str, query_number: int) -> Query | None:
        """One question of this community, by its number here."""
        whose = (table.c.community == community, table.c.number == query_number)
        statement = select(table).where(*whose)
        found = await self._connections.rows(community, statement)
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
        rows = await self._connections.rows(community, statement)
        return [Query(**schema.plain(row)) for row in rows]

    async def count(self, community: str) -> int:
        """How many questions of this community are kept."""
        statement = select(func.count()).where(table.c.community == community)
        found = await self._connections.read(
            community, lambda connection: connection.scalar(statement)
        )
        return int(found or 0)

    async def times(self, community: str, since: datetime) -> Sequence[datetime]:
        """When this community asked, the oldest first; of very many, the newest."""
        statement = (
            select(table.c.created_at)
            .where(table.c.community == community, table.c.created_at >= since)
            .order_by(table.c.created_at.desc())
            .limit(MOST_TIMES)
        )
        rows = await self._connections.rows(community, statement)
        return list(rows.scalars())[::-1]


def insert_queries(connection: Connection, queries: Sequence[NewQuery]) -> Sequence[int]:
    """Write them in the transaction that is open, and return their numbers."""
    # Nobody else can give the same numbers: whoever writes for a community is alone.
    numbers = _numbers(connection, [query.community for query in queries])
    rows = [
        {"number": number} | schema.values_of(query)
        for number, query in zip(numbers, queries, strict=True)
    ]
    connection.execute(insert(table), rows)
    return numbers


def _numbers(connection: Connection, communities: Sequence[str]) -> Sequence[int]:
    """The next number of each of these, counting on; it tells nobody how much others ask."""
    statement = select(counted).where(counted.c.community.in_(set(communities)))
    last = {row.community: row.last for row in connection.execute(statement)}
    numbers = []
    for community in communities:
        last[community] = last.get(community, 0) + 1
        numbers.append(last[community])
    row = upsert(counted)
    change = row.or_update(["community"], {"last": row.excluded.last})
    connection.execute(change, [{"community": one, "last": n} for one, n in last.items()])
    return numbers

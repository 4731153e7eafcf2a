"""What a bare name means: which version of a name a community uses."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.audit import note
from storage.records import LiveMove, LiveVersion, NewAuditEntry, Version
from storage.sqlite.connections import Connections
from storage.sqlite.read_cache import ReadCache

table, moves = schema.live_versions, schema.live_moves

KEPT_S = 2.0
MOST_COMMUNITIES = 10_000


class LiveVersions:
    """Every question to a model asks for them: they are answered from memory.

    What is decided here is known at once; the first version of a name, and what another process
    decides, after `kept_s` at the latest.
    """

    def __init__(
        self, connections: Connections, kept_s: float = KEPT_S, most: int = MOST_COMMUNITIES
    ) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._read, kept_s, most)

    async def all(self, community: str) -> Mapping[str, LiveVersion]:
        """What is live here by its name. Not to be changed: others are given the same."""
        return await self._cache.get(community)

    async def get(self, community: str, name: str) -> LiveVersion | None:
        """What is live under a name at this moment."""
        statement = select(table.c.number, table.c.decided_by).where(
            table.c.community == community, table.c.name == name
        )
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return LiveVersion(**schema.plain(row)) if row else None

    async def put(
        self,
        community: str,
        name: str,
        live: LiveVersion,
        reason: str | None = None,
        deed: NewAuditEntry | None = None,
    ) -> None:
        """Let a name mean one of its versions from now on, noted with the deed if there is one."""
        await self._connections.finish(partial(self._put, community, name, live, reason, deed))

    async def moves(self, community: str, name: str) -> Sequence[LiveMove]:
        """What a name has meant here, the last first."""
        statement = (
            select(moves.c.number, moves.c.user, moves.c.reason, moves.c.moved_at)
            .where(moves.c.community == community, moves.c.name == name)
            .order_by(moves.c.id.desc())
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return [LiveMove(**schema.plain(row)) for row in rows]

    async def _read(self, community: str) -> Mapping[str, LiveVersion]:
        statement = select(table.c.name, table.c.number, table.c.decided_by).where(
            table.c.community == community
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return MappingProxyType({row.name: LiveVersion(row.number, row.decided_by) for row in rows})

    async def _put(
        self,
        community: str,
        name: str,
        live: LiveVersion,
        reason: str | None,
        deed: NewAuditEntry | None,
    ) -> None:
        values = schema.values_of(live) | {"decided_at": schema.now()}
        statement = (
            upsert(table)
            .values(community=community, name=name, **values)
            .on_conflict_do_update(index_elements=["community", "name"], set_=values)
        )

        async def move(connection: AsyncConnection) -> None:
            await connection.execute(statement)
            await _remember(connection, community, name, live, reason)
            await note(connection, deed)

        try:
            await self._connections.write(move)
        finally:
            self._cache.forget(community)


async def make_first_live(connection: AsyncConnection, version: Version) -> None:
    """A version of a name that has none yet is live; a later one waits for somebody's decision."""
    statement = upsert(table).values(
        community=version.community,
        name=version.name,
        number=version.number,
        decided_at=schema.now(),
    )
    made = await connection.execute(statement.on_conflict_do_nothing())
    if made.rowcount:
        live = LiveVersion(version.number, None)
        await _remember(connection, version.community, version.name, live)


async def _remember(
    connection: AsyncConnection,
    community: str,
    name: str,
    live: LiveVersion,
    reason: str | None = None,
) -> None:
    facts = {"number": live.number, "user": live.decided_by, "reason": reason}
    statement = insert(moves).values(community=community, name=name, moved_at=schema.now(), **facts)
    await connection.execute(statement)

"""What a bare name means: which version of a name a community uses."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.records import LiveVersion, Version
from storage.sqlite.connections import Connections
from storage.sqlite.read_cache import ReadCache

table = schema.live_versions

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

    async def put(self, community: str, name: str, live: LiveVersion) -> None:
        """Let a name mean one of its versions from now on."""
        await self._connections.finish(partial(self._put, community, name, live))

    async def _read(self, community: str) -> Mapping[str, LiveVersion]:
        statement = select(table.c.name, table.c.number, table.c.decided_by).where(
            table.c.community == community
        )
        rows = await self._connections.read(lambda connection: connection.execute(statement))
        return MappingProxyType({row.name: LiveVersion(row.number, row.decided_by) for row in rows})

    async def _put(self, community: str, name: str, live: LiveVersion) -> None:
        values = schema.values_of(live) | {"decided_at": schema.now()}
        statement = (
            insert(table)
            .values(community=community, name=name, **values)
            .on_conflict_do_update(index_elements=["community", "name"], set_=values)
        )
        try:
            await self._connections.write(lambda connection: connection.execute(statement))
        finally:
            self._cache.forget(community)


async def make_first_live(connection: AsyncConnection, version: Version) -> None:
    """A version of a name that has none yet is live; a later one waits for somebody's decision."""
    statement = insert(table).values(
        community=version.community,
        name=version.name,
        number=version.number,
        decided_at=schema.now(),
    )
    await connection.execute(statement.on_conflict_do_nothing())

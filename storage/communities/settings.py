"""What a community has decided for itself, and what Tokki notes of a platform: names and values."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from sqlalchemy import Connection, Executable, select

from storage import schema
from storage.audit import note
from storage.records import NewAuditEntry
from storage.sql.connections import Connections
from storage.sql.read_cache import ReadCache
from storage.sql.upserts import upsert

table = schema.settings

KEPT_S = 1.5
"""So that what another process decides holds here within two seconds, with the way there."""


class CommunitySettings:
    """Keeps any JSON value under a name.

    Every command asks for them: they are answered from memory, which knows at once what is
    written here, and after `KEPT_S` what another process has written.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._read, KEPT_S)

    async def all(self, community: str) -> Mapping[str, object]:
        """Every value of this community by name. Not to be changed: others are given the same."""
        return await self._cache.get(community)

    async def put(
        self, community: str, name: str, value: object, deed: NewAuditEntry | None = None
    ) -> None:
        """Set a value; the last one holds. A deed is noted with it."""
        values = {"value": value, "updated_at": schema.now()}
        statement = (
            upsert(table)
            .values(community=community, name=name, **values)
            .or_update(["community", "name"], values)
        )
        await self._connections.finish(partial(self._change, community, statement, deed))

    async def _read(self, community: str) -> Mapping[str, object]:
        statement = (
            select(table.c.name, table.c.value)
            .where(table.c.community == community)
            .order_by(table.c.name)
        )
        rows = await self._connections.rows(community, statement)
        return MappingProxyType({row.name: row.value for row in rows})

    async def _change(
        self, community: str, statement: Executable, deed: NewAuditEntry | None
    ) -> None:
        def change(connection: Connection) -> None:
            connection.execute(statement)
            note(connection, deed)

        try:
            await self._connections.write(community, change)
        finally:
            self._cache.forget(community)

"""Which communities have taken Tokki out, and since when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, union

from storage import schema
from storage.sql.connections import EVERYWHERE, Connections
from storage.sql.upserts import upsert

table = schema.departures
_OWNERS = (schema.queries, schema.settings, schema.datasets, schema.choices, schema.jobs)
"""Where a community first has something that it does not keep for ever."""


class Departures:
    """Remembers who is gone."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def leave(self, community: str) -> bool:
        """Note that this community has gone; false where that is known, since it went first."""
        row = upsert(table).values(community=community, left_at=schema.now())
        new = row.or_nothing().returning(table.c.community)
        noted = await self._connections.write(community, lambda connection: connection.scalar(new))
        return noted is not None

    async def stay(self, community: str) -> None:
        """Note that this community is here."""
        statement = select(table).where(table.c.community == community)
        found = await self._connections.rows(community, statement)
        if found.one_or_none():
            gone = delete(table).where(table.c.community == community)
            await self._connections.change(community, gone)

    async def left_at(self, community: str) -> datetime | None:
        """When this community went; None: it is here."""
        statement = select(table.c.left_at).where(table.c.community == community)
        found = await self._connections.rows(community, statement)
        return found.scalar_one_or_none()

    async def before(self, time: datetime) -> Sequence[str]:
        """Who went before a time and has not come back."""
        statement = select(table.c.community).where(table.c.left_at < time)
        rows = await self._connections.rows(EVERYWHERE, statement)
        return list(rows.scalars())

    async def known(self, platform: str) -> Sequence[str]:
        """Every community of a platform of which something is kept."""
        begins = f"{platform}:"
        parts = (
            select(one.c.community).where(one.c.community.startswith(begins, autoescape=True))
            for one in _OWNERS
        )
        statement = union(*parts)
        rows = await self._connections.rows(EVERYWHERE, statement)
        return list(rows.scalars())

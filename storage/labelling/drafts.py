"""Texts that people want to put into a dataset, while they choose which."""

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from storage import schema
from storage.records import Draft
from storage.sql.connections import Connections

table = schema.drafts

KEPT = timedelta(days=1)
"""Nobody chooses later; what somebody else wrote is not kept for nothing."""


class Drafts:
    """Keeps each text until it is chosen where it goes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def keep(self, community: str, user: str, text: str, source: str) -> int:
        """Keep a text, and forget those that nobody has chosen for."""

        def put(connection: Connection) -> int:
            old = table.c.created_at < schema.now() - KEPT
            connection.execute(delete(table).where(table.c.community == community, old))
            values = {"community": community, "user": user, "text": text, "source": source}
            made = connection.execute(insert(table).values(values).returning(table.c.id))
            return int(made.scalar_one())

        return await self._connections.write(community, put)

    async def get(self, community: str, draft_id: int, user: str) -> Draft | None:
        """A text that somebody kept here."""
        columns = (table.c.id, table.c.user, table.c.text, table.c.source)
        whose = (table.c.community == community, table.c.id == draft_id, table.c.user == user)
        statement = select(*columns).where(*whose)
        found = await self._connections.rows(community, statement)
        row = found.one_or_none()
        return Draft(**schema.plain(row)) if row else None

    async def forget(self, community: str, draft_id: int, user: str) -> None:
        """Let go of a text, once it is where it goes."""
        whose = (table.c.community == community, table.c.id == draft_id, table.c.user == user)
        statement = delete(table).where(*whose)
        await self._connections.change(community, statement)

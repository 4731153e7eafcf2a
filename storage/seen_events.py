"""Which events of a platform have been taken already, for as long as it may send them again."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.connections import Connections

table = schema.seen_events

KEPT = timedelta(days=1)


class SeenEvents:
    """Remembers events for a day."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def take(self, event: str) -> bool:
        """Remember an event; false if it was taken before. One that fails to be stored is not."""
        now = schema.now()
        added = insert(table).values(event=event, seen_at=now).on_conflict_do_nothing()
        old = delete(table).where(table.c.seen_at < now - KEPT)

        async def take(connection: AsyncConnection) -> bool:
            await connection.execute(old)
            return (await connection.execute(added)).rowcount == 1

        return await self._connections.write(take)

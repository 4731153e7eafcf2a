"""Which events of a platform have been taken already, for as long as it may send them again."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, delete

from storage import schema
from storage.sql.connections import Connections
from storage.sql.group_commit import GroupCommit
from storage.sql.upserts import upsert

table = schema.seen_events

KEPT = timedelta(days=1)


class SeenEvents:
    """Remembers events for a day."""

    def __init__(self, connections: Connections) -> None:
        self._taking = GroupCommit(connections, _take)

    async def take(self, event: str) -> bool:
        """Remember an event; false if it was taken before. One that fails to be stored is not."""
        return await self._taking.add(event)


def _take(connection: Connection, events: Sequence[str]) -> Sequence[bool]:
    now = schema.now()
    connection.execute(delete(table).where(table.c.seen_at < now - KEPT))
    adding = upsert(table).or_nothing().returning(table.c.event)
    rows = [{"event": event, "seen_at": now} for event in sorted(set(events))]
    new = set(connection.execute(adding, rows).scalars())
    return [event in new and events.index(event) == place for place, event in enumerate(events)]

"""What every process has to hear within a moment, such as that answers are to be forgotten."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from storage import schema
from storage.records import News
from storage.sql.connections import EVERYWHERE, Connections
from storage.sql.database_time import database_time

table = schema.news

_KEPT_S = 600.0


class NewsBoard:
    """Keeps it for some minutes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def tell(self, kind: str, facts: Mapping[str, object]) -> None:
        """Let every process hear something; on return it is on disk."""

        def tell(connection: Connection) -> None:
            connection.execute(delete(table).where(table.c.at < database_time(-_KEPT_S)))
            row = {"kind": kind, "facts": facts, "at": database_time()}
            connection.execute(insert(table).values(row))

        await self._connections.write(EVERYWHERE, tell)

    async def lately(self, within_s: float) -> Sequence[News]:
        """What was told within so many seconds, the oldest first.

        By time and not by number: of two that are told at once, the higher number may be seen
        before the lower one.
        """
        statement = (
            select(table.c.id, table.c.kind, table.c.facts)
            .where(table.c.at > database_time(-within_s))
            .order_by(table.c.id)
        )
        rows = await self._connections.rows(EVERYWHERE, statement)
        return [News(**schema.plain(row)) for row in rows]

"""What only one process does at a time, by names; who falls silent loses it after a while.

All is told by the database's clock: a process whose own is off changes nothing.
"""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection, delete, or_, select, update

from storage import schema
from storage.sql.connections import EVERYWHERE, Connections
from storage.sql.database_time import database_time
from storage.sql.upserts import upsert

table = schema.leases


class Leases:
    """Gives leases out."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def take(self, name: str, owner: str, ttl_s: float) -> bool:
        """Take a lease that is free, that has run out, or that is the owner's; or tell no."""
        return await self._connections.write(EVERYWHERE, partial(_take, name, owner, ttl_s))

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back; one that is another's by now stays theirs."""
        statement = delete(table).where(table.c.name == name, table.c.owner == owner)
        await self._connections.change(EVERYWHERE, statement)

    async def held(self, prefix: str) -> Mapping[str, str]:
        """Who holds each lease whose name begins like this."""
        begins = table.c.name.startswith(prefix, autoescape=True)
        statement = select(table.c.name, table.c.owner).where(
            begins, table.c.expires_at > database_time()
        )
        rows = await self._connections.rows(EVERYWHERE, statement)
        return {row.name: row.owner for row in rows}


def _take(name: str, owner: str, ttl_s: float, connection: Connection) -> bool:
    values = {"owner": owner, "expires_at": database_time(ttl_s)}
    is_free = or_(table.c.owner == owner, table.c.expires_at <= database_time())
    taken = update(table).where(table.c.name == name, is_free).values(values)
    if connection.execute(taken).rowcount:
        return True
    first = upsert(table).values(name=name, **values).or_nothing().returning(table.c.name)
    return connection.scalar(first) is not None

"""How far people are ahead of what they may ask, over all processes; see handlers/guard/rate_limit.

Each process tells every second what it has counted, and hears what all have: what it costs is
bounded by the seconds, and not by the questions.
"""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection, bindparam, case, delete, insert, select, update

from storage import schema
from storage.sql.connections import EVERYWHERE, Connections, Everywhere
from storage.sql.database_time import database_seconds

table = schema.shared_limits
_ALONE = Everywhere(("shared_limits",))
_OVERLAP_S = 2.0
"""What was on its way to the disk when others last looked is not missed."""


class SharedLimits:
    """Adds up what the processes count."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def exchange(
        self, counted_s: Mapping[str, float], since_s: float
    ) -> tuple[Mapping[str, float], float]:
        """Add the seconds that were counted to each name's.

        Return how many seconds each name is ahead that has changed since, and the time for `since`
        in the next call, by the database's clock; 0 at first.
        """
        if counted_s:
            return await self._connections.write(_ALONE, partial(_exchange, counted_s, since_s))
        return await self._connections.read(EVERYWHERE, partial(_changed, since_s))

    async def forget(self) -> None:
        """Let go of what is paid for."""
        statement = delete(table).where(table.c.paid_at_s < database_seconds())
        await self._connections.change(EVERYWHERE, statement)


def _exchange(
    counted_s: Mapping[str, float], since_s: float, connection: Connection
) -> tuple[Mapping[str, float], float]:
    now_s = float(connection.scalar(select(database_seconds())) or 0.0)
    wanted = select(table.c.name).where(table.c.name.in_(counted_s))
    known = set(connection.execute(wanted).scalars())
    paid = case((table.c.paid_at_s > now_s, table.c.paid_at_s), else_=now_s)
    more = (
        update(table)
        .where(table.c.name == bindparam("which"))
        .values(paid_at_s=paid + bindparam("cost_s"), changed_at_s=now_s)
    )
    if old := [{"which": name, "cost_s": s} for name, s in counted_s.items() if name in known]:
        connection.execute(more, old)
    if new := [
        {"name": name, "paid_at_s": now_s + s, "changed_at_s": now_s}
        for name, s in counted_s.items()
        if name not in known
    ]:
        connection.execute(insert(table), new)
    return _changed(since_s, connection)


def _changed(since_s: float, connection: Connection) -> tuple[Mapping[str, float], float]:
    now_s = float(connection.scalar(select(database_seconds())) or 0.0)
    changed = select(table.c.name, table.c.paid_at_s).where(
        table.c.changed_at_s > since_s - _OVERLAP_S, table.c.paid_at_s > now_s
    )
    ahead_s = {row.name: row.paid_at_s - now_s for row in connection.execute(changed)}
    return ahead_s, now_s

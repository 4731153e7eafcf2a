"""The line in which jobs of one kind wait for their turn, one for all processes on a database.

Communities take turns: who has had none for longest is next, whoever came first, and what one has
behind its first waits until all others had theirs. What had begun before, and was broken off, goes
before all that has not.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, select, update

from storage import schema
from storage.records import InLine, JobState
from storage.shared.jobs import NOT_ENDED
from storage.sql.connections import EVERYWHERE, Connections, Everywhere
from storage.sql.database_time import database_time

table = schema.jobs


class Turns:
    """Tells whose turn it is. Whoever has given no sign of life for `ttl_s` is passed over."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def line(self, kind: str, ttl_s: float) -> Sequence[InLine]:
        """Those that have their turn, and behind them those that wait, the next one first."""
        return await self._connections.read(
            EVERYWHERE, lambda connection: _line(connection, kind, ttl_s)
        )

    async def take(self, job_id: int, owner: str, kind: str, width: int, ttl_s: float) -> bool:
        """Let a job have its turn if it is next and fewer than `width` have theirs; or tell no.

        Who has theirs already keeps it.
        """
        taken = (
            update(table)
            .where(table.c.id == job_id, table.c.owner == owner, NOT_ENDED)
            .values(has_turn=True, turn_at=database_time())
        )

        def take(connection: Connection) -> bool:
            line = _line(connection, kind, ttl_s)
            having = [one.job_id for one in line if one.has_turn]
            following = [one.job_id for one in line[len(having) :]]
            is_next = len(having) < width and following[:1] == [job_id]
            if not is_next and job_id not in having:
                return False
            return connection.execute(taken).rowcount == 1

        return await self._connections.write(Everywhere((f"turns of {kind}",)), take)


def _line(connection: Connection, kind: str, ttl_s: float) -> Sequence[InLine]:
    others = table.alias()
    last = (
        select(func.max(others.c.turn_at))
        .where(others.c.community == table.c.community, others.c.kind == kind)
        .scalar_subquery()
    )
    behind = func.row_number().over(
        partition_by=(table.c.community, table.c.has_turn), order_by=table.c.id
    )
    order = (
        table.c.has_turn.desc(),
        table.c.turn_at.is_(None),
        behind,
        last.nulls_first(),
        table.c.id,
    )
    statement = (
        select(table.c.id, table.c.state, table.c.has_turn, table.c.params, table.c.progress)
        .where(table.c.kind == kind, NOT_ENDED, table.c.owner.is_not(None))
        .where(table.c.heartbeat_at >= database_time(-ttl_s))
        .order_by(*order)
    )
    rows = connection.execute(statement).mappings()
    return [_in_line(row) for row in rows if row["has_turn"] or row["state"] is JobState.RUNNING]


def _in_line(row: RowMapping) -> InLine:
    left_s = row["progress"].get("remaining_s") if row["has_turn"] else None
    seconds = left_s if left_s is not None else row["params"].get("estimate_s")
    return InLine(row["id"], row["has_turn"], float(seconds or 0.0))

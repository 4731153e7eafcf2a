"""The processes at work on this database; one that gives no sign of life for a while is gone."""

from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import Connection, Select, delete, insert, literal, or_, select, text, update

from storage import schema
from storage.records import NewProcess, Process
from storage.sql.connections import EVERYWHERE, Connections, Everywhere
from storage.sql.database_time import database_time

table, leases = schema.processes, schema.leases
_ALONE = Everywhere(("processes",))
_REVISION = text("SELECT version_num FROM alembic_version")
_KEPT = 10
"""A row stays for so many times as long as its process may be silent, for whoever looks."""


class Processes:
    """Knows who is there."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def join(self, new: NewProcess, ttl_s: float) -> Sequence[Process]:
        """Let a process be there, unless somebody has to go first: those are returned.

        One that wants to be alone joins nobody, and nobody joins it. Of the same place only one
        can have been alone, so another such row there is of one that is gone.
        """
        return await self._connections.write(_ALONE, partial(_join, new, ttl_s))

    async def beat(
        self, one: NewProcess, jobs: int, kept: Collection[str], ttl_s: float, *, is_leaving: bool
    ) -> frozenset[str]:
        """Give a sign of life, and keep these leases; return which of them are still its own."""
        work = partial(_beat, one, jobs, kept, ttl_s, is_leaving)
        return await self._connections.write(EVERYWHERE, work)

    async def alive(self, ttl_s: float) -> Sequence[Process]:
        """Those that have given a sign of life lately, the longest there first."""
        statement = _alive(ttl_s).order_by(table.c.started_at, table.c.id)
        rows = await self._connections.rows(EVERYWHERE, statement)
        return [Process(**schema.plain(row)) for row in rows]

    async def leave(self, process_id: str) -> None:
        """Let a process be gone, with all that it holds."""

        def leave(connection: Connection) -> None:
            connection.execute(delete(leases).where(leases.c.owner == process_id))
            connection.execute(delete(table).where(table.c.id == process_id))

        await self._connections.write(EVERYWHERE, leave)

    async def revision(self) -> str:
        """The last migration that the database has been through."""
        return str(
            await self._connections.read(EVERYWHERE, lambda reader: reader.scalar(_REVISION))
        )


def _alive(ttl_s: float) -> "Select[tuple[object, ...]]":
    return select(table).where(table.c.beat_at > database_time(-ttl_s))


def _join(new: NewProcess, ttl_s: float, connection: Connection) -> Sequence[Process]:
    gone = table.c.place == new.place, table.c.is_alone
    theirs = leases.c.owner.in_(select(table.c.id).where(*gone))
    connection.execute(delete(leases).where(theirs))
    connection.execute(delete(table).where(*gone))
    in_the_way = _alive(ttl_s).where(or_(table.c.is_alone, literal(new.is_alone)))
    found = [Process(**schema.plain(row)) for row in connection.execute(in_the_way)]
    if not found:
        _add(connection, new, 0, is_leaving=False)
    return found


def _beat(
    one: NewProcess,
    jobs: int,
    kept: Collection[str],
    ttl_s: float,
    is_leaving: bool,
    connection: Connection,
) -> frozenset[str]:
    alive = update(table).where(table.c.id == one.id)
    told = alive.values(beat_at=database_time(), jobs=jobs, is_leaving=is_leaving)
    if not connection.execute(told).rowcount:  # it was silent for so long that it was forgotten
        _add(connection, one, jobs, is_leaving=is_leaving)
    mine = leases.c.owner == one.id, leases.c.name.in_(kept)
    connection.execute(update(leases).where(*mine).values(expires_at=database_time(ttl_s)))
    connection.execute(delete(table).where(table.c.beat_at < database_time(-_KEPT * ttl_s)))
    return frozenset(connection.execute(select(leases.c.name).where(*mine)).scalars())


def _add(connection: Connection, new: NewProcess, jobs: int, *, is_leaving: bool) -> None:
    times = {"started_at": database_time(), "beat_at": database_time()}
    values = schema.values_of(new) | {"jobs": jobs, "is_leaving": is_leaving} | times
    connection.execute(insert(table).values(values))

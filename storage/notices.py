"""What admins are told once of the models that answer."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, update

from storage import schema
from storage.records import NewNotice, Notice
from storage.sql.connections import Connections
from storage.sql.upserts import upsert

table = schema.notices


class Notices:
    """Keeps one of a kind for each model."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, notice: NewNotice) -> bool:
        """Keep a notice; false where there is one of this kind and model already."""
        return await self._connections.write(
            notice.community, lambda connection: keep(connection, notice)
        )

    async def of(self, community: str, *, is_untold: bool = False) -> Sequence[Notice]:
        """The notices of this community, the oldest first; or those that nobody was told."""
        statement = select(table).where(table.c.community == community).order_by(table.c.id)
        if is_untold:
            statement = statement.where(table.c.told_at.is_(None))
        rows = await self._connections.rows(community, statement)
        return [Notice(**schema.plain(row)) for row in rows]

    async def told(self, community: str, numbers: Collection[int]) -> None:
        """Note that an admin has been told some of them."""
        statement = (
            update(table)
            .where(table.c.community == community, table.c.id.in_(numbers))
            .where(table.c.told_at.is_(None))
            .values(told_at=schema.now())
        )
        await self._connections.change(community, statement)


def keep(connection: Connection, notice: NewNotice) -> bool:
    """The same as `Notices.add`, in a transaction that goes on."""
    statement = upsert(table).values(schema.values_of(notice)).or_nothing()
    return connection.scalar(statement.returning(table.c.id)) is not None

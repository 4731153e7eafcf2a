"""What is kept no longer: questions after their time, and all of a community that is gone.

A part at a time, each in a transaction of its own, so that nobody waits for it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, Select, Table, delete, select, tuple_, update

from storage import schema
from storage.sql.connections import EVERYWHERE, Connections

queries = schema.queries

_NAME_A_QUESTION = (schema.examples, schema.votes, schema.votes_history)
_OF_A_QUESTION = (schema.feedback, schema.feedback_history)
_KEPT = (schema.query_numbers, schema.departures)
"""How far a community has counted stays: else old buttons would name new questions."""


class Retention:
    """Forgets."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def askers(self) -> Sequence[str]:
        """Every community of which questions are kept."""
        statement = select(queries.c.community).distinct()
        rows = await self._connections.rows(EVERYWHERE, statement)
        return list(rows.scalars())

    async def forget_questions(self, community: str, before: datetime, most: int) -> int:
        """Forget the oldest questions of before a time, and how many these were.

        What was said of the answers goes with them. Texts of datasets and votes stay.
        """
        old = (
            select(queries.c.id)
            .where(queries.c.community == community, queries.c.created_at < before)
            .order_by(queries.c.created_at)
            .limit(most)
        )

        def forget(connection: Connection) -> int:
            gone = list(connection.execute(old).scalars())
            for table in _NAME_A_QUESTION:
                named = update(table).where(table.c.query_id.in_(gone))
                connection.execute(named.values(query_id=None))
            for table in _OF_A_QUESTION:
                connection.execute(delete(table).where(table.c.query_id.in_(gone)))
            connection.execute(delete(queries).where(queries.c.id.in_(gone)))
            return len(gone)

        return await self._connections.write(community, forget)

    async def forget_community(self, community: str, most: int) -> int:
        """Forget some rows of a community, and how many; 0: none is left, or it is here again."""
        has_left = schema.departures.c.community == community

        def forget(connection: Connection) -> int:
            if connection.scalar(select(schema.departures).where(has_left)) is None:
                return 0
            for table, rows in children_first(community):
                keys = tuple_(*table.primary_key.columns)
                some = rows.with_only_columns(*table.primary_key.columns)
                gone = delete(table).where(keys.in_(some.limit(most)))
                if count := connection.execute(gone).rowcount:
                    return count
            connection.execute(delete(schema.departures).where(has_left))
            return 0

        return await self._connections.write(community, forget)

    async def let_go(self) -> None:
        """Leave nothing of what was forgotten in the write-ahead log."""
        await self._connections.empty_log()


def children_first(
    community: str | BindParameter[str],
) -> Iterator[tuple[Table, Select[tuple[object, ...]]]]:
    """Yield every table with a community's rows in it; what names others before what is named."""
    for table in schema.metadata.sorted_tables[::-1]:
        if table not in _KEPT and (rows := _rows_of(table, community)) is not None:
            yield table, rows


def _rows_of(
    table: Table, community: str | BindParameter[str]
) -> Select[tuple[object, ...]] | None:
    """Return a community's rows, be it told only by what these name; None: they are nobody's."""
    statement: Select[tuple[object, ...]] = select(table)
    while "community" not in table.c:
        column = next((column for column in table.c if column.foreign_keys), None)
        if column is None:
            return None
        (key,) = column.foreign_keys
        table = key.column.table
        statement = statement.join(table, column == key.column)
    return statement.where(table.c.community == community)

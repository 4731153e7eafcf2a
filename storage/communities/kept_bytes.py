"""How much a community keeps in the database: all of it is read, so it is asked seldom."""

from collections import Counter

from sqlalchemy import JSON, ColumnElement, Connection, LargeBinary, Text, cast, func, select
from sqlalchemy.types import TypeEngine

from storage import schema
from storage.communities.retention import children_first
from storage.records import KeptBytes
from storage.sql.connections import Connections
from storage.sql.expressions import octet_length

_WIDE = (Text, JSON, LargeBinary)
"""What grows with what people give; numbers and names do not."""
_SEALED = schema.audit
"""Nobody can make it less."""
_QUESTIONS = frozenset({schema.queries, schema.feedback, schema.feedback_history})


class StoredBytes:
    """Measures."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def of(self, community: str) -> KeptBytes:
        """Return how much is there now, of what is committed."""
        return await self._connections.read(
            community, lambda connection: _measured(connection, community)
        )


def _measured(connection: Connection, community: str) -> KeptBytes:
    sizes: Counter[str] = Counter()
    for table, rows in children_first(community):
        wide = [_length(column) for column in table.c if _is_wide(column.type)]
        if wide and table is not _SEALED:
            total = func.sum(sum(wide[1:], wide[0]))
            found = connection.scalar(rows.with_only_columns(total))
            sizes[_kind(table)] += int(found or 0)
    models = schema.hub_models
    on_disk = select(func.sum(models.c.size_bytes)).where(models.c.community == community)
    return KeptBytes(**sizes, hub_models=int(connection.scalar(on_disk) or 0))


def _kind(table: object) -> str:
    if table in _QUESTIONS:
        return "questions"
    return "imports" if table is schema.imports else "texts"


def _is_wide(kind: TypeEngine[object]) -> bool:
    return isinstance(getattr(kind, "impl", kind), _WIDE)


def _length(column: ColumnElement[object]) -> ColumnElement[int]:
    """Bytes."""
    is_json = isinstance(getattr(column.type, "impl", column.type), JSON)
    return func.coalesce(octet_length(cast(column, Text) if is_json else column), 0)

"""How much a community keeps in the database: all of it is read, so it is asked seldom."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    LargeBinary,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from storage import schema
from storage.communities.retention import children_first
from storage.records import KeptBytes
from storage.sql.connections import Connections
from storage.sql.expressions import octet_length
from storage.sql.prepared import Prepared

_WIDE = (Text, JSON, LargeBinary)
"""What grows with what people give; numbers and names do not."""
_SEALED = schema.audit
"""Nobody can make it less."""
_COMMUNITY = bindparam("community", type_=schema.datasets.c.community.type)
_ON_DISK = select(func.sum(schema.hub_models.c.size_bytes)).where(
    schema.hub_models.c.community == _COMMUNITY
)
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
    for kind, total in _totals():
        sizes[kind] += int(total.scalar(connection, community=community) or 0)
    return KeptBytes(**sizes)


@cache
def _totals() -> tuple[tuple[str, Prepared], ...]:
    """What adds up each table, and to what its bytes count."""
    return *_of_tables(), ("hub_models", Prepared(_ON_DISK))


def _of_tables() -> Iterator[tuple[str, Prepared]]:
    for table, rows in children_first(_COMMUNITY):
        wide = [_length(column) for column in table.c if _is_wide(column.type)]
        if wide and table is not _SEALED:
            total = func.sum(sum(wide[1:], wide[0]))
            yield _kind(table), Prepared(rows.with_only_columns(total))


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

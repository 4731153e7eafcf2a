"""Reads the votes of a dataset in bulk: all of them once, and then only what has changed."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from storage import schema
from storage.records import Dataset, TextColumns, VoteColumns, VotesSince
from storage.sql.prepared import Prepared

changes = schema.example_changes

_AT_ONCE = 250
"""Rows that are there at a time: so few that the collector of garbage sees no growth. One full run
of it stops all else for a tenth of a second."""

# As the driver gives them, and few columns: a hundred thousand rows of objects take seconds.
_TEXTS = """
    SELECT id, side, settled, CAST(settled_labels AS TEXT) FROM examples WHERE {} ORDER BY id
"""
_VOTES = """
    SELECT example_id, "user", {} || coalesce(arm, '') || '\n'
      || CASE WHEN is_ambiguous THEN '?'
         ELSE coalesce('=' || label, CAST(labels AS TEXT), '') END
    FROM votes WHERE example_id IN (SELECT id FROM examples WHERE {})
"""
_FIRST_OF_VOTES = {
    "sqlite": "is_anchored || is_moderator || substr(voted_at, 1, 10)",
    "postgresql": "CAST(is_anchored AS INT) || '' || CAST(is_moderator AS INT)"
    " || to_char(voted_at, 'YYYY-MM-DD')",
}
_LAST = Prepared(select(func.max(changes.c.id)).where(changes.c.dataset_id == bindparam("of")))
_BLANK = {"sqlite": "?", "postgresql": "%s"}
_ALL = "dataset_id = {0}"
_CHANGED = "id IN (SELECT example_id FROM example_changes WHERE dataset_id = {0} AND id > {0})"


def votes_since(connection: Connection, dataset: Dataset, after: int | None) -> VotesSince:
    """What has changed after a change, by its number; None: everything."""
    upto = _LAST.scalar(connection, of=dataset.id) or 0
    if after is not None and upto <= after:
        return VotesSince(dataset, after, (), TextColumns(), VoteColumns())
    changed, which = None, _ALL
    values: tuple[int, ...] = (dataset.id,)
    if after is not None:
        is_new = (changes.c.dataset_id == dataset.id, changes.c.id > after)
        statement = select(changes.c.example_id).where(*is_new)
        changed = frozenset(connection.scalars(statement).all())
        which, values = _CHANGED, (dataset.id, after)
    dialect = connection.dialect.name
    which = which.format(_BLANK[dialect])
    said = _VOTES.format(_FIRST_OF_VOTES[dialect], which)
    texts = TextColumns(*_columns(connection, _TEXTS.format(which), values))
    votes = VoteColumns(*_columns(connection, said, values))
    return VotesSince(dataset, upto, changed, texts, votes)


def _columns(
    connection: Connection, statement: str, values: tuple[int, ...]
) -> Sequence[list[Any]]:
    """What a statement selects, as a list for each column; none where there are no rows."""
    driver = connection.connection.driver_connection
    assert driver is not None
    columns: list[list[Any]] = []
    with closing(driver.execute(statement, values)) as cursor:
        while rows := cursor.fetchmany(_AT_ONCE):
            columns = columns or [[] for _ in cursor.description]
            for place, column in enumerate(columns):
                column.extend([row[place] for row in rows])
    return columns

"""Reads the votes of a dataset in bulk: all of them once, and then only what has changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import schema
from storage.records import Dataset, VotesSince

changes = schema.example_changes

# As the driver gives them, and few columns: a hundred thousand rows of objects take seconds.
_TEXTS = "SELECT id, side, settled, settled_labels FROM examples WHERE {} ORDER BY id"
_VOTES = """
    SELECT example_id, user,
      is_anchored || is_moderator || substr(voted_at, 1, 10) || ifnull(arm, '')
      || char(10) || iif(is_ambiguous, '?', ifnull('=' || label, ifnull(labels, '')))
    FROM votes WHERE example_id IN (SELECT id FROM examples WHERE {})
"""
_ALL = "dataset_id = ?"
_CHANGED = "id IN (SELECT example_id FROM example_changes WHERE dataset_id = ? AND id > ?)"


async def votes_since(
    connection: AsyncConnection, dataset: Dataset, after: int | None
) -> VotesSince:
    """What has changed after a change, by its number; None: everything."""
    of_dataset = changes.c.dataset_id == dataset.id
    upto = await connection.scalar(select(func.max(changes.c.id)).where(of_dataset)) or 0
    if after is not None and upto <= after:
        return VotesSince(dataset, after, (), (), ())
    changed, which = None, _ALL
    values: tuple[int, ...] = (dataset.id,)
    if after is not None:
        statement = select(changes.c.example_id).where(of_dataset, changes.c.id > after)
        changed = frozenset((await connection.scalars(statement)).all())
        which, values = _CHANGED, (dataset.id, after)
    texts = await _rows(connection, _TEXTS.format(which), values)
    votes = await _rows(connection, _VOTES.format(which), values)
    return VotesSince(dataset, upto, changed, texts, votes)


async def _rows(
    connection: AsyncConnection, statement: str, values: tuple[int, ...]
) -> Sequence[Any]:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return list(await driver.execute_fetchall(statement, values))

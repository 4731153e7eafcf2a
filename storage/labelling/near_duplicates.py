"""The groups of texts that say nearly the same: all of a group stand on one side.

A new text joins the groups that its keys lead to. If two groups on different sides turn out to be
one, it goes on being learned from, as it has been already, and nothing is measured on it any more.
"""

import struct
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage import schema
from storage.records import SKETCHED, Fingerprint, Side
from storage.sql.prepared import Prepared

examples, table = schema.examples, schema.near_duplicate_keys

NEAR = 0.7
"""So much of two texts is common to both (Jaccard), or they are not near-duplicates."""
MOST_CANDIDATES = 200
_NUMBER_BYTES = 4
_SIDES = Prepared(
    select(examples.c.side)
    .where(examples.c.dataset_id == bindparam("of"), examples.c.group_key == bindparam("group"))
    .where(examples.c.side.is_not(None))
    .distinct()
)


def group_for(
    connection: Connection, dataset_id: int, own: bytes, fingerprint: Fingerprint
) -> bytes:
    """The group that a new text belongs to, which is its `own` if nothing is like it.

    The groups that it joins to one are one from then on.
    """
    near = _near(connection, dataset_id, fingerprint)
    first, *others = dict.fromkeys(row.group_key for row in near) or (own,)
    if others:
        unite(connection, dataset_id, first, others)
    return first


def keep(
    connection: Connection, dataset_id: int, example_id: int, fingerprint: Fingerprint
) -> None:
    """Let an example be found by texts to come."""
    keys = dict.fromkeys((*fingerprint.sure, *fingerprint.maybe))
    rows = [{"dataset_id": dataset_id, "key": key, "example_id": example_id} for key in keys]
    if rows:
        connection.execute(insert(table), rows)


def side_of(connection: Connection, dataset_id: int, group_key: bytes) -> Side | None:
    """The side on which a group stands; None: on none yet."""
    found = _SIDES.rows(connection, of=dataset_id, group=group_key)
    return stricter([row.side for row in found])


def stricter(sides: Collection[Side | None]) -> Side | None:
    """The side of a group of which parts stand on these: what is learned from never measures."""
    return next((side for side in (Side.TRAIN, Side.TEST, Side.QUARANTINED) if side in sides), None)


def _near(
    connection: Connection, dataset_id: int, fingerprint: Fingerprint
) -> Collection["Row[*tuple[Any, ...]]"]:
    """The near-duplicates of a text, the oldest first."""
    keys = (*fingerprint.sure, *fingerprint.maybe)
    statement = (
        select(examples.c.id, examples.c.group_key, examples.c.sketch, table.c.key)
        .join(examples, table.c.example_id == examples.c.id)
        .where(table.c.dataset_id == dataset_id, table.c.key.in_(keys))
        .order_by(examples.c.id)
        .limit(MOST_CANDIDATES * len(keys))
    )
    own, sure = numbers(fingerprint.sketch), set(fingerprint.sure)
    found: dict[int, Row[*tuple[Any, ...]]] = {}
    for row in connection.execute(statement):
        if row.id not in found and (row.key in sure or jaccard(own, numbers(row.sketch)) >= NEAR):
            found[row.id] = row
    return found.values()


def unite(connection: Connection, dataset_id: int, first: bytes, others: Collection[bytes]) -> None:
    """Let groups be one from now on; if some of it is learned from, nothing is measured on it."""
    of_dataset = examples.c.dataset_id == dataset_id
    connection.execute(
        update(examples).where(of_dataset, examples.c.group_key.in_(others)).values(group_key=first)
    )
    if side_of(connection, dataset_id, first) is Side.TRAIN:
        quarantine(connection, dataset_id, first)


def quarantine(connection: Connection, dataset_id: int, group_key: bytes) -> None:
    """Let nothing of a group that is learned from be measured on any more."""
    connection.execute(
        update(examples)
        .where(examples.c.dataset_id == dataset_id, examples.c.group_key == group_key)
        .where(examples.c.side == Side.TEST)
        .values(side=Side.QUARANTINED)
    )


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """How much of two texts is common to both; of long ones, of their lowest numbers."""
    either = one | other
    if len(either) > SKETCHED:
        either = frozenset(sorted(either)[:SKETCHED])
    return len(one & other & either) / max(len(either), 1)


def numbers(sketch: bytes | None) -> frozenset[int]:
    """The numbers of a sketch."""
    count = len(sketch or b"") // _NUMBER_BYTES
    return frozenset(struct.unpack(f"<{count}I", sketch or b""))

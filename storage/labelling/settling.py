"""What moderators make of a text: the last word holds, and those under it are kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage import schema
from storage.labelling.entering import first_label, given_keys, put_on_a_side
from storage.records import Dataset, Settled, Settlement, Side

table = schema.examples

_NOBODY = ""
_NOTHING = Settlement(_NOBODY, None)


def settle(connection: Connection, row: Row[Any], dataset: Dataset, new: Settlement) -> Settlement:
    """Let what a moderator says of a text hold, or what they said it over; returns what holds now.

    Raises `DatasetArchived` and `LabelGone`.
    """
    is_labelled = new.settled is Settled.LABELLED
    keys = given_keys(dataset, new.labels if is_labelled else None)
    # Nobody but chance lets a text measure.
    put_on_a_side(connection, row, first_label(keys), Side.TRAIN)
    said = _after(_said(row), replace(new, labels=keys or ()))
    *before, now = said or (_NOTHING,)
    values = {
        "settled": now.settled,
        "settled_labels": now.labels if now.settled is Settled.LABELLED else None,
        "settled_by": now.by or None,
        "settled_before": before,
    }
    connection.execute(update(table).where(table.c.id == row.id).values(values))
    return now


def remove_settler(connection: Connection, in_datasets: Select[Any], user: str) -> None:
    """Let what somebody has settled stay, without their name."""
    there = table.c.dataset_id.in_(in_datasets)
    theirs = (there, table.c.settled_by == user)
    connection.execute(update(table).where(*theirs).values(settled_by=None))
    kept = select(table.c.id, table.c.settled_before)
    for row in connection.execute(kept.where(there, table.c.settled_before.is_not(None))).all():
        if any(one.by == user for one in row.settled_before):
            before = [
                replace(one, by=_NOBODY) if one.by == user else one for one in row.settled_before
            ]
            statement = update(table).where(table.c.id == row.id)
            connection.execute(statement.values(settled_before=before))


def _said(row: Row[Any]) -> Sequence[Settlement]:
    """All that was settled and not taken back; the last holds."""
    if row.settled is None:
        return ()
    return *row.settled_before, Settlement(
        row.settled_by or _NOBODY, row.settled, row.settled_labels
    )


def _after(said: Sequence[Settlement], new: Settlement) -> Sequence[Settlement]:
    """The same after one more: each moderator's last word, and over them that it is left out."""
    is_out = bool(said) and said[-1].settled is Settled.LEFT_OUT
    words = said[:-1] if is_out else said
    if new.settled is Settled.LEFT_OUT:
        return *words, new
    if new.settled is None and is_out:
        return words
    others = tuple(one for one in words if one.by != new.by)
    return others if new.settled is None else (*others, new)

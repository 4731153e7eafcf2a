"""How a text comes into a dataset: once, with its first label on one side for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from storage import schema
from storage.errors import DatasetArchived, LabelGone, NoSuchExample
from storage.labelling.datasets import dataset_of
from storage.labelling.near_duplicates import group_for, keep, side_of
from storage.records import NO_LABEL, Dataset, DatasetKind, Fingerprint, Side
from storage.sql.prepared import Prepared

datasets, table = schema.datasets, schema.examples

FROM_AN_ANSWER = "answer"
_ONE = Prepared(
    select(table)
    .join(datasets)
    .where(datasets.c.community == bindparam("whose"), table.c.id == bindparam("which"))
)
_ENTER = Prepared(
    update(table)
    .where(table.c.id == bindparam("which"))
    .values(side=bindparam("new_side"), label_at_entry=bindparam("label"))
)
_SIDES = Prepared(
    select(table.c.side, func.count().label("texts"))
    .where(table.c.dataset_id == bindparam("of"), table.c.label_at_entry == bindparam("label"))
    .group_by(table.c.side)
)


@dataclass(frozen=True, slots=True)
class ComingText:
    """A text that somebody judges or puts in, with where it would go."""

    text: str
    canonical: bytes
    group_key: bytes
    source: str
    user: str
    side: Side | None
    fingerprint: Fingerprint
    query_id: int | None = None


def first_label(keys: Sequence[str] | None) -> str | None:
    """With which label a text enters that has these keys; None: nobody says what it is."""
    if keys is None:
        return None
    return keys[0] if keys else NO_LABEL


def enter(
    connection: Connection, dataset_id: int, text: ComingText, label: str | None
) -> tuple[int, bool]:
    """The number of a text, which is made if it is new, and whether it was.

    With its first label it goes where its group is, else to the side that the text says; there it
    stays for ever.
    """
    found = connection.execute(
        select(table).where(table.c.dataset_id == dataset_id, table.c.canonical == text.canonical)
    )
    row = found.one_or_none()
    if row is not None:
        put_on_a_side(connection, row, label, text.side)
        return int(row.id), False
    group = group_for(connection, dataset_id, text.group_key, text.fingerprint)
    entry: dict[str, object] = {"side": None, "label_at_entry": None}
    if label is not None:
        known = side_of(connection, dataset_id, group)
        entry = {"side": known or text.side, "label_at_entry": label}
    statement = insert(table).values(
        dataset_id=dataset_id,
        text=text.text,
        canonical=text.canonical,
        group_key=group,
        sketch=text.fingerprint.sketch,
        source=text.source,
        user=text.user,
        query_id=text.query_id,
        **entry,
    )
    number = int(connection.execute(statement.returning(table.c.id)).scalar_one())
    keep(connection, dataset_id, number, text.fingerprint)
    return number, True


def put_on_a_side(
    connection: Connection, example: Row[Any], label: str | None, side: Side | None
) -> None:
    """Let a text that had no label yet go where its group is, else to this side."""
    if label is None or example.side is not None:
        return
    known = side_of(connection, example.dataset_id, example.group_key)
    _ENTER.rows(connection, which=example.id, new_side=known or side, label=label)


def sides(connection: Connection, dataset_id: int, label: str) -> Mapping[Side, int]:
    """How many texts came with a label to each side of a dataset."""
    return {row.side: row.texts for row in _SIDES.rows(connection, of=dataset_id, label=label)}


def example_of(connection: Connection, community: str, example_id: int) -> tuple[Row[Any], Dataset]:
    """A text of a community's, and its dataset; raises `NoSuchExample`."""
    row = _ONE.first(connection, whose=community, which=example_id)
    if row is None:
        raise NoSuchExample(example_id=example_id)
    return row, dataset_of(connection, community, row.dataset_id)


def given_keys(dataset: Dataset, labels: Sequence[str] | None) -> tuple[str, ...] | None:
    """The keys that a vote for these is counted under, by what the dataset is at this moment.

    Raises `DatasetArchived`, and `LabelGone` where a label can be given no more.
    """
    if dataset.is_archived:
        raise DatasetArchived(name=dataset.name)
    if labels is None:
        return None
    keys: dict[str, None] = {}
    for key in labels:
        label = dataset.resolved(key)
        if label is None:
            names = {one.key: one.name for one in dataset.all_labels}
            raise LabelGone(label=names.get(key, key), name=dataset.name)
        keys[label.key] = None
    assert dataset.kind is DatasetKind.MULTI or len(keys) == 1, "one label holds"
    return tuple(keys)

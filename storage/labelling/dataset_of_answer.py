"""To which dataset the text of an answer belongs that somebody judges."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, select

from storage import schema
from storage.labelling.datasets import all_of, dataset_of
from storage.records import Dataset, Query
from storage.sql.prepared import Prepared

table, versions, snapshots = schema.datasets, schema.versions, schema.snapshots

VOTES_NEEDED = 2
"""Of a dataset that nobody has decided it for."""
_VERSION = re.compile(r"(?P<name>.+)@(?P<number>\d{1,9})", re.ASCII)
_LEARNED = Prepared(
    select(snapshots.c.dataset_id)
    .join(versions, versions.c.snapshot_id == snapshots.c.id)
    .where(versions.c.community == bindparam("whose"), versions.c.name == bindparam("name"))
    .where(versions.c.number == bindparam("number"))
)


def of_answer(connection: Connection, query: Query) -> Dataset | None:
    """The dataset of the labels that an answer chose from; None if there is none yet.

    If none has just these, it is the one that the model was trained from, which may have other
    labels by now. Only one that collects, and in which as many hold as in the answer.
    """
    collecting = [one for one in all_of(connection, query.community) if not one.is_archived]
    datasets = [one for one in collecting if one.kind is query.kind]
    return _of_labels(datasets, query.among) or _of_version(connection, datasets, query)


def made_for_answer(connection: Connection, query: Query, name: str) -> Dataset:
    """Make a dataset of an answer's labels, under a name or the next one that is free."""
    community = query.community
    free = _free_name(name, {dataset.name for dataset in all_of(connection, community)})
    values: dict[str, object] = {"community": community, "name": free, "labels": query.among}
    values |= {"kind": query.kind, "votes_needed": VOTES_NEEDED}
    number = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return dataset_of(connection, community, number)


def _of_labels(datasets: Iterable[Dataset], labels: Iterable[str]) -> Dataset | None:
    """Its labels are called so now, in whatever order; or its keys are so: what they were called.

    What they are called now comes first.
    """
    wanted = sorted(labels)
    for dataset in datasets:
        if sorted(label.name for label in dataset.active) == wanted:
            return dataset
    return next((one for one in datasets if sorted(one.labels) == wanted), None)


def _of_version(
    connection: Connection, datasets: Iterable[Dataset], query: Query
) -> Dataset | None:
    named = _VERSION.fullmatch(query.model)
    if named is None:
        return None
    version = {"name": named["name"], "number": int(named["number"])}
    learned = _LEARNED.scalar(connection, whose=query.community, **version)
    return next((one for one in datasets if one.id == learned), None)


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free

"""Named label sets of communities, and how they are changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage import schema
from storage.audit import note
from storage.errors import DatasetChanged, DatasetExists, NoSuchChange, NoSuchDataset
from storage.records import (
    Change,
    ChangeState,
    Dataset,
    Label,
    NewAuditEntry,
    NewChange,
    NewDataset,
    OpenTo,
    Terms,
)
from storage.sql.connections import Connections
from storage.sql.prepared import Prepared

table, changes = schema.datasets, schema.dataset_changes

_ONE = Prepared(
    select(table).where(table.c.community == bindparam("whose"), table.c.id == bindparam("which"))
)


class Datasets:
    """Which datasets a community has."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def all(self, community: str) -> Sequence[Dataset]:
        """Every dataset of this community, the oldest first."""
        return await self._connections.read(
            community, lambda connection: all_of(connection, community)
        )

    async def create(self, dataset: NewDataset, deed: NewAuditEntry | None = None) -> Dataset:
        """Make a dataset; raises `DatasetExists` if its name is taken, in whatever case."""

        def make(connection: Connection) -> Dataset:
            _ensure_free(connection, dataset.community, dataset.name)
            values = schema.values_of(dataset)
            values["labels"] = tuple(label.key for label in dataset.details)
            made = connection.execute(insert(table).values(values).returning(table))
            note(connection, deed, name=dataset.name)
            return _dataset(made.one())

        return await self._connections.write(dataset.community, make)

    async def propose(self, change: NewChange) -> Change:
        """Keep a change that is to be decided; raises `NoSuchDataset`."""

        def keep(connection: Connection) -> Change:
            dataset = dataset_of(connection, change.community, change.dataset_id)
            values = {
                "dataset_id": dataset.id,
                "user": change.user,
                "revision": change.revision,
                "before": _as_json(dataset.terms),
                "after": _as_json(change.after),
                "said": dict(change.said),
            }
            made = connection.execute(insert(changes).values(values).returning(changes))
            return _change(made.one(), dataset)

        return await self._connections.write(change.community, keep)

    async def move(
        self, community: str, change_id: int, to: ChangeState, deed: NewAuditEntry | None = None
    ) -> Change:
        """Make a change, or take back one that was made.

        Whoever decides the same once more changes nothing. Raises `NoSuchChange`, `DatasetExists`
        where it would be called as another is, and `DatasetChanged` where the dataset is not as it
        was when the change was thought of, or made; what was taken back since is no difference.
        """

        def decide(connection: Connection) -> Change:
            row, dataset = _row(connection, community, change_id)
            if row.state is to:
                return _change(row, dataset)
            undoes = to is ChangeState.UNDONE
            is_due = row.state is (ChangeState.DONE if undoes else ChangeState.PROPOSED)
            found, terms = _terms(row.before), _terms(row.after)
            if undoes:
                found, terms = terms, found
            is_same = dataset.revision == row.revision + undoes or dataset.terms == found
            if not is_due or not is_same:
                raise DatasetChanged(name=dataset.name)
            _put(connection, dataset, terms)
            which = changes.c.id == row.id
            connection.execute(update(changes).where(which).values(state=to))
            note(connection, deed, name=dataset.name, **row.said)
            return _change(*_row(connection, community, change_id))

        return await self._connections.write(community, decide)


def all_of(connection: Connection, community: str) -> Sequence[Dataset]:
    """The same, in a transaction that goes on."""
    statement = select(table).where(table.c.community == community).order_by(table.c.id)
    return [_dataset(row) for row in connection.execute(statement)]


def dataset_of(connection: Connection, community: str, dataset_id: int) -> Dataset:
    """One dataset of a community; raises `NoSuchDataset`."""
    row = _ONE.first(connection, whose=community, which=dataset_id)
    if row is None:
        raise NoSuchDataset(name=dataset_id)
    return _dataset(row)


def _row(connection: Connection, community: str, change_id: int) -> tuple[Row[Any], Dataset]:
    statement = select(changes).join(table).where(table.c.community == community)
    row = connection.execute(statement.where(changes.c.id == change_id)).one_or_none()
    if row is None:
        raise NoSuchChange
    return row, dataset_of(connection, community, row.dataset_id)


def _ensure_free(connection: Connection, community: str, name: str, but: int | None = None) -> None:
    wanted = name.casefold()
    for one in all_of(connection, community):
        if one.name.casefold() == wanted and one.id != but:
            raise DatasetExists(name=one.name)


def _put(connection: Connection, dataset: Dataset, terms: Terms) -> None:
    """What a label was once is not forgotten with the change that brought it: votes may name it."""
    name = terms.name or dataset.name
    _ensure_free(connection, dataset.community, name, dataset.id)
    known = {label.key for label in terms.details}
    lost = tuple(label for label in dataset.all_labels if label.key not in known)
    details = (*terms.details, *(replace(label, is_retired=True) for label in lost))
    values = schema.values_of(terms) | {"details": details, "name": name}
    values |= {"labels": tuple(label.key for label in details), "revision": dataset.revision + 1}
    connection.execute(update(table).where(table.c.id == dataset.id).values(values))


def _dataset(row: Row[Any]) -> Dataset:
    return Dataset(**schema.plain(row))


def _change(row: Row[Any], dataset: Dataset) -> Change:
    return Change(row.id, dataset, row.user, row.state, row.said)


def _as_json(terms: Terms) -> dict[str, object]:
    values = schema.values_of(terms)
    return values | {"details": [schema.values_of(label) for label in terms.details]}


def _terms(values: Mapping[str, Any]) -> Terms:
    details = tuple(Label(**label) for label in values["details"])
    return Terms(**{**values, "details": details, "open_to": OpenTo(values["open_to"])})

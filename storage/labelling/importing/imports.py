"""Files that are put into datasets: begun, gone on with after they were cut, and taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from storage import schema
from storage.errors import DatasetArchived, ImportRunning, NoSuchImport
from storage.labelling.datasets import dataset_of
from storage.labelling.importing.bulk_entering import Source, enter_all
from storage.labelling.importing.keys import known
from storage.labelling.importing.taking_back import (
    given,
    other_voters,
    take_texts,
    take_votes,
    voter_of,
)
from storage.records import Brought, Import, ImportedText, ImportState, NewImport
from storage.sql.connections import Connections
from storage.sql.database_time import database_time

table, datasets, examples = schema.imports, schema.datasets, schema.examples

KEPT = timedelta(days=1)
"""A file that nobody has confirmed is let go after this."""
SILENT_S = 60.0
"""Who carries an import and has put nothing in for so long is gone."""
_AT_WORK = (ImportState.RUNNING, ImportState.UNDOING)
_NO_CONTENT: ColumnElement[Any] = null()
"""Twenty million bytes are not read again for each piece."""


class Imports:
    """Carries files into datasets, piece by piece, so that nobody waits long for their turn."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def propose(self, new: NewImport) -> int:
        """Keep a file until somebody decides; raises `NoSuchDataset`."""

        def put(connection: Connection) -> int:
            dataset = dataset_of(connection, new.community, new.dataset_id)
            _let_go(connection, new.community)
            values = schema.values_of(new) | {"dataset_id": dataset.id}
            del values["community"]
            made = connection.execute(insert(table).values(values).returning(table.c.id))
            return int(made.scalar_one())

        return await self._connections.write(new.community, put)

    async def get(self, community: str, import_id: int) -> Import:
        """One import of this community; raises `NoSuchImport`."""
        return await self._connections.read(
            community, lambda at: _import(at, community, import_id, table.c.content)
        )

    async def choose(self, community: str, import_id: int, read_as: Mapping[str, Any]) -> None:
        """Decide how the rows of a file are read; raises `NoSuchImport`."""

        def put(connection: Connection) -> None:
            found = _import(connection, community, import_id)
            if found.state is ImportState.PROPOSED:
                _change(connection, import_id, choices=dict(read_as))

        return await self._connections.write(community, put)

    async def start(
        self, community: str, import_id: int, work: ImportState, *, takes_over: bool = False
    ) -> Import:
        """Begin to put a file in (RUNNING) or take it back (UNDOING), or go on after a cut.

        Who `takes_over` knows that whoever was at it is gone. Raises `NoSuchImport`,
        `DatasetArchived`, and `ImportRunning` where somebody is at it, here or with another file
        of the dataset.
        """

        def begin(connection: Connection) -> Import:
            found = _import(connection, community, import_id)
            if found.dataset.is_archived and work is ImportState.RUNNING:
                raise DatasetArchived(name=found.dataset.name)
            if not takes_over:
                _ensure_alone(connection, found)
            is_due = {
                ImportState.RUNNING: (ImportState.PROPOSED, ImportState.RUNNING),
                ImportState.UNDOING: (ImportState.RUNNING, ImportState.DONE, ImportState.UNDOING),
            }
            if found.state not in is_due[work]:
                return found
            _change(connection, import_id, state=work, beat_at=database_time())
            return _import(connection, community, import_id, table.c.content)

        return await self._connections.write(community, begin)

    async def cut(self, community: str) -> Sequence[int]:
        """Imports of this community that somebody was at who is gone."""
        statement = (
            select(table.c.id)
            .join(datasets)
            .where(datasets.c.community == community, table.c.state.in_(_AT_WORK))
            .where(or_(table.c.beat_at.is_(None), table.c.beat_at <= database_time(-SILENT_S)))
            .order_by(table.c.id)
        )
        return await self._connections.read(community, lambda known: known.scalars(statement).all())

    async def put(
        self, community: str, import_id: int, texts: Sequence[ImportedText], *, is_moderator: bool
    ) -> int:
        """Put some rows in; returns how many texts were new. Raises `NoSuchImport`."""

        def enter(connection: Connection) -> int:
            found = _import(connection, community, import_id)
            if found.state is not ImportState.RUNNING:
                raise NoSuchImport
            _change(connection, import_id, beat_at=database_time())
            earlier = other_voters(connection, found)
            source = Source(import_id, found.user, voter_of(import_id), earlier, is_moderator)
            return enter_all(connection, found.dataset, texts, source)

        return await self._connections.write(community, enter)

    async def take_back(self, community: str, import_id: int) -> int:
        """Take some of what an import brought out again; 0: nothing is left of it.

        What others have judged meanwhile stays, without the file's label. Raises `NoSuchImport`.
        """

        def take(connection: Connection) -> int:
            found = _import(connection, community, import_id)
            _change(connection, import_id, beat_at=database_time())
            return take_votes(connection, found) or take_texts(connection, found.id)

        return await self._connections.write(community, take)

    async def brought(self, community: str, import_id: int) -> Brought:
        """What of an import is there now: texts that came with it, and its labels.

        Raises `NoSuchImport`.
        """

        def look(connection: Connection) -> Brought:
            one = _import(connection, community, import_id)
            texts = select(func.count()).where(examples.c.import_id == one.id)
            labels = select(func.count()).select_from(given(one).subquery())
            counts = [connection.scalar(statement) for statement in (texts, labels)]
            return Brought(*(count or 0 for count in counts))

        return await self._connections.read(community, look)

    async def release(self, community: str, import_id: int) -> None:
        """Let whoever comes next go on with what was cut; raises `NoSuchImport`."""

        def put(connection: Connection) -> None:
            _import(connection, community, import_id)
            _change(connection, import_id, beat_at=None)

        await self._connections.write(community, put)

    async def end(self, community: str, import_id: int, outcome: ImportState) -> Import:
        """Say that it is in (DONE), or out again (UNDONE); the file is let go."""

        def put(connection: Connection) -> Import:
            _import(connection, community, import_id)
            _change(connection, import_id, state=outcome, beat_at=None, content=None)
            return _import(connection, community, import_id)

        return await self._connections.write(community, put)

    async def present(
        self, community: str, dataset_id: int, canonical: Collection[bytes]
    ) -> frozenset[bytes]:
        """Which of some texts a dataset has; raises `NoSuchDataset`."""

        def look(connection: Connection) -> frozenset[bytes]:
            dataset = dataset_of(connection, community, dataset_id)
            statement = select(examples.c.canonical).where(
                examples.c.dataset_id == dataset.id, examples.c.canonical.in_(canonical)
            )
            return frozenset(connection.scalars(statement).all())

        return await self._connections.read(community, look)

    async def known_keys(
        self, community: str, dataset_id: int, keys: Collection[int]
    ) -> frozenset[int]:
        """Which of some keys of texts lead to a text of a dataset; raises `NoSuchDataset`."""

        def look(connection: Connection) -> frozenset[int]:
            dataset = dataset_of(connection, community, dataset_id)
            return known(connection, dataset.id, keys)

        return await self._connections.read(community, look)


def _import(
    connection: Connection,
    community: str,
    import_id: int,
    content: ColumnElement[Any] = _NO_CONTENT,
) -> Import:
    columns = (table.c.id, table.c.dataset_id, table.c.user, table.c.name, table.c.choices)
    statement = (
        select(*columns, table.c.state, content.label("content"))
        .join(datasets)
        .where(datasets.c.community == community, table.c.id == import_id)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NoSuchImport
    dataset = dataset_of(connection, community, row.dataset_id)
    return Import(row.id, dataset, row.user, row.name, row.content, row.choices, row.state)


def _change(connection: Connection, import_id: int, **values: object) -> None:
    connection.execute(update(table).where(table.c.id == import_id).values(values))


def _ensure_alone(connection: Connection, one: Import) -> None:
    at_work = and_(
        table.c.dataset_id == one.dataset.id,
        table.c.state.in_(_AT_WORK),
        table.c.beat_at > database_time(-SILENT_S),
    )
    if connection.scalar(select(table.c.id).where(at_work).limit(1)) is not None:
        raise ImportRunning(name=one.dataset.name)


def _let_go(connection: Connection, community: str) -> None:
    ours = select(datasets.c.id).where(datasets.c.community == community)
    old = and_(table.c.state == ImportState.PROPOSED, table.c.created_at < schema.now() - KEPT)
    connection.execute(delete(table).where(table.c.dataset_id.in_(ours), old))

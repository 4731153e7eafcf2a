"""Which texts every version of a dataset must get right."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, insert, select, update

from storage import schema
from storage.audit import note
from storage.errors import MustPassFull, MustPassThere, NoSuchMustPass
from storage.labelling.datasets import dataset_of
from storage.labelling.entering import given_keys
from storage.records import MustPass, NewAuditEntry, NewMustPass
from storage.sql.connections import Connections

table, datasets = schema.must_pass, schema.datasets

MOST_MUST_PASS = 200
"""Of one dataset: a version is asked all of them before it may answer."""
_SHOWN = (
    *(table.c.id, table.c.dataset_id, table.c.text, table.c.labels),
    *(table.c.user, table.c.is_removed),
)


class MustPassTexts:
    """Puts them in, takes them back, and tells which there are."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(self, must_pass: NewMustPass, deed: NewAuditEntry | None = None) -> MustPass:
        """Put one in.

        Raises `NoSuchDataset`, `DatasetArchived`, `LabelGone`, `MustPassThere` where the text is
        one already, and `MustPassFull`.
        """

        def put(connection: Connection) -> MustPass:
            dataset = dataset_of(connection, must_pass.community, must_pass.dataset_id)
            values = schema.values_of(must_pass)
            values["labels"] = given_keys(dataset, must_pass.labels)
            values.pop("community")
            _check_alone(connection, dataset.id, must_pass.canonical)
            _check_room(connection, dataset.id)
            made = connection.execute(insert(table).values(values).returning(*_SHOWN))
            added = MustPass(**schema.plain(made.one()))
            note(connection, deed, number=added.id, name=dataset.name)
            return added

        return await self._connections.write(must_pass.community, put)

    async def all(self, community: str, dataset_id: int) -> Sequence[MustPass]:
        """Those of a dataset that hold, the oldest first; raises `NoSuchDataset`."""
        statement = _of(dataset_id).order_by(table.c.id)

        def look(connection: Connection) -> Sequence[MustPass]:
            dataset_of(connection, community, dataset_id)
            rows = connection.execute(statement)
            return [MustPass(**schema.plain(row)) for row in rows]

        return await self._connections.read(community, look)

    async def remove(
        self, community: str, must_pass_id: int, deed: NewAuditEntry | None = None
    ) -> MustPass:
        """Take one back; who does it once more changes nothing. Raises `NoSuchMustPass`."""
        return await self._move(community, must_pass_id, deed, is_removed=True)

    async def restore(
        self, community: str, must_pass_id: int, deed: NewAuditEntry | None = None
    ) -> MustPass:
        """Put in again what was taken back.

        Raises `NoSuchMustPass`, `MustPassThere` where the text was put in anew since, and
        `MustPassFull`.
        """
        return await self._move(community, must_pass_id, deed, is_removed=False)

    async def _move(
        self, community: str, number: int, deed: NewAuditEntry | None, *, is_removed: bool
    ) -> MustPass:
        whose = select(table, datasets.c.name).join(datasets)
        statement = whose.where(datasets.c.community == community, table.c.id == number)

        def put(connection: Connection) -> MustPass:
            row = connection.execute(statement).one_or_none()
            if row is None:
                raise NoSuchMustPass(number=number)
            if row.is_removed != is_removed:
                if not is_removed:
                    _check_alone(connection, row.dataset_id, row.canonical)
                    _check_room(connection, row.dataset_id)
                change = update(table).where(table.c.id == row.id).values(is_removed=is_removed)
                connection.execute(change)
                note(connection, deed, number=row.id, name=row.name)
            found = connection.execute(select(*_SHOWN).where(table.c.id == row.id)).one()
            return MustPass(**schema.plain(found))

        return await self._connections.write(community, put)


def _of(dataset_id: int) -> "Select[tuple[object, ...]]":
    return select(*_SHOWN).where(table.c.dataset_id == dataset_id, table.c.is_removed.is_(False))


def _check_alone(connection: Connection, dataset_id: int, canonical: bytes) -> None:
    same = _of(dataset_id).where(table.c.canonical == canonical)
    if row := connection.execute(same).one_or_none():
        raise MustPassThere(number=row.id)


def _check_room(connection: Connection, dataset_id: int) -> None:
    counted = select(func.count()).select_from(_of(dataset_id).subquery())
    if (connection.scalar(counted) or 0) >= MOST_MUST_PASS:
        raise MustPassFull(most=MOST_MUST_PASS)

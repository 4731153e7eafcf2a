"""Which models of the Hugging Face Hub communities have added, each at one commit."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from storage import schema
from storage.audit import note
from storage.errors import HubModelsFull
from storage.records import HubModel, NewAuditEntry, NewHubModel
from storage.sql.connections import EVERYWHERE, Connections, Everywhere
from storage.sql.upserts import upsert

table = schema.hub_models

_SHOWN = (
    *(table.c.id, table.c.name, table.c.repo_id, table.c.revision),
    *(table.c.size_bytes, table.c.license, table.c.user),
)
_MB = 1_000_000


class HubModels:
    """Adds them, takes them away, and tells which there are."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def add(
        self, new: NewHubModel, most_bytes: int, deed: NewAuditEntry | None = None
    ) -> HubModel:
        """Add a model, or bring the one of its name to another commit.

        Raises `HubModelsFull` where all communities together would have more than `most_bytes`; a
        commit that several have counts once.
        """
        values = schema.values_of(new)
        changed = {name: value for name, value in values.items() if name != "community"}
        statement = (
            upsert(table)
            .values(values)
            .or_update(["community", "name"], changed)
            .returning(*_SHOWN)
        )

        def put(connection: Connection) -> HubModel:
            _check_room(connection, new, most_bytes)
            added = HubModel(**schema.plain(connection.execute(statement).one()))
            note(connection, deed)
            return added

        return await self._connections.write(Everywhere((table.name, new.community)), put)

    async def all(self, community: str) -> Sequence[HubModel]:
        """Those of a community, the oldest first."""
        statement = select(*_SHOWN).where(table.c.community == community).order_by(table.c.id)
        rows = await self._connections.rows(community, statement)
        return [HubModel(**schema.plain(row)) for row in rows]

    async def remove(
        self, community: str, name: str, deed: NewAuditEntry | None = None
    ) -> HubModel | None:
        """Take one away; return what it was, or None where there is none of the name."""
        whose = (table.c.community == community, table.c.name == name)
        statement = delete(table).where(*whose).returning(*_SHOWN)

        def put(connection: Connection) -> HubModel | None:
            row = connection.execute(statement).one_or_none()
            if row is None:
                return None
            note(connection, deed)
            return HubModel(**schema.plain(row))

        return await self._connections.write(community, put)

    async def check_room(self, new: NewHubModel, most_bytes: int) -> None:
        """Raise `HubModelsFull` where `add` would, before anything is fetched."""
        await self._connections.read(
            EVERYWHERE, lambda connection: _check_room(connection, new, most_bytes)
        )

    async def is_held(self, repo_id: str, revision: str, besides: int = 0) -> bool:
        """Tell whether anybody has a commit of a repository, for who tidies the disk.

        The model of the id `besides` does not count: it is about to go.
        """
        others = and_(_is_of(repo_id, revision), table.c.id != besides)
        statement = select(table.c.id).where(others).limit(1)
        found = await self._connections.read(
            EVERYWHERE, lambda connection: connection.scalar(statement)
        )
        return found is not None


def _check_room(connection: Connection, new: NewHubModel, most_bytes: int) -> None:
    """What it takes the place of does not count, and a commit that several have counts once."""
    replaced = and_(table.c.community == new.community, table.c.name == new.name)
    others = ~or_(_is_of(new.repo_id, new.revision), replaced)
    each = select(func.max(table.c.size_bytes).label("size")).where(others)
    commits = each.group_by(table.c.repo_id, table.c.revision).subquery()
    left = most_bytes - int(connection.scalar(select(func.sum(commits.c.size))) or 0)
    if new.size_bytes > left:
        size_mb, left_mb = -(-new.size_bytes // _MB), max(0, left) // _MB
        raise HubModelsFull(name=new.repo_id, size_mb=size_mb, left_mb=left_mb)


def _is_of(repo_id: str, revision: str) -> ColumnElement[bool]:
    return and_(table.c.repo_id == repo_id, table.c.revision == revision)

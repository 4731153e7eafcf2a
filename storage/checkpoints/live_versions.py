"""What a bare name means: which version of a name a community uses."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from sqlalchemy import Connection, Select, insert, select

from storage import schema
from storage.audit import note
from storage.errors import VersionGone, VersionMoved
from storage.notices import keep
from storage.records import LiveMove, LiveVersion, NewAuditEntry, NewNotice, Version
from storage.sql.connections import Connections
from storage.sql.read_cache import ReadCache
from storage.sql.upserts import upsert

table, moves, versions = schema.live_versions, schema.live_moves, schema.versions

KEPT_S = 1.5
"""So that what another process decides holds here within two seconds, with the way there."""


class LiveVersions:
    """Every question to a model asks for them: they are answered from memory.

    What is decided here is known at once; the first version of a name, and what another process
    decides, after `KEPT_S` at the latest.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._read, KEPT_S)

    async def all(self, community: str) -> Mapping[str, LiveVersion]:
        """What is live here by its name. Not to be changed: others are given the same."""
        return await self._cache.get(community)

    async def get(self, community: str, name: str) -> LiveVersion | None:
        """What is live under a name at this moment."""
        return await self._connections.read(
            community, lambda connection: _live(connection, community, name)
        )

    async def put(
        self,
        community: str,
        name: str,
        live: LiveVersion,
        reason: str | None = None,
        deed: NewAuditEntry | None = None,
        *,
        instead_of: Sequence[LiveVersion | None] = (),
    ) -> None:
        """Let a name mean one of its versions from now on, noted with the deed if there is one.

        Args:
            community: whose name it is.
            name: a bare one.
            live: what it means; number 0 is what the operator provides by that name.
            reason: why, where the gate had not let it through.
            deed: notes who did it.
            instead_of: what the decision was made about; empty: whatever it means by now.

        Raises:
            VersionMoved: the name means something else by now.
            VersionGone: there is no such version any more.
        """
        move = partial(_move, community, name, live, reason, deed, instead_of)
        await self._connections.finish(partial(self._put, community, move))

    async def take_back(
        self,
        community: str,
        name: str,
        falling: int,
        live: LiveVersion,
        notice: NewNotice,
        deed: NewAuditEntry,
    ) -> bool:
        """Let a name mean another version in place of one that fell, once; tell admins of it.

        False, and nothing changes, where the name means another one already, where that other one
        is gone, or where this one was taken back before: who lets it answer again has decided.
        """
        is_live = select(table.c.number).where(
            table.c.community == community, table.c.name == name, table.c.number == falling
        )

        def move(connection: Connection) -> bool:
            if connection.scalar(is_live) is None:
                return False
            if not _is_there(connection, community, name, live.number):
                return False
            if not keep(connection, notice):
                return False
            _decide(connection, community, name, live, notice.kind)
            note(connection, deed)
            return True

        try:
            return await self._connections.write(community, move)
        finally:
            self._cache.forget(community)

    async def moves(self, community: str, name: str) -> Sequence[LiveMove]:
        """What a name has meant here, the last first."""
        statement = (
            select(moves.c.number, moves.c.user, moves.c.reason, moves.c.moved_at)
            .where(moves.c.community == community, moves.c.name == name)
            .order_by(moves.c.id.desc())
        )
        rows = await self._connections.rows(community, statement)
        return [LiveMove(**schema.plain(row)) for row in rows]

    async def _read(self, community: str) -> Mapping[str, LiveVersion]:
        statement = select(table.c.name, table.c.number, table.c.decided_by).where(
            table.c.community == community
        )
        rows = await self._connections.rows(community, statement)
        return MappingProxyType({row.name: LiveVersion(row.number, row.decided_by) for row in rows})

    async def _put(self, community: str, move: Callable[[Connection], None]) -> None:
        try:
            await self._connections.write(community, move)
        finally:
            self._cache.forget(community)


def _move(
    community: str,
    name: str,
    live: LiveVersion,
    reason: str | None,
    deed: NewAuditEntry | None,
    instead_of: Sequence[LiveVersion | None],
    connection: Connection,
) -> None:
    if instead_of and _live(connection, community, name) not in instead_of:
        raise VersionMoved(name=name)
    if not _is_there(connection, community, name, live.number):
        raise VersionGone(version=f"{name}@{live.number}")
    _decide(connection, community, name, live, reason)
    note(connection, deed)


def _live(connection: Connection, community: str, name: str) -> LiveVersion | None:
    row = connection.execute(_of_name(community, name)).one_or_none()
    return LiveVersion(**schema.plain(row)) if row else None


def _is_there(connection: Connection, community: str, name: str, number: int) -> bool:
    """Number 0 is the operator's, and always there."""
    statement = select(versions.c.id).where(
        versions.c.community == community,
        versions.c.name == name,
        versions.c.number == number,
        versions.c.removed_at.is_(None),
    )
    return not number or connection.execute(statement).one_or_none() is not None


def _of_name(community: str, name: str) -> "Select[tuple[int, str | None]]":
    return select(table.c.number, table.c.decided_by).where(
        table.c.community == community, table.c.name == name
    )


def make_first_live(connection: Connection, version: Version) -> None:
    """A version of a name that has none yet is live; a later one waits for somebody's decision."""
    statement = upsert(table).values(
        community=version.community,
        name=version.name,
        number=version.number,
        decided_at=schema.now(),
    )
    if connection.scalar(statement.or_nothing().returning(table.c.number)) is not None:
        live = LiveVersion(version.number, None)
        _remember(connection, version.community, version.name, live)


def _decide(
    connection: Connection, community: str, name: str, live: LiveVersion, reason: str | None
) -> None:
    values = schema.values_of(live) | {"decided_at": schema.now()}
    statement = upsert(table).values(community=community, name=name, **values)
    changed = statement.or_update(["community", "name"], values)
    connection.execute(changed)
    _remember(connection, community, name, live, reason)


def _remember(
    connection: Connection,
    community: str,
    name: str,
    live: LiveVersion,
    reason: str | None = None,
) -> None:
    facts = {"number": live.number, "user": live.decided_by, "reason": reason}
    statement = insert(moves).values(community=community, name=name, moved_at=schema.now(), **facts)
    connection.execute(statement)

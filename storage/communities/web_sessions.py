"""Links that sign people in to the pages that a browser shows, and who is signed in.

Of a secret only its digest is kept: who reads the file cannot sign in with what stands there.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from storage import schema
from storage.records import NewWebLink, WebSession
from storage.sql.connections import EVERYWHERE, Connections, Scope
from storage.sql.prepared import Prepared
from storage.sql.read_cache import ReadCache

table = schema.web_sessions

KEPT_S = 2.0
_SHOWN = (table.c.community, table.c.user, table.c.language, table.c.expires_at)
_OF = select(*_SHOWN).where(
    table.c.digest == bindparam("which"), table.c.expires_at > bindparam("now")
)
_LINK = Prepared(_OF.where(table.c.opened_at.is_(None)))
_SESSION = Prepared(_OF.where(table.c.opened_at.is_not(None)))


class WebSessions:
    """A link becomes a session when it is used, so it cannot be used twice.

    Every request to a page asks whose session it is: that is answered from memory, which knows at
    once what is ended here, and after a moment what another process has ended.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._read, KEPT_S)

    async def invite(self, link: NewWebLink) -> None:
        """Remember a link; an earlier one of theirs is forgotten."""
        unused = (
            table.c.community == link.community,
            table.c.user == link.user,
            table.c.opened_at.is_(None),
        )

        def add(connection: Connection) -> None:
            connection.execute(delete(table).where(*unused))
            connection.execute(insert(table).values(schema.values_of(link)))

        await self._connections.write(link.community, add)

    async def link(self, digest: bytes) -> WebSession | None:
        """Whom a link would sign in; None: it is used, too old, or none of ours."""
        return await self._look(_LINK, digest)

    async def open(self, digest: bytes, session: bytes, until: datetime) -> WebSession | None:
        """Use a link up: from now on who has the session's secret is signed in.

        Args:
            digest: of the link's secret.
            session: the digest of the session's.
            until: when it ends by itself.
        """
        if await self.link(digest) is None:  # a forged one keeps nobody waiting who writes
            return None
        unused = (table.c.digest == digest, table.c.opened_at.is_(None))
        opened = {"digest": session, "opened_at": schema.now(), "expires_at": until}
        statement = (
            update(table)
            .where(*unused, table.c.expires_at > schema.now())
            .values(opened)
            .returning(*_SHOWN)
        )

        def use(connection: Connection) -> WebSession | None:
            row = connection.execute(statement).one_or_none()
            return WebSession(**schema.plain(row)) if row else None

        opened_now = await self._connections.write(EVERYWHERE, use)
        self._cache.forget(session)
        return opened_now

    async def get(self, digest: bytes) -> WebSession | None:
        """Who is signed in by a session's secret; None: nobody."""
        found = await self._cache.get(digest)
        return found if found and found.expires_at > schema.now() else None

    async def end(self, digest: bytes) -> None:
        """Let a session be over; it is no mistake if there is none."""
        await self._end(EVERYWHERE, table.c.digest == digest)

    async def count(self, community: str, user: str) -> int:
        """In how many browsers somebody is signed in."""
        theirs = select(func.count()).where(
            table.c.community == community,
            table.c.user == user,
            table.c.opened_at.is_not(None),
            table.c.expires_at > schema.now(),
        )
        found = await self._connections.read(
            community, lambda connection: connection.scalar(theirs)
        )
        return int(found or 0)

    async def end_all(self, community: str, user: str) -> int:
        """Let all sessions and links of somebody be over; return how many there were."""
        return await self._end(community, table.c.community == community, table.c.user == user)

    async def forget(self) -> None:
        """Forget what is over, of everybody."""
        await self._end(EVERYWHERE, table.c.expires_at <= schema.now())

    async def _end(self, scope: Scope, *whose: ColumnElement[bool]) -> int:
        gone = delete(table).where(*whose).returning(table.c.digest)

        def end(connection: Connection) -> list[bytes]:
            return list(connection.execute(gone).scalars())

        ended = await self._connections.write(scope, end)
        for digest in ended:
            self._cache.forget(digest)
        return len(ended)

    async def _read(self, digest: bytes) -> WebSession | None:
        return await self._look(_SESSION, digest)

    async def _look(self, statement: Prepared, digest: bytes) -> WebSession | None:
        now = schema.now()
        row = await self._connections.read(
            EVERYWHERE, lambda connection: statement.first(connection, which=digest, now=now)
        )
        return WebSession(**schema.plain(row)) if row else None

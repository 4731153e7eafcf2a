"""What each person has chosen for themselves in a community."""

from functools import partial

from sqlalchemy import Executable, bindparam, select

from storage import schema
from storage.records import Choices
from storage.sql.connections import Connections
from storage.sql.prepared import Prepared
from storage.sql.read_cache import ReadCache
from storage.sql.upserts import upsert

table = schema.choices

KEPT_S = 2.0
_OF = Prepared(
    select(table.c.language, table.c.may_train).where(
        table.c.community == bindparam("where"), table.c.user == bindparam("whose")
    )
)


class PersonalChoices:
    """Keeps them; what nobody has chosen is as it is for everybody.

    Every command asks for them: they are answered from memory, which knows at once what is
    written here, and after a moment what another process has written.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._cache = ReadCache(connections, self._read, KEPT_S)

    async def of(self, community: str, user: str) -> Choices:
        """What somebody has chosen here."""
        return await self._cache.get((community, user))

    async def put(self, community: str, user: str, choices: Choices) -> None:
        """Remember what somebody has chosen; the last choice holds."""
        values = schema.values_of(choices)
        statement = (
            upsert(table)
            .values(community=community, user=user, **values)
            .or_update(["community", "user"], values)
        )
        await self._connections.finish(partial(self._change, (community, user), statement))

    async def _read(self, who: tuple[str, str]) -> Choices:
        community, user = who
        row = await self._connections.read(
            community, lambda connection: _OF.first(connection, where=community, whose=user)
        )
        return Choices(**schema.plain(row)) if row else Choices()

    async def _change(self, who: tuple[str, str], statement: Executable) -> None:
        try:
            await self._connections.write(who[0], lambda connection: connection.execute(statement))
        finally:
            self._cache.forget(who)

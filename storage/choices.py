"""What each person has chosen for themselves in a community."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from storage import schema
from storage.connections import Connections
from storage.records import Choices

table = schema.choices


class PersonalChoices:
    """Keeps them; what nobody has chosen is as it is for everybody."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def of(self, community: str, user: str) -> Choices:
        """What somebody has chosen here."""
        statement = select(table.c.language, table.c.may_train).where(
            table.c.community == community, table.c.user == user
        )
        found = await self._connections.read(lambda connection: connection.execute(statement))
        row = found.one_or_none()
        return Choices(**schema.plain(row)) if row else Choices()

    async def put(self, community: str, user: str, choices: Choices) -> None:
        """Remember what somebody has chosen; the last choice holds."""
        values = schema.values_of(choices)
        statement = (
            insert(table)
            .values(community=community, user=user, **values)
            .on_conflict_do_update(index_elements=["community", "user"], set_=values)
        )
        await self._connections.write(lambda connection: connection.execute(statement))

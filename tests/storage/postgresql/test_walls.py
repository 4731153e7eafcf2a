"""The second wall: a statement that forgot its community finds nothing of another's."""

import pytest
from sqlalchemy import delete, func, insert, select, update

from storage import schema
from storage.database import Database
from storage.errors import StorageError
from storage.postgresql.walls import wall_of
from storage.sql.connections import EVERYWHERE, Scope
from tests.storage.test_communities import AWAY, HOME, LOOKALIKES, OWNED, settle_in

pytestmark = pytest.mark.scale


@pytest.fixture
async def inhabited(postgresql):
    database = await Database.open(postgresql.new(postgresql.tidy))
    await settle_in(database, HOME)
    yield database
    await database.close()


async def counts(database: Database, scope: Scope) -> dict[str, int]:
    """What statements find that name no community at all."""

    def count(connection) -> dict[str, int]:
        found = {table.name: select(func.count()).select_from(table) for table in OWNED}
        return {name: connection.scalar(each) for name, each in found.items()}

    return await database._connections.read(scope, count)


async def test_who_forgets_to_name_a_community_finds_nothing(inhabited) -> None:
    everything = await counts(inhabited, EVERYWHERE)
    assert all(everything.values()), "home has rows in every table"
    assert await counts(inhabited, HOME) == everything
    for stranger in (AWAY, *LOOKALIKES, "a,b", '"', "{}", "\\", "'; SELECT 1; --", "a\nb"):
        assert not any((await counts(inhabited, stranger)).values()), stranger


async def test_who_forgets_it_changes_nothing(inhabited) -> None:
    before = await counts(inhabited, EVERYWHERE)

    def spoil(connection) -> int:
        changed = connection.execute(update(schema.queries).values(text="mine")).rowcount
        return changed + connection.execute(delete(schema.votes)).rowcount

    assert await inhabited._connections.write(AWAY, spoil) == 0
    assert await counts(inhabited, EVERYWHERE) == before
    row = {"community": HOME, "name": "days", "value": 1}
    with pytest.raises(StorageError):
        await inhabited._connections.write(
            AWAY, lambda connection: connection.execute(insert(schema.settings).values(row))
        )


async def test_rows_that_share_a_commit_are_of_their_communities_alone(inhabited) -> None:
    connections, seen = inhabited._connections, {}

    def look(connection) -> None:
        for names in ((AWAY,), (AWAY, HOME), ("slack:T9",)):
            connections.narrow(connection, names)
            found = connection.scalar(select(func.count()).select_from(schema.examples))
            seen[names] = bool(found)

    await connections.write(EVERYWHERE, look)
    assert seen == {(AWAY,): False, (AWAY, HOME): True, ("slack:T9",): False}


async def test_nothing_is_left_of_it_for_who_comes_next(inhabited) -> None:
    """The same connections serve all."""
    for scope, finds in ((HOME, True), (AWAY, False), (EVERYWHERE, True), (AWAY, False)):
        for _ in range(20):
            assert any((await counts(inhabited, scope)).values()) is finds


def test_every_table_of_a_community_has_one() -> None:
    assert [table.name for table in OWNED if not wall_of(table)] == []

"""What is over goes, a part at a time, and nothing else."""

from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.sql.connections import EVERYWHERE
from tests.storage.communities.test_personal_data import STAYS, files, judge, live, query
from tests.storage.learned import learned
from tests.storage.test_communities import AWAY, HOME, OWNED, rows_of, settle_in

LATER = datetime(2100, 1, 1, tzinfo=UTC)
TEXT = "a text that is forgotten"


async def test_old_questions_go_and_their_votes_stay(database) -> None:
    number = await database.queries.add(query(HOME, STAYS, TEXT))
    await judge(database, HOME, number, "bob", TEXT)
    (before,) = await learned(database, HOME)
    assert await database.retention.forget_questions(HOME, LATER, 10) == 1
    assert await database.queries.get(HOME, number) is None
    assert await database.votes.get(HOME, number, "bob") is None
    (after,) = await learned(database, HOME)
    assert (after.text, after.label, after.side) == (before.text, before.label, before.side)
    assert await database.retention.forget_questions(HOME, LATER, 10) == 0


async def test_a_part_at_a_time_the_oldest_first(database) -> None:
    numbers = [await database.queries.add(query(HOME, STAYS, f"{n}")) for n in range(5)]
    assert await database.retention.forget_questions(HOME, LATER, 2) == 2
    left = [n for n in numbers if await database.queries.get(HOME, n)]
    assert left == numbers[2:]


async def test_what_is_new_or_anothers_is_kept(database) -> None:
    await database.queries.add(query(HOME, STAYS, TEXT))
    await database.queries.add(query(AWAY, STAYS, TEXT))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert await database.retention.forget_questions(HOME, yesterday, 10) == 0
    assert await database.retention.forget_questions(HOME, LATER, 10) == 1
    assert await database.queries.get(AWAY, 1)


async def test_what_is_forgotten_is_not_in_the_files(database, path) -> None:
    await database.queries.add(query(HOME, STAYS, TEXT))
    assert TEXT.encode() in files(path.parent)
    await database.retention.forget_questions(HOME, LATER, 10)
    await database.retention.let_go()
    assert TEXT.encode() not in files(path.parent)


async def test_a_community_goes_as_a_whole_and_no_other(database) -> None:
    await settle_in(database, HOME)
    await settle_in(database, AWAY)
    await live(database, HOME, "ann", "she did all that can be done")
    away = await kept(database, AWAY)
    while await database.retention.forget_community(HOME, 3):
        assert await database.departures.left_at(HOME), "until nothing is left"
    left = {name for name, rows in (await kept(database, HOME)).items() if rows}
    assert left == {"query_numbers"}, "so that old buttons name no new question"
    assert await kept(database, AWAY) == away
    assert await database.queries.add(query(HOME, STAYS, TEXT)) == 4


async def test_who_comes_back_meanwhile_loses_no_more(database) -> None:
    await settle_in(database, HOME)
    assert await database.retention.forget_community(HOME, 3)
    await database.departures.stay(HOME)
    before = await kept(database, HOME)
    assert await database.retention.forget_community(HOME, 3) == 0
    assert await kept(database, HOME) == before and any(before.values())


async def test_who_is_forgotten_is_known_no_more(database) -> None:
    await settle_in(database, "discord:1")
    assert await database.departures.known("discord") == ["discord:1"]
    while await database.retention.forget_community("discord:1", 100):
        pass
    assert await database.departures.known("discord") == []


async def kept(database: Database, community: str) -> dict[str, list]:
    def read(connection):
        return {table.name: connection.execute(rows_of(community, table)).all() for table in OWNED}

    return await database._connections.read(EVERYWHERE, read)


async def test_who_comes_back_is_here(database) -> None:
    await database.departures.leave(HOME)
    first = await database.departures.left_at(HOME)
    await database.departures.leave(HOME)
    assert first and await database.departures.left_at(HOME) == first
    assert await database.departures.before(LATER) == [HOME]
    assert await database.departures.before(first) == []
    await database.departures.stay(HOME)
    await database.departures.stay(AWAY)
    assert await database.departures.before(LATER) == []


async def test_known_are_those_of_a_platform(database) -> None:
    await database.queries.add(query("discord:1", STAYS, TEXT))
    await database.settings.put("discord:2", "any", 1)
    await database.queries.add(query("discord_3", STAYS, TEXT))
    await database.queries.add(query("slack:1", STAYS, TEXT))
    assert sorted(await database.departures.known("discord")) == ["discord:1", "discord:2"]

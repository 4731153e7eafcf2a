"""Whose turn it is: one line for all communities and all processes."""

import asyncio

import pytest

from storage.database import Database
from storage.records import JobState

TTL_S = 20.0
AT_ONCE_S = -1.0
KIND = "finetune"


@pytest.fixture
def begin(database, job):
    async def begin(community: str, owner: str = "me", **params: object) -> int:
        started = await database.jobs.start(job(community=community, params=params), owner)
        return started.id

    return begin


async def take(database: Database, number: int, width: int = 1, owner: str = "me") -> bool:
    return await database.turns.take(number, owner, KIND, width, TTL_S)


async def test_as_many_have_their_turn_as_the_line_is_wide(database, begin):
    numbers = [await begin(f"discord:{n}") for n in range(5)]
    assert [await take(database, one, 2) for one in numbers] == [True, True, False, False, False]
    assert await take(database, numbers[0], 2) and not await take(database, numbers[0], 2, "other")
    assert await database.jobs.end(numbers[0], "me", JobState.DONE)
    assert [await take(database, one, 2) for one in reversed(numbers[2:])] == [False, False, True]
    line = await database.turns.line(KIND, TTL_S)
    assert [one.job_id for one in line] == numbers[1:]
    assert [one.has_turn for one in line] == [True, True, False, False]


async def test_of_many_who_try_at_once_the_first_is_taken(database, begin):
    numbers = [await begin(f"discord:{n}") for n in range(12)]
    await asyncio.gather(*(take(database, one, 3) for one in reversed(numbers)))
    for _ in numbers:  # who came before its turn tries again
        await asyncio.gather(*(take(database, one, 3) for one in numbers))
    line = await database.turns.line(KIND, TTL_S)
    assert [one.job_id for one in line if one.has_turn] == numbers[:3]


async def test_communities_take_turns_whoever_came_first(database, begin):
    first = await begin("discord:busy")
    assert await take(database, first)
    assert await database.jobs.end(first, "me", JobState.DONE)
    again, new = await begin("discord:busy"), await begin("discord:new")
    assert not await take(database, again)
    assert await take(database, new)


async def test_what_a_community_has_behind_its_first_waits_for_all_others(database, job):
    numbers = {}
    for name, community in (
        ("a", "busy"),
        ("b", "busy"),
        ("c", "busy"),
        ("d", "new"),
        ("e", "new"),
    ):
        new = job(community=f"discord:{community}", scope=f"name {name}")
        numbers[name] = (await database.jobs.start(new, "me")).id

    async def told() -> str:
        names = {number: name for name, number in numbers.items()}
        return "".join(names[one.job_id] for one in await database.turns.line(KIND, TTL_S))

    assert await told() == "adbec"
    order = ""
    for _ in numbers:
        expected = (await told())[0]
        assert await take(database, numbers[expected])
        assert await database.jobs.end(numbers[expected], "me", JobState.DONE)
        order += expected
    assert order == "adbec"


async def test_other_kinds_stand_in_other_lines(database, begin, job):
    await database.jobs.start(job(community="discord:1", kind="import"), "me")
    number = await begin("discord:2")
    assert await take(database, number)


async def test_who_has_died_is_passed_over_and_goes_on_before_all_that_has_not_begun(
    database, begin
):
    begun, waiting = await begin("discord:1", "gone"), await begin("discord:2")
    assert await take(database, begun, owner="gone")
    assert not await take(database, waiting)
    assert await database.turns.line(KIND, AT_ONCE_S) == []
    new = await begin("discord:3")
    assert (await database.jobs.claim("me", "discord", AT_ONCE_S)).id == begun
    assert not await take(database, waiting) and not await take(database, new)
    assert await take(database, begun)


async def test_a_turn_is_given_back_with_the_lease(database, begin):
    begun, waiting = await begin("discord:1"), await begin("discord:2")
    assert await take(database, begun)
    await database.jobs.release(begun, "me", {})
    assert [one.job_id for one in await database.turns.line(KIND, TTL_S)] == [waiting]
    assert await take(database, waiting)


async def test_only_its_owner_takes_a_turn_and_only_of_what_has_not_ended(database, begin):
    number = await begin("discord:1")
    assert not await take(database, number, owner="another")
    assert await database.jobs.cancel("discord:1", number)
    assert not await take(database, number)
    assert await database.jobs.end(number, "me", JobState.CANCELLED)
    assert not await take(database, number)
    assert not await take(database, 999)


async def test_what_is_left_is_told(database, begin):
    begun = await begin("discord:1", estimate_s=60.0)
    waiting = await begin("discord:2", estimate_s=30.0)
    older = await begin("discord:3")
    assert await take(database, begun)
    await database.jobs.beat(begun, "me", {"remaining_s": 12.5})
    seconds = {one.job_id: one.seconds for one in await database.turns.line(KIND, TTL_S)}
    assert seconds == {begun: 12.5, waiting: 30.0, older: 0.0}

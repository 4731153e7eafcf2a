"""How much a community may keep: counted as it is, refused with what to do."""

import asyncio
from dataclasses import replace

import pytest

from handlers.guard.room import Room
from handlers.services import Rules
from handlers.types import Role
from models.units import MB
from storage.errors import DatabaseFull
from storage.records import KeptBytes, NewQuery
from storage.sql.connections import EVERYWHERE
from tests.handlers.conftest import ELSEWHERE

HERE = ELSEWHERE.community


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Counting:
    """Measures the true bytes, and how often it was asked."""

    def __init__(self, real):
        self.real, self.times = real, 0

    async def of(self, community):
        self.times += 1
        return await self.real.of(community)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def admin(bot, clock):
    bot.services = replace(bot.services, room=Room(clock), rules=Rules(0.5, 3, 3000))
    bot.dispatcher._services = bot.services
    return bot.by("ann", Role.ADMIN, ELSEWHERE)


async def keep(services, size_bytes, user="ann"):
    """Keep a question that is so large, whatever people may type."""
    said = NewQuery(HERE, user, "classify", "x" * size_bytes, "m@1", {}, (), 1.0)
    return await services.storage.queries.add(said)


async def test_what_is_kept_is_counted_as_bytes(bot):
    await keep(bot.services, 1000)
    measured = bot.services.storage.kept_bytes
    before = await measured.of(HERE)
    assert 1000 <= before.questions < 1100 and before.texts == before.imports == 0
    assert await measured.of("discord:other") == KeptBytes(0, 0, 0, 0)
    await bot.services.storage.queries.add(
        NewQuery(HERE, "ben", "classify", "가" * 1000, "m@1", {}, (), 1.0)
    )
    assert (await measured.of(HERE)).questions - before.questions >= 3000


async def test_texts_and_what_is_made_of_them(admin):
    await admin.ok("/dataset create name:bugs labels:bug,praise")
    before = (await admin.services.storage.kept_bytes.of(HERE)).texts
    await admin.ok(f"/dataset add text:{'x' * 500} dataset:bugs label:bug")
    assert (await admin.services.storage.kept_bytes.of(HERE)).texts - before > 500


async def test_where_there_is_no_room_a_question_is_refused_with_what_to_do(admin):
    await admin.ok("/settings limit:megabytes to:1")
    await keep(admin.services, MB)
    await admin.services.room.look(admin.services, HERE)
    said = await admin.say("/classify hello")
    assert said.error.code == "room_full"
    assert "questions 2" in said.text and "/version remove" in said.text
    answered = await admin.ok("/fillmask I love ___")
    assert "query" not in answered.footer and "no room left" in str(answered)
    await admin.ok("/dataset create name:x labels:a,b")
    await admin.ok("/settings limit:megabytes to:100")
    await admin.ok("/classify hello")


async def test_in_korean(admin):
    await admin.ok("/settings limit:megabytes to:1")
    await keep(admin.services, MB)
    await admin.services.room.look(admin.services, HERE)
    korean = replace(admin, actor=replace(admin.actor, language=admin.korean().actor.language))
    said = await korean.say("/분류 안녕")
    assert said.error.code == "room_full" and "1 MB까지" in said.text and "2 MB" in said.text


async def test_erasing_frees(admin, clock):
    ben = "ben"
    await admin.ok("/settings limit:megabytes to:1")
    await keep(admin.services, MB, ben)
    await admin.services.room.look(admin.services, HERE)
    assert await admin.code("/classify hello") == "room_full"
    await admin.services.storage.personal_data.erase(HERE, ben)
    assert await admin.code("/classify hello") == "room_full", "it is measured once a minute"
    clock.now += 61
    await admin.ok("/classify hello")


async def test_what_was_rolled_back_does_not_count(admin):
    def cut(connection):
        connection.exec_driver_sql(
            "INSERT INTO drafts (community, user, text, source, created_at)"
            " VALUES (?, 'ann', ?, 'chat', '2026-11-29')",
            (HERE, "x" * MB),
        )
        raise DatabaseFull(path="x")

    with pytest.raises(DatabaseFull):
        await admin.services.storage._connections.write(EVERYWHERE, cut)
    assert (await admin.services.room.look(admin.services, HERE)).total < 1000


async def test_questions_do_not_wait_to_be_measured(admin, clock):
    counting = Counting(admin.services.storage.kept_bytes)
    admin.services.storage.kept_bytes = counting
    for _ in range(20):
        await admin.ok("/classify hello")
    assert counting.times == 1
    clock.now += 601
    await asyncio.gather(*(admin.ok("/classify hello") for _ in range(5)))
    assert counting.times == 2


async def test_what_is_much_must_fit(admin):
    await admin.ok("/settings limit:megabytes to:1")
    room = admin.services.room
    await room.check_coming(admin.services, HERE, MB // 2)
    with pytest.raises(Exception, match="room_full"):
        await room.check_coming(admin.services, HERE, MB)
    await keep(admin.services, MB)
    assert await admin.code("/finetune") == "no_labels", "so it was a moment ago"


async def test_a_training_wants_room(admin):
    await admin.ok("/settings limit:megabytes to:1")
    await keep(admin.services, MB)
    assert await admin.code("/finetune") == "room_full"


async def test_status_tells_how_much(admin):
    await keep(admin.services, MB)
    rows = dict((await admin.ok("/status")).table.rows)
    assert rows["room taken here"].startswith("1.0 of 5,000 MB: questions 1.0, ")
    assert (await admin.code("/settings limit:megabytes to:5001")) == "limit_too_high"


async def test_what_cannot_be_measured_is_told_to_who_waits(admin):
    class Broken:
        async def of(self, community):
            raise DatabaseFull(path="x")

    real, admin.services.storage.kept_bytes = admin.services.storage.kept_bytes, Broken()
    assert await admin.code("/status") == "database_full"
    await admin.ok("/classify hello")  # nobody waits
    admin.services.storage.kept_bytes = real
    await admin.ok("/status")

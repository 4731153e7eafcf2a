"""Questions are forgotten after their days, and all of a place a month after it has gone."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from handlers.people.presence import Presence
from handlers.people.retention import GONE, Nightly, forget, until_night_s
from handlers.types import Place, Role
from tests.handlers.conftest import ELSEWHERE
from tests.waiting import until


@pytest.fixture
def server(bot):
    return bot.by("7", Role.ADMIN, ELSEWHERE)


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


async def test_a_question_is_forgotten_after_its_days(bot):
    await bot.ok("/classify I love this")
    await forget(bot.services, in_days(89))
    assert (await bot.ok("/history")).table
    await forget(bot.services, in_days(91))
    assert (await bot.ok("/history")).table is None


async def test_a_community_chooses_how_long(bot, server):
    await server.ok("/settings limit:days to:7")
    for one in (bot, server):
        await one.ok("/classify I love this")
    await forget(bot.services, in_days(8))
    assert (await server.ok("/history")).table is None
    assert (await bot.ok("/history")).table
    assert "7 days" in (await server.ok("/settings")).text


async def test_all_of_a_place_goes_a_month_after_it_has_gone(bot, server):
    await server.ok("/settings limit:days to:300")
    await server.ok("/classify I love this")
    presence = Presence(bot.services.storage.departures)
    await presence.left(server.place.community)
    await forget(bot.services, datetime.now(UTC) + GONE - timedelta(hours=1))
    assert (await server.ok("/history")).table
    await forget(bot.services, datetime.now(UTC) + GONE + timedelta(hours=1))
    assert (await server.ok("/history")).table is None

    async def is_forgotten():  # what was set is remembered for two seconds
        return not await bot.services.storage.settings.all(server.place.community)

    await until(is_forgotten, "the end of the settings of a place that is gone")
    assert "90 days" in (await server.ok("/settings")).text


async def test_who_comes_back_keeps_what_was_there(bot, server):
    await server.ok("/classify I love this")
    presence = Presence(bot.services.storage.departures)
    await presence.left(server.place.community)
    await presence.came(server.place.community)
    await forget(bot.services, in_days(60))
    assert (await server.ok("/history")).table


async def test_what_a_platform_lists_at_the_start_is_compared(bot, server):
    departures = bot.services.storage.departures
    for place in (server, bot.by("8", place=Place("discord", "discord:3", "c"))):
        await place.ok("/classify I love this")
    presence = Presence(departures)
    await presence.left("discord:3")
    await presence.compare("discord", {"discord:3"}, lambda community: True)
    assert await departures.left_at("discord:3") is None
    assert await departures.left_at("discord:2")
    assert await departures.left_at(bot.place.community) is None


async def test_it_begins_with_the_start(bot, tmp_path):
    queries = bot.services.storage.queries
    for _ in range(2):
        await bot.ok("/classify I love this")
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as file, file:
        file.execute("UPDATE queries SET created_at = datetime('now', '-91 days') WHERE number = 1")

    async def is_forgotten():
        return await queries.get(bot.place.community, 1) is None

    nightly = Nightly(bot.services)
    try:
        await until(is_forgotten, "the end of a question of 91 days ago")
    finally:
        await nightly.close()
    assert await queries.get(bot.place.community, 2)


def test_a_night_begins_at_three():
    now = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    assert until_night_s(now) == 3600
    assert until_night_s(now + timedelta(hours=1)) == 24 * 3600

"""Observers are told once a request, of everything that comes of one, and can break nothing."""

import asyncio

import pytest

from handlers.dispatch import Dispatcher
from handlers.guard.observer import Happening
from tests.handlers.conftest import ELSEWHERE, Bot


@pytest.fixture
def told(bot):
    happenings: list[Happening] = []

    def fails(happening: Happening) -> None:
        raise RuntimeError("an observer broke")

    bot.dispatcher = Dispatcher(bot.services, observers=(fails, happenings.append))
    return happenings


async def test_each_request_is_told_of_once_by_its_english_name(bot, told):
    await bot.ok("/도움말")
    await bot.ok("/classify good movie")
    await bot.press("fb:1:right")
    assert [(each.what, each.outcome) for each in told] == [
        ("/help", "ok"),
        ("/classify", "ok"),
        ("fb:", "ok"),
    ]
    assert {each.place.community for each in told} == {"terminal:local"}
    assert all(each.user == "admin" and each.seconds >= 0 for each in told)
    assert told[1].seconds > 0


async def test_what_goes_wrong_is_told_by_its_code_and_not_by_what_was_typed(bot, told):
    await bot.say("no command")
    await bot.say("/secret words")
    await bot.press("secret:1")
    await bot.by("ann").say("/finetune")
    assert [(each.what, each.outcome) for each in told] == [
        ("unknown", "not_a_command"),
        ("unknown", "unknown_command"),
        ("unknown", "unknown_control"),
        ("/finetune", "role_admin"),
    ]


async def test_who_asks_too_often_and_what_is_cancelled_is_told_too(bot, told):
    stranger = Bot(bot.dispatcher, bot.services, ELSEWHERE)
    for _ in range(31):
        await stranger.say("/help")
    assert [each.outcome for each in told] == ["ok"] * 30 + ["too_often"]
    asking = asyncio.create_task(bot.say("/classify good movie"))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (told[-1].what, told[-1].outcome) == ("/classify", "cancelled")


@pytest.mark.parametrize("nonsense", ["/no such command", "words", "unknown:1"])
async def test_what_cannot_be_read_counts_as_one_more(bot, told, nonsense):
    stranger = Bot(bot.dispatcher, bot.services, ELSEWHERE)
    for _ in range(31):
        if ":" in nonsense:
            await stranger.press(nonsense)
        else:
            await stranger.say(nonsense)
    assert told[-1].outcome == "too_often"
    assert {each.outcome for each in told[:-1]} <= {
        "unknown_command",
        "not_a_command",
        "unknown_control",
    }

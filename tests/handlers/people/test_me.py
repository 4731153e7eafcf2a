"""What people choose for themselves: kept, shown, and followed from then on."""

import pytest

from handlers.learning.pool import pools
from handlers.types import Language, Role
from storage.records import Choices
from tests.handlers.conftest import ELSEWHERE


def kept(bot):
    return bot.services.storage.choices.of(bot.place.community, bot.actor.id)


async def test_without_options_it_shows_how_things_are(bot):
    shown = await bot.ok("/me")
    assert shown.table.rows == (
        ("language of Tokki's answers", "as the platform says"),
        ("models learn from your questions", "yes"),
    )
    ids = [button.id for button in shown.controls]
    assert ids == [
        *("me:language:english", "me:language:korean", "me:learn:no"),
        *("mine:export", "mine:erase"),
    ]
    assert await kept(bot) == Choices()


async def test_a_chosen_language_holds_from_its_own_answer_on(bot):
    chosen = await bot.ok("/me language:korean")
    assert "설정을 바꿨어요" in chosen.title and chosen.language is Language.KOREAN
    assert "토끼가 할 수 있는 일" in (await bot.ok("/help")).title
    refused = await bot.say("/nothing")
    assert refused.language is Language.KOREAN and "명령" in refused.text
    assert (await bot.press("xx:1")).language is Language.KOREAN
    assert (await bot.by("somebody else").ok("/help")).language is Language.ENGLISH
    assert (await bot.by("admin", place=ELSEWHERE).ok("/help")).language is Language.ENGLISH
    back = await bot.ok("/나 언어:자동")
    assert back.language is Language.KOREAN  # the platform's is known from the next one on
    assert (await bot.ok("/help")).language is Language.ENGLISH


@pytest.mark.parametrize("word", ["ko", "KO", "korean", "한국어", "Korean"])
async def test_a_language_may_be_a_code_or_a_name_in_either_language(bot, word):
    await bot.ok("/me language:english")
    assert (await bot.ok(f"/me language:{word}")).language is Language.KOREAN
    assert (await bot.ok(f"/나 언어:{'en' if word.isascii() else '영어'}")).language is (
        Language.ENGLISH
    )


async def test_what_takes_time_is_told_in_that_language_too(bot):
    await bot.ok("/me language:korean")
    await bot.ok("/classify good movie")
    assert bot.progress and {each.language for each in bot.progress} == {Language.KOREAN}


async def test_buttons_choose_too_and_turn_around(bot):
    said = await bot.press("me:learn:no")
    assert "me:learn:yes" in [button.id for button in said.controls]
    assert await kept(bot) == Choices(may_train=False)
    await bot.press("me:language:korean")
    assert await kept(bot) == Choices("ko", may_train=False)
    await bot.press("me:learn:yes")
    assert await kept(bot) == Choices("ko", may_train=True)


async def test_questions_of_who_said_no_are_not_learned_from(bot):
    asker = bot.by("mina", Role.MEMBER)
    await asker.ok("/classify good movie")
    await bot.press("fb:1:right")
    assert await pools(bot.services, bot.place.community)
    await asker.ok("/me learn:no")
    assert not await pools(bot.services, bot.place.community)


async def test_who_judges_a_question_of_who_said_no_is_told_that_none_learns_from_it(bot):
    asker = bot.by("mina", Role.MEMBER)
    await asker.ok("/classify good movie")
    await asker.ok("/classify good movie model:moods")
    assert "Tokki learns from it" in (await bot.press("fb:1:right")).text
    await asker.ok("/me learn:no")
    for control in ("fb:1:right", "fb:1:label", "fb:2:right", "fb:2:none"):
        value = "neutral" if control == "fb:1:label" else None
        told = (await bot.press(control, value)).text
        assert "Tokki learns" not in told and "none learns from this one" in told
    assert "no label fits #2" in told
    assert "이 질문으로는 모델이 배우지 않아요" in (await bot.korean().press("fb:1:right")).text
    await asker.ok("/me learn:yes")
    assert "Tokki learns from it" in (await bot.press("fb:2:none")).text


@pytest.mark.parametrize("control", ["me:", "me:language:fr", "me:learn:", "me:learn:no:yes"])
async def test_a_forged_choice_is_refused(bot, control):
    assert (await bot.press(control)).error.code == "unknown_control"
    assert await kept(bot) == Choices()

"""How much may be kept and asked: within what the operator allows, with undo."""

from dataclasses import replace

import pytest

from bot.settings import Settings
from handlers.guard.limits import DAYS, LIMITS, limit_of


async def test_a_limit_is_set_shown_and_undone(bot):
    said = await bot.ok("/settings limit:days to:30")
    assert "30" in said.text
    assert ("30", "365") in [row[1:] for row in (await bot.ok("/settings limit:days")).table.rows]
    await bot.press(said.controls[0].id)
    assert ("90", "365") in [row[1:] for row in (await bot.ok("/settings limit:days")).table.rows]
    changes = [row[-1] for row in (await bot.ok("/audit what:limits")).table.rows]
    assert len(changes) == 2 and "30" in changes[0]


async def test_korean(bot):
    said = await bot.korean().ok("/설정 한도:보관일 값:30")
    assert "질문을 간직하는 날수(보관일)" in said.text
    assert "30일" in (await bot.korean().ok("/설정")).text


async def test_the_operators_own_is_said_with_its_unit_and_noted_as_a_change_only_if_it_is(bot):
    admin = bot.korean()
    assert "보관일 90일: 이미" in (await admin.ok("/설정 한도:보관일 값:0")).text
    assert (await admin.ok("/변경기록 무엇을:한도")).table is None
    await admin.ok("/설정 한도:보관일 값:30")
    assert "(값:0)을 따라서 90일까지" in (await admin.ok("/설정 한도:보관일 값:0")).text
    last, first = (row[-1] for row in (await admin.ok("/변경기록 무엇을:한도")).table.rows)
    assert last.endswith("30일 → 운영자가 정한 값") and first.endswith("→ 30일")
    assert "365일까지" in (await admin.say("/설정 한도:보관일 값:366")).text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/settings limit:days to:366", "limit_too_high"),
        ("/settings limit:days to:-1", "bad_number"),
        ("/settings to:30", "settings_incomplete"),
        ("/settings who:mina limit:days to:30", "settings_incomplete"),
        ("/settings limit:hours to:30", "bad_choice"),
    ],
)
async def test_what_cannot_be(bot, line, code):
    assert await bot.code(line) == code


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("limit:days:999", "limit_too_high"),
        ("limit:hours:1", "unknown_control"),
        ("limit:days:", "unknown_control"),
        ("limit:x", "unknown_control"),
    ],
)
async def test_forged_buttons(bot, control, code):
    assert (await bot.press(control)).error.code == code


async def test_only_admins(bot):
    member = bot.by("7")
    assert await member.code("/settings limit:days to:30") == "role_admin"
    assert (await member.press("limit:days:30")).error.code == "role_admin"


async def test_what_was_chosen_before_the_operator_allowed_less_is_less(bot):
    await bot.ok("/settings limit:days to:300")
    rules = replace(bot.services.rules, limits={"days": 10})
    store = bot.services.storage.settings
    assert await limit_of(DAYS, bot.place.community, store, rules) == 10
    assert await limit_of(DAYS, "discord:other", store, rules) == 10


def test_the_operator_writes_them_as_names_and_numbers(monkeypatch):
    monkeypatch.setenv("TOKKI_LIMITS", "days=30 texts=1000")
    assert dict(Settings().limits) == {"days": 30, "texts": 1000}


@pytest.mark.parametrize("value", ["days", "days=0", "days=-1", "hours=3", "days=30=1", "="])
def test_what_is_no_limit(monkeypatch, value):
    monkeypatch.setenv("TOKKI_LIMITS", value)
    with pytest.raises(ValueError, match="bad_limit"):
        Settings()


def test_every_limit_is_at_most_what_may_be_chosen():
    assert all(0 < limit.usual <= limit.most for limit in LIMITS.values())

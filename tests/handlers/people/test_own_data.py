"""Everybody can have what is kept of them, and have it erased."""

import json

from handlers.types import Role
from tests.handlers.conftest import ELSEWHERE


async def test_me_leads_to_a_file_of_all_that_is_kept(bot):
    mina = bot.by("mina")
    await mina.ok("/classify what mina has asked")
    me = await mina.ok("/me")
    assert {"mine:export", "mine:erase"} <= {button.id for button in me.controls}
    reply = await mina.press("mine:export")
    assert "1 question," in reply.text and "0 votes" in reply.text
    (file,) = reply.files
    found = json.loads(file.content)
    assert [row["text"] for row in found["questions"]] == ["what mina has asked"]
    assert "bob" not in file.content.decode()


async def test_erasing_says_first_what_will_go(bot):
    mina, bob = bot.by("mina"), bot.by("bob")
    await mina.ok("/classify what mina has asked")
    await mina.press("fb:1:right")
    await bob.ok("/classify what bob has asked")
    asked = await mina.press("mine:erase")
    assert "1 question and all answers" in asked.text
    assert "1 text of datasets, along with what others said there" in asked.text
    assert (await mina.ok("/history")).table is not None
    (button,) = asked.controls
    assert button.style == "bad"
    done = await mina.press(button.id)
    assert "Erased: 1 question, 1 judgement, 1 vote, 1 text" in done.text
    assert (await mina.ok("/history")).table is None
    assert len((await bob.ok("/history")).table.rows) == 1
    (row,) = (await bot.ok("/audit")).table.rows
    assert row[3] == "had themselves erased; no version has learned from their texts"
    assert "mina" not in repr(row)
    korean = (await bot.korean().ok("/변경기록")).table.rows[0][3]
    assert "배운 버전은 없어요" in korean and "–" not in korean


async def test_it_holds_for_this_community_alone(bot):
    await bot.by("mina").ok("/classify asked here")
    there = bot.by("mina", place=ELSEWHERE)
    await there.ok("/classify asked there")
    await bot.by("mina").press("mine:erase_now")
    assert len((await there.ok("/history")).table.rows) == 1


async def test_an_odd_control_is_unknown(bot):
    for odd in ("mine:", "mine:erase_all", "mine:export:bob"):
        assert (await bot.by("mina", Role.MEMBER).press(odd)).error.code == "unknown_control"

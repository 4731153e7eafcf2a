"""The texts of a dataset, page by page."""

import pytest

from tests.handlers.conftest import used_once


async def fill(bot):
    await bot.ok("/dataset create name:feedback open_to:members votes:2 bug, praise")
    for n in range(23):
        await bot.ok(f"/dataset add text {n} label:{('bug', 'praise')[n % 2]}")


full = used_once(fill)


def numbers(reply):
    return [row[0] for row in reply.table.rows] if reply.table else []


def turning(reply):
    return {one.label: one.id for one in reply.controls if one.id.startswith("preview:")}


async def test_pages_are_turned(full):
    first = await full.ok("/dataset preview")
    assert "23 texts, page 1 of 3" in first.text
    assert numbers(first) == [f"#{n}" for n in range(23, 13, -1)]
    assert list(turning(first)) == ["On"]
    second = await full.press(turning(first)["On"])
    assert numbers(second)[0] == "#13" and list(turning(second)) == ["Back", "On"]
    last = await full.ok("/dataset preview page:99")
    assert numbers(last) == ["#3", "#2", "#1"] and list(turning(last)) == ["Back"]
    korean = await full.korean().ok("/데이터셋 훑어보기 쪽:3")
    assert "3/3쪽" in korean.text


async def test_what_is_looked_at_stays_while_pages_are_turned(full):
    found = await full.ok("/dataset preview label:bug state:gold TEXT")
    assert "12 texts" in found.text
    again = await full.press(turning(found)["On"])
    assert numbers(again) == ["#3", "#1"]
    assert numbers(await full.ok("/dataset preview text 7")) == ["#8"]
    assert numbers(await full.ok("/dataset preview state:conflict")) == []
    (on,) = turning(await full.ok("/dataset preview text 1")).values()
    assert " " not in on, "where it is typed, an id ends at a space"
    assert numbers(await full.press(on)) == ["#2"]
    await full.ok("/dataset add 100% :안녕 a:b")
    assert numbers(await full.ok('/dataset preview search:"% :안"')) == ["#24"]
    assert await full.code("/dataset preview label:nothing") == "unknown_label"


async def test_an_id_is_never_too_long(full):
    for n in range(11):
        await full.ok(f"/dataset add {'&' * 40} {n}")
    reply = await full.ok(f"/dataset preview state:open {'&' * 40}")
    assert all(len(one) <= 100 for one in turning(reply).values()) and turning(reply)


async def test_by_side_and_by_who_has_labelled(full):
    sides = [
        len(numbers(await full.ok(f"/dataset preview side:{side}")) or [])
        for side in ("train", "test", "quarantined")
    ]
    assert sides[0] == 10 and sides[2] == 0
    await full.by("ann").press("example:3:label", "praise")
    assert numbers(await full.ok("/dataset preview who:ann")) == ["#3"]
    assert numbers(await full.by("ann").ok("/dataset preview who:ann")) == ["#3"]
    assert numbers(await full.ok("/dataset preview who:nobody")) == []
    mine = await full.ok(f"/dataset preview who:{full.actor.id}")
    again = await full.press(turning(mine)["On"])
    assert "23 texts, page 2" in again.text
    for me in ("me", "나", f"<@{full.actor.id}>"):
        assert (await full.ok(f"/dataset preview who:{me}")).table == mine.table
    both = await full.ok(f"/dataset preview side:train who:{full.actor.id} text")
    assert numbers(await full.press(turning(both)["On"]))
    assert await full.by("ann").code("/dataset preview who:bob") == "role_moderator"
    forged = await full.by("ann").press("preview:1:1:any@bob::")
    assert forged.error.code == "role_moderator"


async def test_a_text_is_shown_and_left_out(full):
    card = await full.press("look:3")
    assert "text 2" in card.text and "Gold: bug" in card.text
    await full.press("example:3:leave_out")
    assert numbers(await full.ok("/dataset preview state:left_out")) == ["#3"]
    assert "22 gold" in (await full.ok("/dataset show")).text


async def test_members_see_no_text_of_what_is_open_to_moderators(bot):
    await bot.ok("/dataset create name:private bug, praise")
    await bot.ok("/dataset add secret label:bug")
    member = bot.by("mina")
    assert await member.code("/dataset preview") == "open_to_moderators"
    for control in ("look:1", "preview:1:1:any::", "example:1:undo"):
        assert (await member.press(control)).error.code == "open_to_moderators"
    assert "1 gold" in (await member.ok("/dataset show")).text


@pytest.mark.parametrize(
    "control",
    ["preview:1:1:nothing::", "preview:1:1:gold:99:", "preview:9:1:gold::", "preview:1", "look:99"],
)
async def test_an_id_that_is_not_ours(full, control):
    assert (await full.press(control)).error


async def test_odd_texts(full):
    for text in ("@everyone", "=cmd|' /C calc'!A0", "| a | b |", "x" * 3_000, "<script>"):
        await full.ok(f'/dataset add "{text}" label:bug')
    reply = await full.ok("/dataset preview")
    assert len(reply.table.rows) == 10 and all(len(row[1]) <= 120 for row in reply.table.rows)

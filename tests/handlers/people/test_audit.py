"""Admins read who changed what here."""

import pytest

from handlers.commands import TABLE
from handlers.types import Actor, Group, Language, Place, Press, Request, Role

SERVER = Place("discord", "discord:1", "general")
OTHER = Place("discord", "discord:2", "general")
OWNER = Actor("owner", "Olive", Role.ADMIN, Language.ENGLISH)
MINA = Actor("7", "mina", Role.MODERATOR, Language.ENGLISH)


async def quiet(_reply):
    pass


@pytest.fixture
def ask(bot):
    async def ask(command, actor=OWNER, place=SERVER, **options):
        name, _, action = command.partition("-")
        asked = TABLE.find(name)
        asked = next((one for one in asked.actions if one.name.en == action), asked)
        return await bot.dispatcher.run(Request(asked, options, actor, place, quiet))

    return ask


async def test_a_role_that_is_given_and_taken_back_is_told_of(ask, bot):
    assert (await ask("audit")).text == "Nothing of that kind has been changed here."
    said = await ask("settings", who=Group("100", "Helpers"), may="admin")
    (undo,) = said.controls
    await bot.dispatcher.press(Press(undo.id, None, OWNER, SERVER, quiet))
    rows = (await ask("audit")).table.rows
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("2", "Olive", "role of Helpers: admin → by the platform's permissions"),
        ("1", "Olive", "role of Helpers: by the platform's permissions → admin"),
    ]
    assert (await ask("audit", place=OTHER)).table is None
    korean = Actor("owner", "Olive", Role.ADMIN, Language.KOREAN)
    assert (await ask("audit", korean)).table.rows[1][
        3
    ] == "Helpers의 권한: 플랫폼 권한대로 → 관리자"


async def test_only_admins_read_it(ask):
    assert (await ask("audit", MINA)).error.code == "role_admin"


async def test_it_is_read_page_by_page_and_by_person(ask, bot):
    for number in range(12):
        await ask("settings", who=Group(str(number), f"group {number}"), may="member")
    first = await ask("audit", what="roles")
    (older,) = first.controls
    assert len(first.table.rows) == 10
    second = await bot.dispatcher.press(Press(older.id, None, OWNER, SERVER, quiet))
    assert [row[0] for row in second.table.rows] == ["2", "1"]
    assert second.controls == ()
    assert (await ask("audit", who=Group("7", "mina"))).table is None
    assert (await ask("audit", what="versions")).table is None


@pytest.mark.parametrize("odd", ["audit:", "audit:1:no_such_deed:", "audit:x::", "audit:1:"])
async def test_an_odd_control_is_unknown(bot, odd):
    reply = await bot.dispatcher.press(Press(odd, None, OWNER, SERVER, quiet))
    assert reply.error.code == "unknown_control"


async def test_a_text_that_is_settled_is_told_with_its_label(bot):
    await bot.ok("/dataset create name:fb labels:bug,question")
    await bot.ok("/dataset add hm label:bug dataset:fb")
    await bot.press("conflict:1:1:1")
    assert "Gold: question. You said question." in (await bot.press("look:1")).text
    await bot.press("conflict:1:1:ambiguous")
    assert "You said Ambiguous" in (await bot.press("look:1")).text
    await bot.press("conflict:1:1:undo")
    told = [row[3] for row in (await bot.ok("/audit what:texts")).table.rows]
    assert told == [
        "text #1 of fb: ambiguous → by its votes",
        "text #1 of fb: question → ambiguous",
        "text #1 of fb: by its votes → question",
    ]


async def test_what_happens_to_a_dataset_is_told_of(ask, bot):
    async def press(reply, word):
        (control,) = [one for one in reply.controls if one.id.endswith(word)]
        return await bot.dispatcher.press(Press(control.id, None, OWNER, SERVER, quiet))

    made = await ask("dataset-create", name="bugs", labels="bug, praise")
    assert made.error is None
    told = await ask("dataset-edit", what="rename", label="bug", to="fault")
    done = await press(told, ":do")
    await press(done, ":undo")
    await ask("dataset-add", text="it broke again", label="bug")
    await press(await ask("dataset-preview"), "look:1")
    await bot.dispatcher.press(Press("example:1:leave_out", None, OWNER, SERVER, quiet))
    assert [row[3] for row in (await ask("audit")).table.rows] == [
        "text #1 of bugs: by its votes → left out",
        "took back a change of the dataset bugs: bug is now called fault.",
        "changed the dataset bugs: bug is now called fault.",
        "made the dataset bugs",
    ]
    assert [row[3] for row in (await ask("audit", what="texts")).table.rows] == [
        "text #1 of bugs: by its votes → left out"
    ]

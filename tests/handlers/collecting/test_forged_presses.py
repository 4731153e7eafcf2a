"""Whatever a press says, whoever presses: a true sentence, nothing broken, nothing of others."""

import re
from uuid import uuid4

import pytest

from handlers.types import Place, Role
from tests.handlers.importing.test_import_command import give

VALUES = [None, "", "bug", "@everyone", "\u202egub\u200b", "\ud800", "\x00", "x" * 5_000, "1"]
NUMBERS = ["0", "999999999999999", "1" * 40, "-1", "１", "1e3", ""]


@pytest.fixture
async def everything(bot):
    """A dataset, and the ids of all that can be pressed in it."""
    await bot.ok("/dataset create name:feedback bug, question, praise open_to:members")
    replies = [await bot.ok("/dataset add it crashes @everyone label:bug")]
    replies.append(await bot.ok("/dataset add how do I"))
    replies.append(await bot.by("ann").press("example:2:label", "bug"))
    replies.append(await bot.by("bob").press("example:2:label", "praise"))
    for line in ("/dataset show", "/dataset preview", "/label", "/label what:conflicts"):
        replies.append(await bot.ok(line))
    replies.append(await bot.ok("/dataset edit what:retire label:praise"))
    replies.append(looked := await give(bot, "text,label\nwell done,thanks\nhm,bug\n"))
    replies.append(await bot.press(next(c.id for c in looked.controls if c.id.endswith(":put"))))
    replies += [await bot.ok("/jobs"), await bot.ok("/jobs 1")]
    return sorted({one.id for reply in replies for one in reply.controls})


def someone(bot, role):
    """Each presses once: nobody is too fast."""
    return bot.by(uuid4().hex, role)


def forged(control):
    """What an id could be made of by hand."""
    yield from (f"{control}:", f"{control}\n", control.upper(), f"{control}:1:2", f" {control}")
    for number in NUMBERS:
        yield re.sub(r"\d+", number, control, count=1)
        yield re.sub(r"\d+", number, control)
    for word in ("undo", "settle", "leave_out", "put", "done", "t7:done", "tffffffff:1", "999"):
        yield re.sub(r"[^:]+$", word, control)


def answered(reply, control):
    """It says something, and nothing is broken."""
    assert reply.text or reply.title or reply.error, control
    assert reply.error is None or reply.error.code != "crash", (control, reply.error)
    return reply


async def test_members_who_press_what_moderators_see_change_nothing(bot, everything):
    known = [one for one in everything if re.match(r"(conflict|change|import):", one)]
    assert len({one.partition(":")[0] for one in known}) == 3, known
    known += ["example:1:leave_out", "example:1:take_in", "label:1:2:leave_out", "job:1:cancel"]
    before = (await bot.ok("/dataset show")).text
    for control in known:
        reply = answered(await someone(bot, Role.MEMBER).press(control), control)
        assert reply.error.code == "role_moderator", control
    assert (await bot.ok("/dataset show")).text == before


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
async def test_forged_presses_are_answered_in_words(bot, everything, role):
    for control in everything:
        for value in VALUES:
            answered(await someone(bot, role).press(control, value), (control, value))
        for fake in forged(control):
            answered(await someone(bot, role).press(fake), fake)


async def test_nothing_of_another_community_is_reached(bot, everything):
    place = Place("terminal", "terminal:elsewhere", "terminal")
    for n, control in enumerate(everything):
        for value in (None, "bug", "praise"):
            eve = bot.by(f"eve{n} {value}", Role.ADMIN, place)
            reply = answered(await eve.press(control, value), control)
            assert reply.error is not None and "crashes" not in str(reply), control

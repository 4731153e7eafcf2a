"""What people disagree on, and moderators settle."""

import asyncio

import pytest

from handlers.types import Role
from tests.handlers.labelling.test_label import button, filled, labels

TEXTS = ["it crashes", "how do I stop it", "lovely"]


async def torn(bot, texts=TEXTS):
    """Each text has two people who disagree."""
    await filled(bot, texts)
    for number in range(1, len(texts) + 1):
        for name, label in (("ann", "bug"), ("bob", "praise")):
            await bot.by(name).press(f"example:{number}:label", label)
    return bot


async def test_each_is_settled_with_a_press_and_who_said_what_is_hidden(bot):
    await torn(bot)
    moderator = bot.by("mod", Role.MODERATOR)
    card = await moderator.ok("/label what:conflicts")
    assert (
        card.title == "feedback: 3 texts in conflict"
        and card.text == "it crashes\n\nVotes: bug 1 · praise 1."
    )
    assert "ann" not in str(card)
    card = await moderator.press(button(card, "question"))
    assert card.text.startswith("how do I stop it")
    card = await moderator.press(button(card, "Ambiguous"))
    assert card.text.startswith("lovely")
    card = await moderator.press(button(card, "Leave out"))
    assert "Nothing in feedback is in conflict" in card.text
    looked = [(await bot.press(f"look:{n}")).text for n in (1, 2, 3)]
    assert "Gold: question" in looked[0] and "Ambiguous" in looked[1] and "Left out" in looked[2]
    back = await moderator.press(button(card, "Undo"))
    assert "in conflict again" in back.text and "lovely" in back.text


async def test_a_moderator_finds_again_what_somebody_or_a_file_says_otherwise(bot):
    await filled(bot, TEXTS[:1])
    await bot.by("ann").press("example:1:label", "bug")
    moderator = bot.by("mod", Role.MODERATOR)
    await moderator.press("label:1:1:1")
    looked = (await moderator.press("look:1")).text
    assert "Choose the right one, and it is gold. You said question." in looked
    assert "a moderator has to say" in (await bot.by("ann").press("look:1")).text
    card = await moderator.ok("/label what:conflicts")
    assert "Votes: bug 1 · question 1." in card.text
    await moderator.press(button(card, "question"))
    assert "Gold: question" in (await moderator.press("look:1")).text


async def test_what_is_settled_is_learned_from(bot):
    from handlers.learning.pool import pools  # noqa: PLC0415

    await torn(bot)
    assert await pools(bot.services, bot.place.community) == []
    await bot.press("conflict:1:1:1")
    await bot.press("conflict:1:2:2")
    (pool,) = await pools(bot.services, bot.place.community)
    found = {one.text: one.labels for one in pool.examples}
    settled = {"it crashes": ("question",), "how do I stop it": ("praise",)}
    assert found.items() <= settled.items()
    assert found


async def test_of_two_who_settle_at_once_the_second_is_told(bot):
    await torn(bot)
    moderators = [bot.by(name, Role.MODERATOR) for name in ("mia", "max")]
    first, second = await asyncio.gather(
        moderators[0].press("conflict:1:1:0"), moderators[1].press("conflict:1:1:2")
    )
    told = [one.text for one in (first, second)]
    (late,) = [text for text in told if "before you" in text]
    assert ("mia" in late) != ("max" in late) and "how do I stop it" in late
    kept = (await bot.press("look:1")).text
    assert ("Gold: bug" in kept) == ("mia" in late)


async def test_skip_goes_round(bot):
    await torn(bot)
    card = await bot.ok("/label what:conflicts")
    shown = []
    for _ in range(4):
        shown.append(card.text.partition("\n")[0])
        card = await bot.press(button(card, "Skip"))
    assert shown == [*TEXTS, TEXTS[0]]
    assert "kept" in (await bot.press(button(card, "Stop"))).text


async def test_moderators_are_led_there_and_members_are_not(bot):
    await torn(bot)
    await bot.ok("/dataset add another")
    card = await bot.ok("/label")
    assert "Settle 3 conflicts" in labels(card)
    assert "in conflict" in (await bot.press(button(card, "Settle 3 conflicts"))).title
    mina = bot.by("mina")
    assert "Settle" not in str(labels(await mina.ok("/label")))
    assert await mina.code("/label what:conflicts") == "role_moderator"
    assert (await mina.press("conflict:1:1:0")).error.code == "role_moderator"
    assert (await mina.press("conflict:1:next")).error.code == "role_moderator"


async def test_a_label_that_is_gone_is_told_and_the_text_stays(bot):
    await torn(bot)
    card = await bot.ok("/label what:conflicts")
    told = await bot.ok("/dataset edit what:retire label:question")
    await bot.press(told.controls[0].id)
    now = await bot.press(button(card, "question"))
    assert "is given to no text any more" in now.text and "it crashes" in now.text


@pytest.mark.parametrize("choice", ["0", "skip", "leave_out"])
async def test_an_archived_dataset(bot, choice):
    await torn(bot)
    told = await bot.ok("/dataset archive feedback")
    await bot.press(told.controls[0].id)
    assert (await bot.press(f"conflict:1:1:{choice}")).error.code == "dataset_archived"


async def test_several_labels_are_settled_together(bot):
    await filled(bot, TEXTS[:1], "open_to:members kind:multi")
    for name, place in (("ann", 0), ("bob", 2)):
        await bot.by(name).press(f"label:1:1:t{1 << place:x}:done")
    card = await bot.ok("/label what:conflicts")
    for label in ("bug", "question"):
        card = await bot.press(button(card, label))
    await bot.press(button(card, "Done: bug, question"))
    assert "Gold: bug, question" in (await bot.press("look:1")).text

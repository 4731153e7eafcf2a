"""`/label` as people go through it: one text after another."""

import asyncio
import re
from dataclasses import replace

import pytest

from handlers.types import Button, Role, Select
from storage.records import Arm

TEXTS = ["it crashes", "how do I stop it", "lovely", "the button is gone", "thank you", "why"]


async def filled(bot, texts=TEXTS, options="open_to:members", labels="bug, question, praise"):
    await bot.ok(f"/dataset create name:feedback {options} {labels}")
    for text in texts:
        await bot.ok(f'/dataset add "{text}"')
    return bot


def button(reply, label):
    found = [one for one in reply.controls if isinstance(one, Button) and one.label == label]
    assert found, [one.label for one in reply.controls]
    return found[0].id


def labels(reply):
    return [one.label for one in reply.controls]


def number(reply):
    """Of the text that a card shows."""
    return int(re.match(r"label:\d+:(\d+):", reply.controls[0].id)[1])


async def dataset_of(bot):
    dataset, *_ = await bot.services.storage.datasets.all(bot.place.community)
    return dataset


async def votes(bot):
    dataset = await dataset_of(bot)
    found = await bot.services.storage.examples.label_votes(bot.place.community, dataset.id)
    return [(one.example_id, one.user, one.labels, one.arm) for one in found]


async def test_a_press_says_what_it_is_and_shows_the_next(bot):
    await filled(bot)
    mina = bot.by("mina")
    card = await mina.ok("/label")
    assert card.title == "feedback: 6 left for you, 0 done today" and card.text in TEXTS
    assert labels(card) == ["bug", "question", "praise", "Skip", "Ambiguous", "Stop"]
    seen = [number(card)]
    for n in range(1, 6):
        card = await mina.press(button(card, "bug"))
        assert card.title == f"feedback: {6 - n} left for you, {n} done today"
        assert "Undo: bug" in labels(card)
        seen.append(number(card))
    assert sorted(seen) == [1, 2, 3, 4, 5, 6]
    end = await mina.press(button(card, "praise"))
    assert "has nothing for you now" in end.text and end.error is None
    assert {(n, user, arm) for n, user, _, arm in await votes(bot)} == {
        (n, "mina", Arm.RANDOM) for n in range(1, 7)
    }


async def test_in_korean(bot):
    await filled(bot)
    korean = bot.korean()
    card = await korean.ok("/라벨 feedback")
    assert card.title == "feedback: 남은 글 6개, 오늘 0개 붙임"
    assert labels(card)[3:] == ["건너뛰기", "애매함", "빼기", "그만하기"]
    assert "되돌리기: bug" in labels(await korean.press(button(card, "bug")))


async def test_whoever_comes_back_finds_the_card_that_they_left(bot):
    await filled(bot)
    mina = bot.by("mina")
    card = await mina.ok("/label")
    assert number(await mina.ok("/label")) == number(card)
    stopped = await mina.press(button(card, "Stop"))
    assert "kept" in stopped.text
    assert number(await mina.press(button(stopped, "Go on"))) == number(card)


async def test_nobody_is_asked_what_somebody_looks_at(bot):
    await filled(bot)
    people = [bot.by(f"user{n}") for n in range(6)]
    cards = await asyncio.gather(*(one.ok("/label") for one in people))
    assert sorted(map(number, cards)) == [1, 2, 3, 4, 5, 6]


async def test_who_is_late_may_look_at_what_two_have_to_say_anyway(bot):
    await filled(bot, TEXTS[:1])
    first, second, third = (bot.by(name) for name in ("ann", "bob", "cho"))
    card = await first.ok("/label")
    assert number(await second.ok("/label")) == 1
    assert "has nothing for you now" in (await third.ok("/label")).text
    await first.press(button(card, "bug"))
    assert "Gold: bug" in (await second.press("example:1:label", "bug")).text


async def test_where_one_is_enough_two_never_look_at_one(bot):
    await filled(bot, TEXTS[:1], "open_to:members votes:1")
    assert number(await bot.by("ann").ok("/label")) == 1
    assert "has nothing for you now" in (await bot.by("bob").ok("/label")).text


async def test_what_is_skipped_comes_last(bot):
    await filled(bot, TEXTS[:3])
    mina = bot.by("mina")
    card = await mina.ok("/label")
    skipped = number(card)
    card = await mina.press(button(card, "Skip"))
    assert "Undo: skipped" in labels(card)
    shown = [number(card)]
    for _ in range(2):
        card = await mina.press(button(card, "bug"))
        shown.append(number(card))
    assert shown[-1] == skipped and len(set(shown)) == 3
    assert len(await votes(bot)) == 2 and "all that is left" not in card.text
    card = await mina.press(button(card, "Skip"))
    assert number(card) == skipped and "all that is left" in card.text


async def test_undo_goes_back_step_by_step(bot):
    await filled(bot)
    mina = bot.by("mina")
    first = await mina.ok("/label")
    second = await mina.press(button(first, "bug"))
    third = await mina.press(button(second, "praise"))
    back = await mina.press(button(third, "Undo: praise"))
    assert number(back) == number(second) and "taken back" in back.text
    assert [said for _, _, said, _ in await votes(bot)] == [("bug",)]
    back = await mina.press(button(back, "Undo"))
    assert number(back) == number(first) and await votes(bot) == []
    again = await mina.press(f"label:1:{number(first)}:2")
    assert number(again) == number(second)
    nothing = await bot.by("bora").press("label:1:undo")
    assert "nothing to take back" in nothing.text and nothing.error is None


async def test_ambiguous_is_a_vote(bot):
    await filled(bot, TEXTS[:1])
    for name in ("ann", "bob"):
        card = await bot.by(name).ok("/label")
        await bot.by(name).press(button(card, "Ambiguous"))
    assert "Ambiguous" in (await bot.press("look:1")).text
    assert "1 ambiguous" in (await bot.ok("/dataset show")).text
    back = await bot.by("bob").press("label:1:undo")
    assert number(back) == 1
    assert "Open" in (await bot.press("look:1")).text


async def test_ambiguous_stands_against_a_label_where_models_learn(bot):
    from handlers.learning.pool import pools  # noqa: PLC0415

    await filled(bot, TEXTS[:1], "open_to:members votes:2")
    for name in ("ann", "bob"):
        await bot.by(name, Role.MODERATOR).press("example:1:label", "bug")
    (pool,) = await pools(bot.services, bot.place.community)
    assert len(pool.examples) == 1
    for name in ("cho", "dan"):
        await bot.by(name, Role.MODERATOR).press("label:1:1:ambiguous")
    assert await pools(bot.services, bot.place.community) == []


async def test_several_labels_or_none(bot):
    await filled(bot, TEXTS[:3], "open_to:members kind:multi")
    mina = bot.by("mina")
    card = await mina.ok("/label")
    assert "None of these" in labels(card) and "Done" not in str(labels(card))
    text = number(card)
    card = await mina.press(button(card, "bug"))
    assert number(card) == text and "✓ bug" in labels(card) and "Done: bug" in labels(card)
    card = await mina.press(button(card, "praise"))
    card = await mina.press(button(card, "Guideline")) if "Guideline" in labels(card) else card
    assert "Done: bug, praise" in labels(card)
    card = await mina.press(button(card, "✓ bug"))
    card = await mina.press(button(card, "question"))
    following = await mina.press(button(card, "Done: question, praise"))
    assert number(following) != text
    await mina.press(button(following, "None of these"))
    said = {n: given for n, _, given, _ in await votes(bot)}
    assert said == {text: ("question", "praise"), number(following): ()}
    assert (await mina.press(f"label:1:{text}:done")).error.code == "unknown_control"


async def test_beyond_twenty_labels_there_is_a_select(bot):
    names = [f"label {n}" for n in range(30)]
    await filled(bot, TEXTS[:2], labels=f'"{", ".join(names)}"')
    mina = bot.by("mina")
    card = await mina.ok("/label")
    (select,) = (one for one in card.controls if isinstance(one, Select))
    assert select.options == tuple(names)
    assert (await mina.press(select.id, "label 40")).error.code == "unknown_label"
    await mina.press(select.id, "Label 7")
    assert [said for _, _, said, _ in await votes(bot)] == [("label 7",)]


async def test_the_guideline_is_there_when_asked_for(bot):
    await bot.ok('/dataset create name:f guideline:"when in doubt, bug" "bug = broken, praise"')
    await bot.ok("/dataset add hm")
    card = await bot.ok("/label")
    assert "doubt" not in card.text
    shown = await bot.press(button(card, "Guideline"))
    assert "when in doubt, bug" in shown.text and "bug: broken" in shown.text
    assert "Guideline" not in labels(shown) and number(shown) == number(card)


async def test_moderators_leave_out_and_members_do_not(bot):
    await filled(bot, TEXTS[:2])
    mina = bot.by("mina")
    assert "Leave out" not in labels(await mina.ok("/label"))
    assert (await mina.press("label:1:1:leave_out")).error.code == "role_moderator"
    card = await bot.ok("/label")
    out = number(card)
    assert "is left out" in (await bot.press(button(card, "Leave out"))).text
    assert "Left out" in (await bot.press(f"look:{out}")).text


async def test_what_was_left_out_is_what_undo_brings_back(bot):
    await filled(bot, TEXTS[:2])
    card = await bot.ok("/label")
    labelled = number(card)
    card = await bot.press(button(card, "bug"))
    out = number(card)
    card = await bot.press(button(card, "Leave out"))
    assert "Undo: Leave out" in labels(card)
    card = await bot.press(button(card, "Undo: Leave out"))
    assert number(card) == out
    assert "Open" in (await bot.press(f"look:{out}")).text
    assert "You said bug" in (await bot.press(f"look:{labelled}")).text


async def test_each_press_and_each_undo_is_counted_at_once(bot):
    await filled(bot)
    card = await bot.ok("/label")
    for left, press in ((5, "bug"), (4, "Leave out"), (3, "Ambiguous"), (2, "Leave out")):
        card = await bot.press(button(card, press))
        assert f"{left} left for you" in card.title
    await bot.services.queue.renewed(bot.services, await dataset_of(bot))
    for left in (3, 4, 5, 6):
        undo = next(one for one in labels(card) if one.startswith("Undo"))
        card = await bot.press(button(card, undo))
        assert f"{left} left for you" in card.title


async def test_what_is_said_while_the_dataset_is_read_is_counted(bot):
    """A slow reading lacks what is said meanwhile, and must not bring it back."""
    await filled(bot)
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        async def recent(self, dataset):
            tally = await bot.services.tallies.recent(dataset)
            has_read.set()
            await may_go_on.wait()
            return tally

    dataset, queue = await dataset_of(bot), bot.services.queue
    await queue.look(bot.services, dataset)
    slow = replace(bot.services, tallies=Slow())
    reading = asyncio.create_task(queue.renewed(slow, dataset))
    await has_read.wait()
    await bot.press("label:1:1:0")
    may_go_on.set()
    assert (await reading).left_for(bot.actor.id) == 5


async def test_only_whom_it_is_open_to(bot):
    await filled(bot, options="")
    mina = bot.by("mina")
    assert await mina.code("/label") == "role_moderator"
    assert await mina.code("/label feedback") == "open_to_moderators"
    for control in ("label:1:next", "label:1:1:0", "label:1:1:skip", "label:1:undo"):
        reply = await mina.press(control)
        assert reply.error.code == "open_to_moderators" and "crashes" not in str(reply)
    assert await votes(bot) == []


async def test_nothing_to_label(bot):
    assert await bot.code("/label") == "no_dataset"
    await filled(bot, [])
    assert "no text in feedback yet" in (await bot.ok("/label")).text
    assert await bot.code("/label nothing") == "no_such_dataset"


async def test_of_several_datasets_one_is_chosen(bot):
    await filled(bot)
    await bot.ok("/dataset create name:mood open_to:members a, b")
    asked = await bot.ok("/label")
    (select,) = asked.controls
    assert select.options == ("mood", "feedback")
    assert (await bot.press(select.id, "feedback")).title.startswith("feedback: 6 left")


async def test_a_label_that_is_gone_is_told_and_the_text_stays(bot):
    await filled(bot, labels="bug, question, praise, spam")
    mina = bot.by("mina")
    card = await mina.ok("/label")
    told = await bot.ok("/dataset edit what:retire label:praise")
    await bot.press(told.controls[0].id)
    now = await mina.press(button(card, "praise"))
    assert "is given to no text any more" in now.text and number(now) == number(card)
    assert "praise" not in labels(now) and await votes(bot) == []
    told = await bot.ok("/dataset edit what:merge label:bug to:question")
    await bot.press(told.controls[0].id)
    now = await mina.press(button(card, "bug"))
    assert "is part of “question”" in now.text
    assert [said for _, _, said, _ in await votes(bot)] == [("question",)]


async def test_a_dataset_that_is_archived_is_told(bot):
    await filled(bot)
    mina = bot.by("mina")
    card = await mina.ok("/label")
    told = await bot.ok("/dataset archive feedback")
    await bot.press(told.controls[0].id)
    for control in (button(card, "bug"), button(card, "Skip"), "label:1:undo", "label:1:next"):
        gone = await mina.press(control)
        assert "is archived" in gone.text and gone.controls == ()
    await bot.ok("/dataset create name:mood open_to:members a, b")
    (select,) = (await mina.press(button(card, "bug"))).controls
    assert select.options == ("mood",)
    assert await votes(bot) == []


@pytest.mark.parametrize(
    "control",
    [
        "label:",
        "label:1",
        "label:1:1",
        "label:1:1:1:1",
        "label:1:1:99",
        "label:1:1:tzz:1",
        "label:1:1:t1f:done",
        "label:2:1:0",
        "label:1:0",
        "label:1:skip",
        f"label:{'9' * 15}:next",
        "label:١:next",
        "conflict:1:1:nothing",
        "conflict:1:undo",
    ],
)
async def test_ids_that_are_not_ours(bot, control):
    await filled(bot, TEXTS[:1])
    reply = await bot.press(control)
    assert reply.error.code in {"unknown_control", "no_such_dataset"}
    assert await votes(bot) == []


async def test_a_text_that_is_nowhere(bot):
    await filled(bot, TEXTS[:1])
    reply = await bot.press("label:1:77:0")
    assert "no text #77" in reply.text and number(reply) == 1


async def test_nobody_reads_so_fast(bot):
    await filled(bot, TEXTS[:1])
    from tests.handlers.conftest import ELSEWHERE  # noqa: PLC0415

    hasty = bot.by("eve", Role.ADMIN, ELSEWHERE)
    replies = [await hasty.press("label:1:next") for _ in range(100)]
    codes = {reply.error.code for reply in replies if reply.error}
    assert codes == {"no_such_dataset", "label_too_fast"}
    assert "faster than anybody reads" in replies[-1].text
    assert await hasty.code("/label") == "no_dataset"  # which is counted apart


async def test_a_long_text_is_cut_on_the_card(bot):
    await bot.ok("/dataset create name:f a, b")
    await bot.ok(f"/dataset add {'x' * 5000}")
    card = await bot.ok("/label")
    assert "first 3,000 of 5,000" in card.text and len(card.text) < 3_100


async def test_everybody_sees_their_own_votes(bot):
    await filled(bot, TEXTS[:3])
    mina = bot.by("mina")
    assert "labelled" not in (await mina.ok("/me")).text
    for number_of in (1, 2):
        await bot.press(f"label:1:{number_of}:0")
        await mina.press(f"label:1:{number_of}:{number_of - 1}")
    await mina.press("label:1:3:ambiguous")
    told = (await mina.ok("/me")).text
    assert "You have labelled 3 texts here, 3 today." in told
    assert "#3 in feedback: Ambiguous (lovely)" in told and "#1 in feedback: bug" in told
    assert "글 3개에 라벨을" in (await mina.ok("/me language:korean")).text


async def test_how_far_others_agree_stands_above_the_card(bot):
    await filled(bot)
    mina = bot.by("mina")
    for number_of in range(1, 6):
        await bot.press(f"label:1:{number_of}:0")
        await bot.by("bora", Role.MODERATOR).press(f"label:1:{number_of}:0")
        await mina.press(f"label:1:{number_of}:{1 if number_of == 5 else 0}")
    assert "others agree on 4 of 5" in (await mina.ok("/label")).title
    assert "4 of 5" in (await mina.ok("/me")).text

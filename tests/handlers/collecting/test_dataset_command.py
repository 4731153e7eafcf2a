"""`/dataset` as people give it: made, filled, looked at."""

import asyncio
import re

import pytest

from handlers.learning.label_pool import LeftOut
from handlers.learning.pool import pool_in, training_examples
from handlers.types import Role, Select
from storage.records import Side
from tests.handlers.collected import label_votes, texts

MODERATOR = Role.MODERATOR


async def made(bot, options="", labels="bug = what does not work, question, praise"):
    return await bot.ok(f"/dataset create name:feedback {options} {labels}")


async def votes(bot):
    return [(vote.user, vote.labels, vote.is_moderator) for vote in await label_votes(bot)]


async def test_one_is_ready_at_once_without_a_model(bot):
    reply = await made(bot)
    assert reply.table.rows == (("bug", "what does not work"), ("question", "–"), ("praise", "–"))
    reply = await bot.ok("/dataset add it crashes label:bug")
    assert "Kept as #1" in reply.text and "Gold: bug." in reply.text
    assert await votes(bot) == [("admin", ("bug",), True)]
    assert "feedback" in str((await bot.ok("/dataset list")).table.rows)


async def test_in_korean(bot):
    korean = bot.korean()
    assert "만들었어요" in (await korean.ok("/데이터셋 만들기 이름:의견 버그, 질문, 칭찬")).title
    added = await korean.ok("/데이터셋 넣기 자꾸 꺼져요 라벨:버그")
    assert "골드: 버그" in added.text
    assert "의견" in (await korean.ok("/데이터셋 보기")).title
    assert "골드 1개" in (await korean.ok("/데이터셋 보기 의견")).text


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ("only", "labels_too_few"),
        ("only, , ", "labels_too_few"),
        (", ".join(f"label {n}" for n in range(1_000)), "labels_too_many"),
        ("Bug, bug", "labels_alike"),
        ("bug, b\u200bug", "label_twice"),
        ("very good, very  good", "label_twice"),
        ("caf\u00e9, cafe\u0301", "label_twice"),
        ("버그, \u1107\u1165\u1100\u1173", "label_twice"),
        (f"{'x' * 61}, y", "label_too_long"),
        ("= nothing, y", "label_empty"),
        (f"x = {'y' * 301}, z", "description_too_long"),
    ],
)
async def test_labels_that_nobody_could_choose_among(bot, labels, code):
    assert await bot.code(f"/dataset create name:feedback {labels}") == code
    assert not await bot.services.storage.datasets.all(bot.place.community)


async def test_a_hundred_labels_on_lines_of_their_own(bot):
    lines = "\n".join(f"label {n}: one, two" for n in range(100))
    reply = await made(bot, labels=lines)
    assert len(reply.table.rows) == 100 and reply.table.rows[0] == ("label 0", "one, two")


async def test_names_in_any_script_and_names_that_look_like_something_else(bot):
    for name in ("@everyone", "<@1>", "*bold*", "日本語", "عربي", "👩‍👩‍👧", "a b"):
        await bot.ok(f'/dataset create name:"{name}" labels:"<!channel>, [x](y)"')
        assert name in (await bot.ok(f"/dataset show {name}")).title or "\u200d" in name
    assert await bot.code('/dataset create name:"A  B" labels:"x, y"') == "dataset_exists"
    assert await bot.code('/dataset create name:"\u200b" labels:"x, y"') == "text_empty"
    assert await bot.code(f"/dataset create name:{'x' * 51} a, b") == "dataset_name_too_long"


async def test_two_make_it_at_once(bot):
    lines = ["/dataset create name:feedback bug, praise"] * 2
    replies = await asyncio.gather(*(bot.say(line) for line in lines))
    assert sorted(reply.error.code if reply.error else "" for reply in replies) == [
        "",
        "dataset_exists",
    ]


async def test_members_make_none_and_label_where_they_may(bot):
    member = bot.by("mina")
    assert await member.code("/dataset create name:x a, b") == "role_moderator"
    assert await member.code("/dataset add hm") == "no_dataset"
    await made(bot)
    assert await member.code("/dataset add hm") == "role_moderator"
    await bot.ok("/dataset create name:open open_to:members votes:2 a, b")
    first = await member.ok("/dataset add hm label:a")
    assert "Kept" in first.text and "Open:" in first.text
    assert await member.code("/dataset add hm dataset:feedback") == "open_to_moderators"
    second = await bot.by("bora").ok("/dataset add hm label:a")
    assert "there already" in second.text and "Gold: a" in second.text


async def test_who_puts_in_a_text_again_is_told_what_that_changes(bot):
    await made(bot, "open_to:members")
    await bot.ok("/dataset add hm label:question")
    assert "→" not in (await bot.ok("/dataset add hm label:question")).text
    assert "question → bug." in (await bot.ok("/dataset add hm label:bug")).text
    told = await bot.by("ann").ok("/dataset add hm label:praise")
    assert "Your label changes it: bug → in conflict." in told.text


async def test_a_member_presses_a_moderators_button(bot):
    await made(bot, "open_to:members")
    await bot.ok("/dataset add hm")
    member = bot.by("mina")
    controls = [control.id for control in (await member.press("look:1")).controls]
    assert controls == ["example:1:label"]
    assert (await member.press("example:1:leave_out")).error.code == "role_moderator"
    assert (await bot.press("example:1:leave_out")).error is None
    assert "Left out" in (await member.press("look:1")).text
    assert "Open: choose its label" in (await bot.press("example:1:take_in")).text
    assert "Open: more people" in (await member.press("look:1")).text


async def test_nobody_sees_anothers_texts(bot):
    await made(bot)
    await bot.ok("/dataset add secret label:bug")
    from tests.handlers.conftest import ELSEWHERE  # noqa: PLC0415

    stranger = bot.by("eve", Role.ADMIN, ELSEWHERE)
    assert await stranger.code("/dataset show feedback") == "no_such_dataset"
    for control in ("look:1", "example:1:leave_out", "draft:1:dataset"):
        reply = await stranger.press(control)
        assert reply.error and "secret" not in str(reply)


async def test_a_vote_is_changed_and_taken_back_by_the_card(bot):
    await made(bot)
    card = await bot.ok("/dataset add hm")
    select = next(one for one in card.controls if isinstance(one, Select))
    assert select.options == ("bug", "question", "praise")
    assert "Gold: praise" in (await bot.press(select.id, "praise")).text
    assert "You said bug" in (await bot.press(select.id, "Bug")).text
    assert await votes(bot) == [("admin", ("bug",), True)]
    assert (await bot.press(select.id, "nothing")).error.code == "unknown_label"
    assert "Open" in (await bot.press("example:1:undo")).text
    assert await votes(bot) == []


async def test_what_was_said_under_an_answer_is_taken_back_by_the_card(bot):
    await bot.ok("/classify I love this")
    await bot.press("fb:1:right")
    await bot.press("example:1:label", "negative")
    await bot.press("fb:1:right")
    assert "You said" in (await bot.press("look:1")).text
    card = await bot.press("example:1:undo")
    assert "taken back" in card.text and "You said" not in card.text and "Open" in card.text
    assert await votes(bot) == []


async def test_what_a_moderator_says_of_a_text_that_others_have_labelled_decides(bot):
    await made(bot, "open_to:members votes:2")
    for user in ("ann", "bob"):
        await bot.by(user).ok("/dataset add hm label:bug")
    mia, max_ = (bot.by(user, Role.MODERATOR) for user in ("mia", "max"))
    card = await mia.press("example:1:label", "question")
    assert "Your word decides" in card.text and "Gold: question. You said question." in card.text
    card = await max_.press("example:1:label", "praise")
    assert "Your word decides" in card.text and "Gold: praise" in card.text
    card = await max_.press("example:1:undo")
    assert "taken back" in card.text and "Gold: question." in card.text
    assert "Gold: question" not in (await mia.press("example:1:undo")).text
    assert "Gold" not in (await bot.by("ann").press("example:1:label", "praise")).text
    await max_.press("conflict:1:1:0")
    assert "Take mine back" in [one.label for one in (await max_.press("look:1")).controls[1:]]
    assert "Gold" not in (await max_.press("example:1:undo")).text
    await mia.press("example:1:leave_out")
    assert "Left out" in (await mia.press("example:1:label", "bug")).text


async def test_what_another_has_settled_stands_again_once_it_is_taken_back(bot):
    await made(bot, "open_to:members votes:2")
    for user, label in (("ann", "bug"), ("bob", "praise")):
        await bot.by(user).ok(f"/dataset add hm label:{label}")
    mia, max_ = (bot.by(user, Role.MODERATOR) for user in ("mia", "max"))
    await mia.press("conflict:1:1:1")
    assert "Left out" in (await max_.press("example:1:leave_out")).text
    assert "Gold: question" in (await max_.press("example:1:take_in")).text
    assert "Gold: praise" in (await max_.press("example:1:label", "praise")).text
    assert "Gold: question" in (await max_.press("example:1:undo")).text
    (example,) = await texts(bot)
    assert (example.settled_by, example.settled_before) == ("mia", ())


async def test_each_moderators_last_word_stands_again(bot):
    await made(bot, "open_to:members votes:2")
    for user, label in (("ann", "bug"), ("bob", "praise")):
        await bot.by(user).ok(f"/dataset add hm label:{label}")
    mia, max_ = (bot.by(user, Role.MODERATOR) for user in ("mia", "max"))
    await mia.press("conflict:1:1:1")
    for moderator in (max_, mia):
        await moderator.press("example:1:label", "praise")
    assert "Gold: praise" in (await max_.press("example:1:undo")).text
    await mia.press("example:1:label", "question")
    await max_.press("example:1:label", "bug")
    await mia.press("example:1:leave_out")
    assert "Gold: bug" in (await max_.press("example:1:take_in")).text
    assert "Gold: bug" in (await mia.press("example:1:undo")).text
    assert "Gold" not in (await max_.press("example:1:undo")).text


async def test_moderators_are_told_what_a_training_would_leave_out(bot):
    await made(bot, "open_to:members votes:2")

    async def label(user, role=Role.MEMBER):
        for n in range(9):
            name = ("bug", "question", "praise")[n % 3]
            await bot.by(user, role).ok(f"/dataset add text {n} label:{name}")

    await label("ann")
    await label("bob")
    told = re.search(r"leave (\d) gold texts out", (await bot.ok("/dataset show")).text)
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    pool = await pool_in(bot.services, dataset)
    assert told and int(told[1]) == pool.left_out[LeftOut.SHARE]
    assert "gold texts out" not in (await bot.by("ann").ok("/dataset show")).text
    await label("mod", MODERATOR)
    assert "gold texts out" not in (await bot.ok("/dataset show")).text


async def test_several_labels_of_one_text(bot):
    await made(bot, "kind:multi")
    await bot.ok("/dataset add great, but it crashes label:praise")
    assert "Gold: bug, praise" in (await bot.press("example:1:label", "bug")).text
    assert "Gold: bug." in (await bot.press("example:1:label", "praise")).text
    for user in ("ann", "bob"):
        await bot.by(user, Role.MODERATOR).ok("/dataset add it is slow label:bug")
    corrected = await bot.press("example:2:label", "praise")
    assert "Your word decides" in corrected.text and "Gold: bug, praise." in corrected.text
    assert "Gold: praise." in (await bot.press("example:2:label", "bug")).text


async def test_where_it_is_not_said_which_dataset_it_is_asked(bot):
    await made(bot)
    await bot.ok("/dataset create name:mood joy, anger")
    asked = await bot.ok("/dataset add hm")
    (select,) = asked.controls
    assert select.options == ("mood", "feedback")
    which = await bot.press(select.id, "mood")
    label, queue = which.controls
    assert label.options == ("joy", "anger") and "until you choose" in which.text
    assert "Gold: joy" in (await bot.press(label.id, "joy")).text
    assert (await bot.press(queue.id)).error.code == "draft_gone"
    assert (await bot.by("eve", MODERATOR).press(select.id, "mood")).error.code == "draft_gone"


async def test_a_label_that_no_dataset_has_is_not_dropped(bot):
    await made(bot)
    await bot.ok("/dataset create name:mood labels:glad, sad")
    reply = await bot.say("/dataset add it crashes label:bugs")
    assert reply.error.code == "unknown_label" and "Did you mean bug?" in reply.text
    assert "glad" in reply.text
    assert "Gold: sad" in (await bot.ok("/dataset add it rains label:sad")).text


async def test_what_comes_next_leads_to_a_model_and_goes_on_from_there(bot):
    await made(bot, labels="bug, praise")

    async def next_after(*lines):
        for line in lines:
            await bot.ok(f"/dataset add {line}")
        text = (await bot.ok("/dataset show")).text
        return next(line for line in text.splitlines() if line.startswith("Next:"))

    bugs = [f"broken thing {word} label:bug" for word in ("one", "two", "red")]
    assert "3 more of praise, and a model can be trained" in await next_after(*bugs)
    assert "1 text is open: /label" in await next_after("what is this")
    praise = [f"lovely {word} label:praise" for word in ("mornings", "buttons", "colours")]
    said = await next_after(*praise)
    assert "may train a model with /finetune" in said and "47 more of bug" in said
    pool = await training_examples(bot.services, bot.place.community, None, "mine")
    assert not pool.missing(bot.services.rules.labels_needed)


async def test_show_counts_and_says_what_comes_next(bot):
    await made(bot, "open_to:members votes:2")
    assert "first texts" in (await bot.ok("/dataset show")).text
    for user in ("ann", "bob"):
        for n in range(5):
            label = ("bug", "praise")[n % 2]
            await bot.by(user).ok(f"/dataset add text {n} label:{label}")
            if n == 3:
                four = await bot.ok("/dataset show")
    assert "cannot be said yet: it takes 5 texts" in four.text
    await bot.by("ann").ok("/dataset add odd label:bug")
    await bot.by("bob").ok("/dataset add odd label:praise")
    shown = await bot.ok("/dataset show")
    assert "6 texts · 5 gold · 1 in conflict" in shown.text
    assert (
        "1 text is in conflict" in shown.text and "ann: 6 votes, 5 of 6 as the others" in shown.text
    )
    assert re.search(r"alpha of 0\.\d\d \(.*over 6 texts", shown.text)
    assert [row[:2] for row in shown.table.rows] == [
        ("bug", "3"),
        ("question", "0"),
        ("praise", "2"),
    ]
    member = await bot.by("ann").ok("/dataset show")
    assert "bob" not in member.text


async def test_every_text_has_a_side_and_the_first_of_a_label_is_learned_from(bot):
    await made(bot)
    for n in range(10):
        await bot.ok(f"/dataset add text {n} label:bug")
    sides = [one.side for one in await texts(bot)]
    assert sides[0] is Side.TRAIN and set(sides) == {Side.TRAIN, Side.TEST}

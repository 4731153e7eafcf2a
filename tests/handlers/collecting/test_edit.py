"""A dataset is changed: told first, done when asked for, and taken back."""

import sqlite3
from contextlib import closing

import pytest

from handlers.learning.pool import pools
from handlers.types import Role
from tests.handlers.conftest import used_once


async def fill(bot):
    await bot.ok("/dataset create name:feedback bug, question, praise")
    for n, label in enumerate(("bug", "bug", "question", "praise")):
        await bot.ok(f"/dataset add text {n} label:{label}")


full = used_once(fill)


async def change(bot, line):
    """Ask for a change; returns what was told, and what came of it."""
    told = await bot.ok(f"/dataset {line}")
    (button,) = told.controls
    return told, await bot.press(button.id)


async def undo(bot, done):
    (button,) = done.controls
    return await bot.press(button.id)


async def gold(bot):
    rows = (await bot.ok("/dataset show feedback")).table.rows
    return {row[0]: int(row[1]) for row in rows}


async def learned(bot):
    found = await pools(bot.services, bot.place.community)
    return [
        (pool.label_set, sorted(*zip(*(one.labels for one in pool.examples), strict=True)))
        for pool in found
    ]


async def test_nothing_is_changed_before_it_is_asked_for(full):
    told = await full.ok("/dataset edit what:rename label:bug to:defect")
    assert "Call bug from now on defect" in told.text and "2 texts with 2 votes" in told.text
    assert await gold(full) == {"bug": 2, "question": 1, "praise": 1}


async def test_a_renamed_label_keeps_its_votes(full):
    _, done = await change(full, "edit what:rename label:bug to:defect")
    assert await gold(full) == {"defect": 2, "question": 1, "praise": 1}
    names = ("defect", "question", "praise")
    assert await learned(full) == [(names, ["defect", "defect", "praise", "question"])]
    assert "as it was before" in (await undo(full, done)).text
    assert await gold(full) == {"bug": 2, "question": 1, "praise": 1}


async def test_a_dataset_is_called_otherwise_and_as_before(full):
    told, done = await change(full, 'edit what:name to:"Bug  reports"')
    assert "Call the dataset Bug reports" in told.text and done.title == "Bug reports"
    assert await full.code("/dataset show feedback") == "no_such_dataset"
    assert (await full.ok("/dataset show bug reports")).table.rows[0][1] == "2"
    assert (await undo(full, done)).error is None
    assert await gold(full) == {"bug": 2, "question": 1, "praise": 1}


async def test_a_change_from_before_there_were_new_names_keeps_the_name(full, tmp_path):
    told = await full.ok("/dataset edit what:guideline to:be kind")
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as database, database:
        database.execute("UPDATE dataset_changes SET after = json_remove(after, '$.name')")
    (button,) = told.controls
    assert (await full.press(button.id)).title == "feedback"
    assert "be kind" in (await full.ok("/dataset show feedback")).text


async def test_no_two_datasets_have_one_name(full):
    await full.ok("/dataset create name:other a, b")
    _, done = await change(full, "edit what:name to:OTHER dataset:feedback")
    assert done.error.code == "dataset_exists"
    _, done = await change(full, "edit what:name to:Feedback dataset:feedback")
    assert done.error is None
    _, moved = await change(full, "edit what:name to:else dataset:feedback")
    await full.ok("/dataset create name:FEEDBACK a, b")
    assert (await undo(full, moved)).error.code == "dataset_exists"
    assert await full.code("/dataset edit what:name dataset:other") == "to_missing"
    assert "what: (add · rename · merge" in (await full.say("/dataset edit")).error.message
    assert await full.code(f"/dataset edit what:name to:{'x' * 51} dataset:other") == (
        "dataset_name_too_long"
    )
    same = "/dataset edit what:name to:other dataset:other"
    assert await full.code(same) == "nothing_changes"


async def test_a_merged_label_counts_for_the_other(full):
    told, done = await change(full, "edit what:merge label:question to:bug")
    assert "1 text with 1 vote" in told.text
    assert await gold(full) == {"bug": 3, "praise": 1}
    await undo(full, done)
    assert await gold(full) == {"bug": 2, "question": 1, "praise": 1}


async def test_a_retired_label_comes_back_with_its_votes(full):
    await change(full, "edit what:retire label:question")
    assert await gold(full) == {"bug": 2, "praise": 1}
    assert await full.code("/dataset add hm label:question") == "unknown_label"
    await change(full, "edit what:add to:Question")
    assert await gold(full) == {"bug": 2, "Question": 1, "praise": 1}


async def test_a_name_that_another_had_gets_votes_of_its_own(full):
    await change(full, "edit what:rename label:bug to:defect")
    await change(full, "edit what:add bug = an insect")
    assert await gold(full) == {"defect": 2, "question": 1, "praise": 1, "bug": 0}
    await full.ok("/dataset add a beetle label:bug")
    assert (await gold(full))["bug"] == 1


async def test_all_else_that_can_be_changed(full):
    await change(full, "edit what:guideline When in doubt, ask.")
    await change(full, "edit what:open_to to:members")
    await change(full, "edit what:votes to:3")
    await change(full, "edit what:describe label:bug what does not work")
    shown = (await full.ok("/dataset show")).text
    assert "When in doubt" in shown and "Everybody may" in shown and "3 votes agree" in shown
    korean = full.korean()
    told = await korean.ok("/데이터셋 바꾸기 무엇:공개 값:중재자")
    assert "중재자" in (await korean.press(told.controls[0].id)).text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("what:rename label:bug to:Praise", "labels_alike"),
        ("what:rename label:bug", "to_missing"),
        ("what:rename to:x", "label_unsaid"),
        ("what:rename label:nothing to:x", "unknown_label"),
        ("what:rename label:bug to:bug", "nothing_changes"),
        ("what:merge label:bug to:bug", "merged_with_itself"),
        ("what:merge label:bug to:nothing", "unknown_label"),
        ("what:add to:bug", "label_twice"),
        ("what:add", "to_missing"),
        ("what:open_to to:everyone", "bad_open_to"),
        ("what:votes to:0", "bad_votes"),
        ("what:votes to:²", "bad_votes"),
    ],
)
async def test_what_cannot_be(full, line, code):
    assert await full.code(f"/dataset edit {line}") == code


async def test_two_labels_stay_at_the_least(full):
    await change(full, "edit what:retire label:question")
    assert await full.code("/dataset edit what:retire label:bug") == "labels_too_few"
    assert await full.code("/dataset edit what:merge label:bug to:praise") == "labels_too_few"


async def test_of_two_moderators_at_once_one_is_told(full):
    one = await full.ok("/dataset edit what:rename label:bug to:defect")
    other = await full.ok("/dataset edit what:merge label:bug to:praise")
    assert (await full.press(one.controls[0].id)).error is None
    assert (await full.press(other.controls[0].id)).error.code == "dataset_changed"
    assert (await full.press(one.controls[0].id)).error is None  # once more changes nothing
    assert await gold(full) == {"defect": 2, "question": 1, "praise": 1}


async def test_a_label_is_merged_while_somebody_holds_its_card(full):
    await full.ok("/dataset create name:other a, b")
    asked = await full.ok("/dataset add held")
    label = (await full.press(asked.controls[0].id, "feedback")).controls[0]
    await change(full, "edit what:merge label:question to:bug dataset:feedback")
    assert (await full.press(label.id, "question")).error.code == "unknown_label"
    assert "Gold: bug" in (await full.press(label.id, "bug")).text


async def test_only_moderators_change_anything(full):
    told = await full.ok("/dataset edit what:rename label:bug to:defect")
    member = full.by("mina")
    assert await member.code("/dataset edit what:retire label:bug") == "role_moderator"
    assert (await member.press(told.controls[0].id)).error.code == "role_moderator"
    moderator = full.by("mod", Role.MODERATOR)
    assert (await moderator.press(told.controls[0].id)).error is None


async def test_changes_are_taken_back_one_after_the_other(full):
    _, first = await change(full, "edit what:guideline to:one")
    _, second = await change(full, "edit what:guideline to:two")
    assert (await undo(full, first)).error.code == "dataset_changed"
    assert (await undo(full, second)).error is None
    assert (await undo(full, first)).error is None
    assert "Guideline" not in (await full.ok("/dataset show")).text


async def test_an_archived_one_takes_nothing_and_comes_back(full):
    card = await full.ok("/dataset add hm")
    _, done = await change(full, "archive")
    assert "Archived" in (await full.ok("/dataset show feedback")).text
    assert await full.code("/dataset add more dataset:feedback label:bug") == "dataset_archived"
    for line in ("/dataset add more", "/label"):
        assert "restore" in (told := (await full.say(line)).text) and "feedback" in told
    assert (await full.press(card.controls[0].id, "bug")).error.code == "dataset_archived"
    assert await learned(full) == []
    assert await full.code("/dataset archive feedback") == "nothing_changes"
    await change(full, "restore")
    assert sum((await gold(full)).values()) == 4
    assert (await undo(full, done)).error.code == "dataset_changed"
    assert "Kept" in (await full.ok("/dataset add more label:bug")).text

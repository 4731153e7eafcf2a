import asyncio
import sqlite3
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import NoSuchQuery
from storage.records import LabelledText, LabelPool, Verdict

RIGHT, WRONG, UNDONE = Verdict.RIGHT, Verdict.WRONG, Verdict.UNDONE


def rows(path: Path, table: str) -> list[tuple]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT user, verdict, label FROM {table}").fetchall()
    finally:
        connection.close()


async def test_the_last_click_wins_and_every_click_is_kept(database, path, question) -> None:
    asked = await database.queries.add(question())
    for verdict, label in [(RIGHT, None), (WRONG, "anger"), (UNDONE, None), (WRONG, "joy")]:
        voted = await database.labels.vote("home", asked, "bob", verdict, label)
        assert await database.labels.get("home", asked, "bob") == voted
    assert rows(path, "feedback") == [("bob", "wrong", "joy")]
    assert rows(path, "feedback_history") == [
        ("bob", "right", "joy"),
        ("bob", "wrong", "anger"),
        ("bob", "undone", None),
        ("bob", "wrong", "joy"),
    ]


@pytest.mark.parametrize(
    ("verdict", "label", "told"),
    [
        (RIGHT, None, "joy"),
        (RIGHT, "anger", "anger"),
        (WRONG, "anger", "anger"),
        (WRONG, None, None),
        (UNDONE, None, None),
        (UNDONE, "joy", None),
    ],
)
async def test_what_a_verdict_says_is_right(database, question, verdict, label, told) -> None:
    asked = await database.queries.add(question())
    assert (await database.labels.vote("home", asked, "bob", verdict, label)).label == told


@pytest.mark.parametrize("result", [{}, {"labels": []}, {"labels": "joy"}, {"labels": [3]}])
async def test_right_of_an_answer_without_labels_tells_none(database, question, result) -> None:
    asked = await database.queries.add(question(result=result))
    assert (await database.labels.vote("home", asked, "bob", RIGHT, None)).label is None
    assert await database.labels.pools("home") == []


@pytest.mark.parametrize("number", [0, 99, 2**63, 10**30])
async def test_a_vote_on_no_question_is_refused(database, number) -> None:
    with pytest.raises(NoSuchQuery) as caught:
        await database.labels.vote("home", number, "bob", RIGHT, None)
    assert caught.value.facts == {"query_id": number}
    assert await database.labels.get("home", number, "bob") is None


async def test_a_vote_on_anothers_question_is_refused(database, path, question) -> None:
    asked = await database.queries.add(question(community="away"))
    with pytest.raises(NoSuchQuery):
        await database.labels.vote("home", asked, "bob", RIGHT, None)
    assert rows(path, "feedback") == rows(path, "feedback_history") == []


async def test_simultaneous_votes_of_one_user_count_once(database, path, question) -> None:
    asked = await database.queries.add(question())
    second = await Database.open(path)
    await asyncio.gather(
        *(one.labels.vote("home", asked, "bob", RIGHT, None) for one in [database, second] * 20)
    )
    await second.close()
    assert len(rows(path, "feedback")) == 1
    assert len(rows(path, "feedback_history")) == 40


async def test_votes_become_a_pool(database, question) -> None:
    first = await database.queries.add(question(text="sun", model="mood@1"))
    second = await database.queries.add(question(text="rain", model="mood@2"))
    await database.queries.add(question(text="nobody voted", model="mood@3"))
    await database.labels.vote("home", second, "bob", WRONG, "anger")
    await database.labels.vote("home", first, "ann", RIGHT, None)
    examples = (LabelledText("sun", "joy"), LabelledText("rain", "anger"))
    assert await database.labels.pools("home") == [
        LabelPool(("joy", "anger"), examples, "mood@2"),
    ]


async def test_an_undone_vote_leaves_the_pool(database, question) -> None:
    asked = await database.queries.add(question())
    await database.labels.vote("home", asked, "ann", RIGHT, None)
    await database.labels.vote("home", asked, "ann", UNDONE, None)
    assert await database.labels.pools("home") == []


async def test_a_later_click_on_an_older_question_is_the_last_word(database, question) -> None:
    older, newer = [await database.queries.add(question()) for _ in range(2)]
    await database.labels.vote("home", newer, "ann", WRONG, "anger")
    await database.labels.vote("home", older, "ann", RIGHT, None)
    [pool] = await database.labels.pools("home")
    assert pool.examples == (LabelledText("good morning", "joy"),)

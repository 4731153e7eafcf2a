"""Groups of texts that say nearly the same: one side each, for ever."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from handlers.learning import near_duplicates
from models.canonical import folded
from storage.database import Database
from storage.migrations import first_fingerprints
from storage.records import Fingerprint, NewVote, Side, Verdict
from tests.storage.migrations.test_migrations import upgrade_to
from tests.storage.places import rows_in

TRAIN, TEST = Side.TRAIN, Side.TEST
LEFT = "the quick brown fox jumps over the lazy dog"
MIDDLE = "the quick brown cat jumps over the lazy dog"
RIGHT = "the quick brown cat sleeps over the lazy dog"


def fingerprint(text: str) -> Fingerprint:
    return near_duplicates.fingerprint(folded(text))


def rows(place: Path | str) -> list[tuple]:
    return rows_in(place, "SELECT text, group_key, side FROM examples ORDER BY id")


async def enter(database: Database, question, text: str, side: Side, community="home") -> None:
    number = await database.queries.add(question(text=text, community=community))
    key = text.encode()
    vote = NewVote(
        *(community, number, "ann", Verdict.RIGHT, "joy", "mood", key, key, side),
        fingerprint=fingerprint(text),
    )
    await database.votes.cast(vote)


def sides(place: Path | str) -> dict[str, str]:
    return {text: side for text, _, side in rows(place)}


def groups(place: Path | str) -> int:
    return len({group for _, group, _ in rows(place)})


@pytest.mark.parametrize("first", [TRAIN, TEST])
async def test_what_comes_later_goes_where_its_like_is(database, place, question, first):
    other = TEST if first is TRAIN else TRAIN
    await enter(database, question, LEFT, first)
    for text in (LEFT.upper(), LEFT + "!!", MIDDLE, LEFT.replace(" ", "")):
        await enter(database, question, text, other)
    assert set(sides(place).values()) == {first} and groups(place) == 1
    await enter(database, question, "something else altogether is said here", other)
    assert groups(place) == 2 and sides(place)["something else altogether is said here"] == other


@pytest.mark.parametrize("order", [(TRAIN, TEST), (TEST, TRAIN)])
async def test_groups_that_grow_together_across_sides_are_not_measured_on(
    database, place, question, order
):
    await enter(database, question, LEFT, order[0])
    await enter(database, question, RIGHT, order[1])
    assert groups(place) == 2
    await enter(database, question, MIDDLE, TEST)
    assert groups(place) == 1
    found = sides(place)
    assert found[MIDDLE] == "train"
    assert sorted((found[LEFT], found[RIGHT])) == ["quarantined", "train"]
    assert {LEFT: order[0], RIGHT: order[1]}[LEFT if found[LEFT] == "train" else RIGHT] is TRAIN
    await enter(database, question, LEFT + "?", TEST)
    assert sides(place)[LEFT + "?"] == "train"


async def test_groups_of_one_side_that_grow_together_stay_there(database, place, question):
    for text in (LEFT, RIGHT, MIDDLE):
        await enter(database, question, text, TEST)
    assert set(sides(place).values()) == {"test"} and groups(place) == 1


async def test_another_community_and_another_dataset_have_groups_of_their_own(
    database, place, question
):
    await enter(database, question, LEFT, TRAIN)
    await enter(database, question, LEFT, TEST, "away")
    assert [side for _, _, side in rows(place)] == ["train", "test"]


async def test_alike_texts_that_come_at_once_stand_on_one_side(database, place, question):
    second = await Database.open(place)
    await asyncio.gather(
        *(
            enter(one, question, f"{LEFT}{'!' * n}", side)
            for n, (one, side) in enumerate([(database, TRAIN), (second, TEST)] * 10)
        )
    )
    await second.close()
    assert len(rows(place)) == 20 and len(set(sides(place).values())) == 1 and groups(place) == 1


async def test_long_texts_are_compared_by_their_lowest_numbers(database, place, question):
    long = " ".join(f"word{n * 7919 % 1000}" for n in range(300))
    await enter(database, question, long, TEST)
    await enter(database, question, long + " and some more words", TRAIN)
    assert groups(place) == 1
    await enter(database, question, " ".join(f"term{n}x" for n in range(300)), TRAIN)
    assert groups(place) == 2


TEXTS = ["", "👍", "좋은 영화!", LEFT, "ＷＩＤＥ ＡＢＣ", "ΐ", " ".join(["word"] * 50), "a b c d"]


@pytest.mark.parametrize("text", [*TEXTS, *(f"{LEFT} {n}" * n for n in range(1, 9))])
def test_what_was_made_at_first_can_be_compared_with_what_is_made_today(text):
    today = fingerprint(text)
    assert first_fingerprints.fingerprint(text) == (today.sure, today.maybe, today.sketch)


BEFORE = """
    INSERT INTO datasets (id, community, name, labels, created_at)
    VALUES (1, 'home', 'mood', '["joy", "anger"]', '2026-11-01 10:00:00'),
           (2, 'away', 'mood', '["joy", "anger"]', '2026-11-01 10:00:00');
"""


async def test_examples_that_were_there_are_found_and_their_sides_put_right(path: Path, question):
    upgrade_to(path, "0007")
    texts = [
        (LEFT, "train"),
        (MIDDLE, "test"),
        ("quite another text is this", "test"),
        ("?!", None),
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(BEFORE)
        for dataset in (1, 2):
            for text, side in texts:
                key = text.encode()
                connection.execute(
                    "INSERT INTO examples (dataset_id, text, canonical, group_key, side, source,"
                    " user, created_at) VALUES (?, ?, ?, ?, ?, 'answer', 'ann',"
                    " '2026-11-01 10:00:00')",
                    (dataset, text, key, key, side),
                )
        connection.commit()
    database = await Database.open(path)
    told = ["train", "quarantined", "test", None]
    assert [side for _, _, side in rows(path)] == told * 2
    await enter(database, question, "quite another text was this", TRAIN)
    await database.close()
    assert rows(path)[-1][2] == "test"

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import NoSuchQuery, StorageError
from storage.records import Choices, NewVote, Settled, Settlement, Side, Verdict
from tests.storage.learned import learned
from tests.storage.places import rows_in

LABELS = ("joy", "anger")
RIGHT, WRONG, UNDONE = Verdict.RIGHT, Verdict.WRONG, Verdict.UNDONE


def rows(place: Path | str, table: str) -> list[tuple]:
    return rows_in(place, f'SELECT "user", verdict, label FROM {table}')


def vote(asked: int, user: str, verdict: Verdict, label: str | None = None, **changes) -> NewVote:
    text = changes.get("text", "good morning").encode()
    keys = {"canonical": text, "group_key": text, "side": Side.TRAIN} | changes
    keys.pop("text", None)
    return NewVote("home", asked, user, verdict, label, "mood", **keys)


async def counted(database: Database) -> list[tuple]:
    votes = await learned(database, "home")
    return [(one.text, one.side, one.label) for one in votes]


async def test_the_last_click_wins_and_every_click_is_kept(database, place, question) -> None:
    asked = await database.queries.add(question())
    for verdict, label in [(RIGHT, None), (WRONG, "anger"), (UNDONE, None), (WRONG, "joy")]:
        voted = await database.votes.cast(vote(asked, "bob", verdict, label))
        assert await database.votes.get("home", asked, "bob") == voted
    assert rows(place, "feedback") == [("bob", "wrong", "joy")]
    assert rows(place, "feedback_history") == [
        ("bob", "right", "joy"),
        ("bob", "wrong", "anger"),
        ("bob", "undone", None),
        ("bob", "wrong", "joy"),
    ]
    assert rows(place, "votes_history") == rows(place, "feedback_history")
    assert await counted(database) == [("good morning", Side.TRAIN, "joy")]


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
    assert (await database.votes.cast(vote(asked, "bob", verdict, label))).label == told


@pytest.mark.parametrize("result", [{}, {"labels": []}, {"labels": "joy"}, {"labels": [3]}])
async def test_right_of_an_answer_without_labels_tells_none(database, question, result) -> None:
    asked = await database.queries.add(question(result=result))
    assert (await database.votes.cast(vote(asked, "bob", RIGHT, None))).label is None
    assert await counted(database) == []


@pytest.mark.parametrize("number", [0, 99, 2**63, 10**30])
async def test_a_vote_on_no_question_is_refused(database, number) -> None:
    with pytest.raises(NoSuchQuery) as caught:
        await database.votes.cast(vote(number, "bob", RIGHT, None))
    assert caught.value.facts == {"number": number}
    assert await database.votes.get("home", number, "bob") is None


async def test_a_vote_on_anothers_question_is_refused(database, place, question) -> None:
    asked = await database.queries.add(question(community="away"))
    with pytest.raises(NoSuchQuery):
        await database.votes.cast(vote(asked, "bob", RIGHT, None))
    assert rows(place, "feedback") == rows(place, "feedback_history") == []


async def test_simultaneous_votes_of_one_user_count_once(database, place, question) -> None:
    asked = await database.queries.add(question())
    second = await Database.open(place)
    await asyncio.gather(
        *(one.votes.cast(vote(asked, "bob", RIGHT)) for one in [database, second] * 20)
    )
    await second.close()
    assert len(rows(place, "feedback")) == 1
    assert len(rows(place, "feedback_history")) == 40
    assert len(rows(place, "votes_history")) == 40
    assert await counted(database) == [("good morning", Side.TRAIN, "joy")]


async def test_votes_make_examples_of_one_dataset(database, question) -> None:
    first = await database.queries.add(question(text="sun", model="mood@1"))
    turned = question(text="rain", model="mood@2", label_set=("anger", "joy"))
    second = await database.queries.add(turned)
    await database.queries.add(question(text="nobody voted", model="mood@3"))
    await database.votes.cast(vote(second, "bob", WRONG, "anger", text="rain", side=Side.TEST))
    await database.votes.cast(vote(first, "ann", RIGHT, text="sun"))
    (dataset,) = await database.datasets.all("home")
    assert (dataset.name, dataset.labels) == ("mood", ("anger", "joy"))
    assert await counted(database) == [("rain", Side.TEST, "anger"), ("sun", Side.TRAIN, "joy")]
    assert (await database.examples.learnable("home", dataset.id)).model == "mood@2"


async def test_what_may_be_learned_from_is_labelled_and_wanted(database, question) -> None:
    asked = {
        text: await database.queries.add(question(text=text, user=text, model=f"mood@{n}"))
        for n, text in enumerate(("sun", "rain", "fog", "hail", "snow"))
    }
    for text in ("sun", "rain", "fog", "hail"):
        await database.votes.cast(vote(asked[text], "bob", WRONG, "joy", text=text))
    await database.votes.cast(vote(asked["snow"], "bob", WRONG, None, text="snow", side=None))
    await database.choices.put("home", "hail", Choices(may_train=False))
    (dataset,) = await database.datasets.all("home")
    found = await database.examples.learnable("home", dataset.id)
    assert (list(found.texts.values()), found.model) == (["sun", "rain", "fog"], "mood@2")
    sun, _, fog = found.texts
    await database.examples.settle("home", sun, Settlement("mod", Settled.LEFT_OUT))
    await database.examples.settle("home", fog, Settlement("mod", Settled.AMBIGUOUS))
    found = await database.examples.learnable("home", dataset.id)
    assert (list(found.texts.values()), found.model) == (["rain"], "mood@1")
    await database.votes.cast(vote(asked["rain"], "bob", UNDONE, text="rain"))
    found = await database.examples.learnable("home", dataset.id)
    assert (found.texts, found.model) == ({}, None)


async def test_what_moderators_have_settled_is_learned_from_without_a_vote(database, question):
    number = await database.queries.add(question(text="sun", user="sun"))
    await database.votes.cast(vote(number, "bob", WRONG, "joy", text="sun"))
    (dataset,) = await database.datasets.all("home")
    (sun,) = (await database.examples.learnable("home", dataset.id)).texts
    await database.examples.settle("home", sun, Settlement("mod", Settled.LABELLED, ("joy",)))
    await database.personal_data.erase("home", "bob")
    assert not await database.examples.label_votes("home", dataset.id)
    assert (await database.examples.learnable("home", dataset.id)).texts == {sun: "sun"}
    await database.choices.put("home", "sun", Choices(may_train=False))
    assert not (await database.examples.learnable("home", dataset.id)).texts


async def test_another_label_set_is_another_dataset_with_a_name_of_its_own(database, question):
    for label_set in (LABELS, ("yes", "no"), ("yes", "no", "joy")):
        asked = await database.queries.add(question(label_set=label_set))
        await database.votes.cast(vote(asked, "ann", WRONG, label_set[0]))
    names = [one.name for one in await database.datasets.all("home")]
    assert names == ["mood", "mood-2", "mood-3"]
    assert len(await counted(database)) == 3


async def test_an_answer_that_chose_from_no_labels_makes_no_example(database, question) -> None:
    asked = await database.queries.add(question(label_set=()))
    await database.votes.cast(vote(asked, "ann", RIGHT))
    assert await database.datasets.all("home") == []
    assert (await database.votes.get("home", asked, "ann")).verdict is RIGHT


async def test_an_undone_vote_is_no_vote(database, place, question) -> None:
    asked = await database.queries.add(question())
    await database.votes.cast(vote(asked, "ann", RIGHT))
    await database.votes.cast(vote(asked, "ann", UNDONE))
    assert await counted(database) == []
    assert [verdict for _, verdict, _ in rows(place, "votes_history")] == ["right", "undone"]


async def test_a_later_click_on_an_older_question_is_the_last_word(database, question) -> None:
    older, newer = [await database.queries.add(question()) for _ in range(2)]
    await database.votes.cast(vote(newer, "ann", WRONG, "anger"))
    await database.votes.cast(vote(older, "ann", RIGHT))
    assert await counted(database) == [("good morning", Side.TRAIN, "joy")]


async def test_undoing_it_brings_the_word_before_it_back(database, question) -> None:
    older, newer = [await database.queries.add(question()) for _ in range(2)]
    await database.votes.cast(vote(older, "ann", WRONG, "anger"))
    await database.votes.cast(vote(newer, "ann", RIGHT))
    assert [label for _, _, label in await counted(database)] == ["joy"]
    await database.votes.cast(vote(newer, "ann", UNDONE))
    assert [label for _, _, label in await counted(database)] == ["anger"]


@pytest.mark.parametrize(
    ("clicks", "label"),
    [
        ([(1, RIGHT, "joy"), (2, WRONG, None)], None),
        ([(1, WRONG, None), (2, RIGHT, "joy")], "joy"),
        ([(1, WRONG, "anger"), (2, WRONG, None)], "anger"),
        ([(1, RIGHT, "joy"), (2, WRONG, None), (2, UNDONE, None)], "joy"),
        ([(1, RIGHT, "joy"), (2, RIGHT, "joy"), (3, WRONG, "anger")], "anger"),
        ([(1, WRONG, "LABEL_0")], None),
        ([(1, RIGHT, "joy"), (1, WRONG, "LABEL_0")], None),
        ([(1, RIGHT, "joy"), (2, WRONG, "LABEL_0")], "joy"),
    ],
)
async def test_somebodys_last_word_on_a_text(database, question, clicks, label) -> None:
    """A bare WRONG takes back one's own RIGHT only; a label outside the set says nothing."""
    for _ in range(3):
        await database.queries.add(question())
    for asked, verdict, told in clicks:
        await database.votes.cast(vote(asked, "ann", verdict, told))
    assert [one for _, _, one in await counted(database)] == ([label] if label else [])


async def test_a_bare_wrong_touches_neither_others_nor_other_texts(database, question) -> None:
    asked = await database.queries.add(question())
    other = await database.queries.add(question(text="rain"))
    await database.votes.cast(vote(asked, "ann", RIGHT))
    await database.votes.cast(vote(asked, "bob", WRONG))
    await database.votes.cast(vote(other, "ann", WRONG, text="rain"))
    assert await counted(database) == [("good morning", Side.TRAIN, "joy")]


async def test_a_text_stays_on_the_side_of_its_first_label(database, question) -> None:
    asked = await database.queries.add(question())
    await database.votes.cast(vote(asked, "ann", WRONG, side=Side.TRAIN))  # no label yet
    for user, label, side in [("ann", "joy", Side.TEST), ("bob", "anger", Side.TRAIN)]:
        await database.votes.cast(vote(asked, user, WRONG, label, side=side))
    assert {side for _, side, _ in await counted(database)} == {Side.TEST}


async def test_texts_of_one_group_stand_on_one_side(database, question) -> None:
    for text, side in [("sun", Side.TEST), ("SUN", Side.TRAIN), ("rain", Side.TRAIN)]:
        asked = await database.queries.add(question(text=text))
        group = text.lower().encode()
        await database.votes.cast(vote(asked, "ann", RIGHT, text=text, group_key=group, side=side))
    assert [side for _, side, _ in await counted(database)] == [*(Side.TEST, Side.TEST, Side.TRAIN)]
    one = await database.queries.get("home", asked)
    turned, other = (replace(one, label_set=told) for told in (LABELS[::-1], ("yes", "no")))
    sides = await database.examples.sides(turned, "joy")
    assert sides == {Side.TEST: 2, Side.TRAIN: 1}
    assert await database.examples.sides(one, "anger") == {}
    assert await database.examples.sides(other, "joy") == {}


async def test_who_wants_no_model_to_learn_is_left_out(database, question) -> None:
    for user in ("ann", "bob"):
        asked = await database.queries.add(question(user=user, text=f"of {user}"))
        await database.votes.cast(vote(asked, "cid", RIGHT, text=f"of {user}"))
    await database.choices.put("home", "ann", Choices(may_train=False))
    assert [text for text, _, _ in await counted(database)] == ["of bob"]
    await database.choices.put("home", "ann", Choices(may_train=True))
    assert [text for text, _, _ in await counted(database)] == ["of ann", "of bob"]


async def test_what_somebody_else_asked_too_may_be_learned_from(database, question):
    for user, text in [("ann", "good morning"), ("bob", "good  morning")]:
        asked = await database.queries.add(question(user=user, text=text))
        await database.votes.cast(vote(asked, "cid" if user == "ann" else "dan", RIGHT))
    assert {text for text, _, _ in await counted(database)} == {"good morning"}
    await database.choices.put("home", "ann", Choices(may_train=False))
    assert {text for text, _, _ in await counted(database)} == {"good  morning"}, "as bob wrote it"
    await database.choices.put("home", "bob", Choices(may_train=False))
    assert await counted(database) == []


async def test_feedback_and_vote_are_written_together_or_not_at_all(database, path, question):
    asked = await database.queries.add(question())
    with pytest.raises(StorageError):
        await database.votes.cast(vote(asked, "ann", RIGHT, group_key=None))
    for table in ("feedback", "feedback_history", "votes_history"):
        assert rows(path, table) == [], table

"""Datasets of a community's own labels: made, changed, taken back, and what votes count for."""

import asyncio

import pytest

from storage.errors import (
    DatasetArchived,
    DatasetChanged,
    DatasetExists,
    LabelGone,
    NoSuchChange,
    StorageError,
)
from storage.records import (
    ChangeState,
    DatasetKind,
    Label,
    NewChange,
    NewDataset,
    NewExample,
    NewLabelVote,
    Side,
    Terms,
)
from tests.storage.learned import learned

HOME = "discord:home"
LABELS = (Label("bug", "bug", "broken"), Label("praise", "praise"))
DONE, UNDONE = ChangeState.DONE, ChangeState.UNDONE


@pytest.fixture
async def dataset(database):
    return await database.datasets.create(NewDataset(LABELS, community=HOME, name="Mood"))


async def add(database, dataset, text, *labels, user="ann"):
    key = text.encode()
    said = {"labels": labels or None, "side": Side.TRAIN}
    new = NewExample(HOME, dataset.id, user, text, key, key, "typed", **said)
    return await database.examples.add(new)


async def change(database, dataset, **after):
    terms = Terms(**{"details": dataset.all_labels} | after)
    new = NewChange(HOME, dataset.id, "ann", dataset.revision, terms, {})
    return (await database.datasets.propose(new)).id


async def counted(database):
    return [(one.text, one.label) for one in await learned(database, HOME)]


async def test_a_name_is_taken_in_whatever_case(database, dataset) -> None:
    assert [label.description for label in dataset.active] == ["broken", None]
    with pytest.raises(DatasetExists) as caught:
        await database.datasets.create(NewDataset(LABELS, community=HOME, name="mOOD"))
    assert caught.value.facts == {"name": "Mood"}
    await database.datasets.create(NewDataset(LABELS, community="away", name="Mood"))


async def test_of_two_who_make_it_at_once_one_does(database) -> None:
    new = NewDataset(LABELS, community=HOME, name="Mood")
    made = [database.datasets.create(new) for _ in range(5)]
    told = await asyncio.gather(*made, return_exceptions=True)
    assert sum(isinstance(one, DatasetExists) for one in told) == 4
    assert len(await database.datasets.all(HOME)) == 1


async def test_a_text_is_there_once(database, dataset) -> None:
    first = await add(database, dataset, "it crashes", "bug")
    again = await add(database, dataset, "it crashes", "praise", user="bob")
    assert first.is_new and not again.is_new and first.example_id == again.example_id
    votes = await database.examples.label_votes(HOME, dataset.id)
    assert [(vote.user, vote.labels) for vote in votes] == [("ann", ("bug",)), ("bob", ("praise",))]
    assert not any(vote.is_anchored for vote in votes)
    assert await counted(database) == [("it crashes", "bug"), ("it crashes", "praise")]


async def test_a_text_without_a_label_gets_its_side_with_the_first(database, dataset) -> None:
    number = (await add(database, dataset, "hm")).example_id
    assert (await database.examples.get(HOME, number))[0].side is None
    await database.votes.label(NewLabelVote(HOME, number, "bob", ("bug",), Side.TEST))
    await database.votes.label(NewLabelVote(HOME, number, "bob", ("praise",), Side.TRAIN))
    assert (await database.examples.get(HOME, number))[0].side is Side.TEST
    assert await counted(database) == [("hm", "praise")]
    await database.votes.label(NewLabelVote(HOME, number, "bob", None))
    assert await counted(database) == []


async def test_several_labels_at_once(database) -> None:
    new = NewDataset(LABELS, community=HOME, name="Mood", kind=DatasetKind.MULTI)
    dataset = await database.datasets.create(new)
    await add(database, dataset, "great, but it crashes", "bug", "praise")
    (vote,) = await database.examples.label_votes(HOME, dataset.id)
    assert vote.labels == ("bug", "praise")


async def test_a_merged_label_counts_for_the_other_until_that_is_taken_back(
    database, dataset
) -> None:
    number = (await add(database, dataset, "it crashes", "bug")).example_id
    merged = (Label("bug", "bug", merged_into="praise"), LABELS[1])
    done = await change(database, dataset, details=merged)
    now = (await database.datasets.move(HOME, done, DONE)).dataset
    assert [label.name for label in now.active] == ["praise"]
    assert now.resolved("bug") == LABELS[1]
    held = NewLabelVote(HOME, number, "bob", ("bug",), Side.TRAIN)
    assert (await database.votes.label(held)).revision == 1
    votes = await database.examples.label_votes(HOME, dataset.id)
    assert [vote.labels for vote in votes] == [("bug",), ("praise",)]
    back = (await database.datasets.move(HOME, done, UNDONE)).dataset
    assert back.active == LABELS and back.revision == 2


async def test_what_has_changed_meanwhile_is_told(database, dataset) -> None:
    first = await change(database, dataset, guideline="one")
    second = await change(database, dataset, guideline="two")
    told = await asyncio.gather(
        *(database.datasets.move(HOME, one, DONE) for one in (first, second)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, DatasetChanged) for one in told) == 1
    assert (await database.datasets.move(HOME, first, DONE)).dataset.guideline == "one"
    later = await change(database, (await database.datasets.all(HOME))[0], guideline="three")
    await database.datasets.move(HOME, later, DONE)
    with pytest.raises(DatasetChanged):
        await database.datasets.move(HOME, first, UNDONE)
    with pytest.raises(NoSuchChange):
        await database.datasets.move("away", later, UNDONE)


async def test_what_was_given_a_new_label_keeps_it_where_the_label_is_taken_back(
    database, dataset
) -> None:
    more = await change(database, dataset, details=(*LABELS, Label("spam", "spam")))
    await database.datasets.move(HOME, more, DONE)
    await add(database, dataset, "buy", "spam")
    back = (await database.datasets.move(HOME, more, UNDONE)).dataset
    assert back.active == LABELS and back.all_labels[2].is_retired
    votes = await database.examples.label_votes(HOME, dataset.id)
    assert [vote.labels for vote in votes] == [("spam",)]


@pytest.mark.parametrize(
    ("after", "error"),
    [
        ({"details": (LABELS[0], Label("praise", "praise", is_retired=True))}, LabelGone),
        ({"is_archived": True}, DatasetArchived),
    ],
)
async def test_what_is_closed_takes_nothing(database, dataset, after, error) -> None:
    number = (await add(database, dataset, "it crashes")).example_id
    await database.datasets.move(HOME, await change(database, dataset, **after), DONE)
    with pytest.raises(error):
        await add(database, dataset, "new", "praise")
    with pytest.raises(StorageError):
        await database.votes.label(NewLabelVote(HOME, number, "bob", ("praise",)))
    assert len(await database.examples.all(HOME, dataset.id)) == 1

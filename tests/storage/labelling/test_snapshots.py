"""What a training learned from is kept once, and never changes."""

import pytest

from storage.errors import DatasetChanged, NoSuchDataset
from storage.records import Label, NewDataset, NewExample, NewSnapshot, SnapshotRow

HOME, AWAY = "discord:home", "slack:away"


@pytest.fixture
async def dataset(database) -> int:
    new = NewDataset((Label("bug", "bug"),), community=HOME, name="feedback")
    number = (await database.datasets.create(new)).id
    for text in (b"one", b"two"):
        example = NewExample(HOME, number, text.decode(), text.decode(), text, text, "typed")
        await database.examples.add(example)
    return number


def snapshot(dataset: int, digest: str = "ab" * 32) -> NewSnapshot:
    rows = (SnapshotRow(1, 0, 0.95), SnapshotRow(2, 1, 0.8123))
    return NewSnapshot(HOME, dataset, digest, ("bug", "칭찬"), rows, {"conflict": 2})


async def test_it_comes_back_as_it_was_taken(database, dataset) -> None:
    taken = await database.snapshots.take(snapshot(dataset))
    assert await database.snapshots.get(HOME, taken.id) == taken
    assert (taken.labels, taken.rows) == (snapshot(dataset).labels, snapshot(dataset).rows)
    assert taken.left_out == {"conflict": 2}
    assert taken.created_at


async def test_the_same_content_is_the_same_snapshot(database, dataset) -> None:
    first = await database.snapshots.take(snapshot(dataset))
    assert await database.snapshots.take(snapshot(dataset)) == first
    assert (await database.snapshots.take(snapshot(dataset, "cd" * 32))).id > first.id


async def test_nothing_is_learned_from_a_text_that_was_erased_meanwhile(database, dataset) -> None:
    await database.snapshots.take(snapshot(dataset))
    await database.personal_data.erase(HOME, "two")
    for digest in ("ab" * 32, "cd" * 32):
        with pytest.raises(DatasetChanged) as caught:
            await database.snapshots.take(snapshot(dataset, digest))
        assert caught.value.facts == {"name": "feedback"}


async def test_there_is_none_of_another_communitys_dataset(database, dataset) -> None:
    strange = NewSnapshot(AWAY, dataset, "ef" * 32, ("bug",), ())
    with pytest.raises(NoSuchDataset):
        await database.snapshots.take(strange)
    taken = await database.snapshots.take(snapshot(dataset))
    assert await database.snapshots.get(AWAY, taken.id) is None

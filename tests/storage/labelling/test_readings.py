"""Test sides are read once a model, and every reading counts."""

from dataclasses import replace

import pytest

from storage.errors import NoSuchDataset
from storage.records import Label, NewDataset, NewReading, NewSnapshot


async def made(database):
    labels = (Label("bug", "bug"),)
    return (await database.datasets.create(NewDataset(labels, community="home", name="d"))).id


async def test_what_is_known_stays_and_all_count(database, checkpoint) -> None:
    dataset = await made(database)
    reading = NewReading("home", dataset, "m@1", "a1", "d1", 40, {"accuracy": 0.5})
    await database.readings.add(reading)
    await database.readings.add(replace(reading, figures={"accuracy": 0.9}))
    await database.readings.add(replace(reading, digest="d2"))
    await database.readings.add(replace(reading, revision="a2"))
    found = await database.readings.all("home", dataset)
    assert [(one.revision, one.digest) for one in found] == [
        ("a2", "d1"),
        ("a1", "d2"),
        ("a1", "d1"),
    ]
    assert found[-1].figures == {"accuracy": 0.5} and found[-1].read_at is not None
    assert await database.versions.readings("home", dataset) == 3
    snapshot = await database.snapshots.take(NewSnapshot("home", dataset, "h", ("bug",), ()))
    await database.versions.add(checkpoint(snapshot_id=snapshot.id))
    assert await database.versions.readings("home", dataset) == 4
    assert await database.versions.readings("away", dataset) == 0


async def test_only_of_a_dataset_that_there_is(database) -> None:
    dataset = await made(database)
    with pytest.raises(NoSuchDataset):
        await database.readings.add(NewReading("away", dataset, "m@1", "a1", "d1", 40, {}))

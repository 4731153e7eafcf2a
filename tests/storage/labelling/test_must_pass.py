"""Texts that every version must get right: put in once, taken back, put in again, and noted."""

import asyncio

import pytest

from storage.errors import (
    DatasetArchived,
    LabelGone,
    MustPassFull,
    MustPassThere,
    NoSuchDataset,
    NoSuchMustPass,
)
from storage.labelling.must_pass import MOST_MUST_PASS
from storage.records import (
    ChangeState,
    DatasetKind,
    Deed,
    Label,
    NewAuditEntry,
    NewChange,
    NewDataset,
    NewMustPass,
    Terms,
)

HOME = "home"
LABELS = (Label("bug", "bug"), Label("praise", "praise"), Label("old", "old", is_retired=True))


@pytest.fixture
async def dataset(database):
    return await database.datasets.create(NewDataset(LABELS, community=HOME, name="feedback"))


def new(dataset, text="it crashes", labels=("bug",)) -> NewMustPass:
    return NewMustPass(HOME, dataset.id, "ann", text, text.encode(), labels)


def deed(what=Deed.MUST_PASS_SET) -> NewAuditEntry:
    return NewAuditEntry(HOME, "ann", what, {"by": "ann"})


async def texts(database, dataset) -> list[str]:
    return [one.text for one in await database.must_pass.all(HOME, dataset.id)]


async def test_it_is_put_in_once_taken_back_and_put_in_again(database, dataset) -> None:
    one = await database.must_pass.add(new(dataset), deed())
    assert (one.text, one.labels, one.user, one.is_removed) == (
        "it crashes",
        ("bug",),
        "ann",
        False,
    )
    with pytest.raises(MustPassThere) as there:
        await database.must_pass.add(new(dataset, labels=("praise",)))
    assert there.value.facts == {"number": one.id}
    assert (await database.must_pass.remove(HOME, one.id, deed(Deed.MUST_PASS_GONE))).is_removed
    assert await texts(database, dataset) == []
    assert not (await database.must_pass.restore(HOME, one.id, deed())).is_removed
    assert await texts(database, dataset) == ["it crashes"]
    entries = await database.audit.recent(HOME, 9)
    assert [one.deed for one in entries] == [
        *(Deed.MUST_PASS_SET, Deed.MUST_PASS_GONE, Deed.MUST_PASS_SET)
    ]
    assert {one.facts["number"] for one in entries} == {one.id}
    assert "crashes" not in repr(entries)


async def test_who_does_it_twice_changes_and_notes_nothing_more(database, dataset) -> None:
    one = await database.must_pass.add(new(dataset))
    for _ in range(2):
        await database.must_pass.remove(HOME, one.id, deed(Deed.MUST_PASS_GONE))
    assert len(await database.audit.recent(HOME, 9)) == 1


async def test_what_was_put_in_anew_is_not_put_in_again(database, dataset) -> None:
    first = await database.must_pass.add(new(dataset))
    await database.must_pass.remove(HOME, first.id)
    second = await database.must_pass.add(new(dataset, labels=("praise",)))
    assert second.id != first.id
    with pytest.raises(MustPassThere):
        await database.must_pass.restore(HOME, first.id)
    assert [one.labels for one in await database.must_pass.all(HOME, dataset.id)] == [("praise",)]


async def test_two_who_put_the_same_in_at_once(database, dataset) -> None:
    found = await asyncio.gather(
        *(database.must_pass.add(new(dataset)) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, MustPassThere) for one in found) == 4
    assert await texts(database, dataset) == ["it crashes"]


async def test_there_is_an_end(database, dataset) -> None:
    for number in range(MOST_MUST_PASS):
        last = await database.must_pass.add(new(dataset, f"text {number}"))
    with pytest.raises(MustPassFull):
        await database.must_pass.add(new(dataset, "one more"))
    await database.must_pass.remove(HOME, last.id)
    await database.must_pass.add(new(dataset, "one more"))
    with pytest.raises(MustPassFull):
        await database.must_pass.restore(HOME, last.id)


async def test_what_cannot_be_put_in(database, dataset) -> None:
    with pytest.raises(LabelGone):
        await database.must_pass.add(new(dataset, labels=("old",)))
    with pytest.raises(NoSuchMustPass):
        await database.must_pass.remove(HOME, 99)
    with pytest.raises(NoSuchDataset):
        await database.must_pass.all("elsewhere", dataset.id)
    terms = Terms(LABELS, is_archived=True)
    change = await database.datasets.propose(NewChange(HOME, dataset.id, "ann", 0, terms, {}))
    await database.datasets.move(HOME, change.id, ChangeState.DONE)
    with pytest.raises(DatasetArchived):
        await database.must_pass.add(new(dataset))


async def test_of_several_labels_none_may_hold(database) -> None:
    several = NewDataset(LABELS, community=HOME, name="sets", kind=DatasetKind.MULTI)
    dataset = await database.datasets.create(several)
    await database.must_pass.add(new(dataset, "nothing", ()))
    await database.must_pass.add(new(dataset, "both", ("bug", "praise")))
    found = await database.must_pass.all(HOME, dataset.id)
    assert [one.labels for one in found] == [(), ("bug", "praise")]

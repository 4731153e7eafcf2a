"""Who judges which text, what is counted, and what an end leaves."""

import asyncio
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.errors import ComparisonRunning, NoSuchDataset
from storage.records import (
    ComparisonState,
    Deed,
    Label,
    NewAuditEntry,
    NewComparedText,
    NewComparison,
    NewDataset,
    NewExample,
    NewNotice,
    NoticeKind,
    Preferred,
    Settled,
    Settlement,
    Tallied,
)

HOME = "discord:1"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
async def dataset(database) -> int:
    made = NewDataset((Label("bug", "bug"), Label("joy", "joy")), community=HOME, name="feedback")
    return (await database.datasets.create(made)).id


@pytest.fixture
async def running(database, dataset):
    """A comparison with three texts."""
    numbers = [await add(database, dataset, f"text {n}") for n in range(3)]
    comparison = await database.comparisons.start(new(dataset))
    texts = [NewComparedText(number, "bug", "joy", is_new_first=True) for number in numbers]
    await database.comparisons.compared(HOME, comparison.id, 20, texts)
    return comparison.id


def new(dataset: int) -> NewComparison:
    return NewComparison(HOME, dataset, "ours@2", "ours@1", None, "ann", LATER)


async def add(database: Database, dataset: int, text: str) -> int:
    keys = (text.encode(), text.encode())
    example = NewExample(HOME, dataset, "ann", text, *keys, "typed")
    return (await database.examples.add(example)).example_id


async def show(database: Database, running: int, user: str, most: int | None = None) -> int | None:
    shown = await database.comparisons.next(HOME, running, user, most)
    return shown and shown.example.id


async def test_a_text_comes_back_with_both_answers(database, running):
    shown = await database.comparisons.next(HOME, running, "bob", None)
    assert (shown.live_label, shown.new_label, shown.is_new_first) == ("bug", "joy", True)
    assert shown.example.text == "text 0"
    (found,) = await database.comparisons.all(HOME)
    assert found.compared == 20 and found.state is ComparisonState.RUNNING


async def test_no_two_people_are_shown_one_text(database, running):
    shown = await asyncio.gather(*(show(database, running, f"user {n}") for n in range(4)))
    assert sorted(map(str, shown)) == sorted(["1", "2", "3", "None"])
    assert await show(database, running, "user 0") == shown[0], "they are shown theirs again"


async def test_the_first_judgement_holds(database, running):
    judge = database.comparisons.judge
    number = await show(database, running, "bob")
    assert not await judge(HOME, running, number, "eve", Preferred.LIVE)
    assert await judge(HOME, running, number, "bob", Preferred.NEW)
    assert not await judge(HOME, running, number, "bob", Preferred.LIVE)
    assert not await judge(HOME, running, 99, "bob", Preferred.LIVE)
    assert await database.comparisons.tally(HOME, running) == Tallied(1, 0, 0, 3)
    assert await show(database, running, "bob") != number


async def test_the_first_judgements_are_counted_apart(database, running):
    for preferred in (Preferred.NEW, Preferred.LIVE, Preferred.NEITHER):
        number = await show(database, running, "bob")
        assert await database.comparisons.judge(HOME, running, number, "bob", preferred)
    tally = database.comparisons.tally
    assert await tally(HOME, running) == Tallied(1, 1, 1, 3)
    assert await tally(HOME, running, 1) == Tallied(1, 0, 0, 3)
    assert (await tally(HOME, running, 2)).judged == 2
    assert await show(database, running, "bob") is None


async def test_nobody_judges_more_than_their_share(database, running):
    number = await show(database, running, "bob", 1)
    assert await database.comparisons.judge(HOME, running, number, "bob", Preferred.NEW)
    assert await show(database, running, "bob", 1) is None
    assert await show(database, running, "bob", 2) is not None


async def test_what_somebody_skips_is_anothers(database, running):
    numbers = [await show(database, running, f"user {n}") for n in range(3)]
    await database.comparisons.skip(HOME, running, numbers[0], "user 1")
    assert await show(database, running, "eve") is None, "it is not theirs to skip"
    await database.comparisons.skip(HOME, running, numbers[0], "user 0")
    assert await show(database, running, "eve") == numbers[0]


async def test_what_is_settled_is_not_judged(database, running):
    for number in (1, 2, 3):
        await database.examples.settle(HOME, number, Settlement("mod", Settled.LEFT_OUT))
    assert await show(database, running, "bob") is None


async def test_one_runs_at_a_time(database, dataset, running):
    with pytest.raises(ComparisonRunning):
        await database.comparisons.start(new(dataset))
    with pytest.raises(NoSuchDataset):
        await database.comparisons.start(new(99))
    assert await database.comparisons.end(HOME, running, ComparisonState.STOPPED)
    assert await database.comparisons.running(HOME) == []
    again = await database.comparisons.start(new(dataset))
    assert [one.id for one in await database.comparisons.running(HOME)] == [again.id]


async def test_an_end_is_told_and_noted_once(database, running):
    notice = NewNotice(HOME, NoticeKind.COMPARED, "ours@2", {"verdict": "better"})
    deed = NewAuditEntry(HOME, "ann", Deed.COMPARISON_ENDED, {"name": "ours@2"})
    given = (HOME, running, ComparisonState.DONE, {"verdict": "better"}, notice, deed)
    ended = await asyncio.gather(*(database.comparisons.end(*given) for _ in range(3)))
    assert sorted(ended) == [False, False, True]
    (told,) = await database.notices.of(HOME, is_untold=True)
    assert told.facts == {"verdict": "better"} and len(await database.audit.recent(HOME, 9)) == 1
    (found,) = await database.comparisons.all(HOME)
    assert found.verdict == {"verdict": "better"} and found.ended_at
    judged = (HOME, running, 1, "bob", Preferred.NEW)
    assert not await database.comparisons.judge(*judged), "it runs no more"
    await database.comparisons.say(HOME, running, {"verdict": "worse"})
    (found,) = await database.comparisons.all(HOME)
    assert found.verdict == {"verdict": "better"}


async def test_a_text_of_another_dataset_is_not_compared(database, running):
    made = NewDataset((Label("a", "a"),), community=HOME, name="other")
    other = (await database.datasets.create(made)).id
    number = await add(database, other, "elsewhere")
    text = NewComparedText(number, "bug", "joy", is_new_first=True)
    await database.comparisons.compared(HOME, running, 1, [text])
    assert (await database.comparisons.tally(HOME, running)).differing == 3

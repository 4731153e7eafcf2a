"""Who is shown which text, and for how long it is theirs."""

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from storage.errors import DatasetArchived, NoSuchDataset, NoSuchExample
from storage.labelling import cards, free_offers
from storage.records import (
    Arm,
    ChangeState,
    Label,
    NewCard,
    NewChange,
    NewDataset,
    NewExample,
    NewLabelVote,
    Offer,
    Settled,
    Settlement,
    Side,
    Terms,
)

HOME = "discord:home"
LABELS = (Label("bug", "bug"), Label("praise", "praise"))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def dataset(database):
    return await database.datasets.create(NewDataset(LABELS, community=HOME, name="Mood"))


@pytest.fixture
async def numbers(database, dataset):
    made = []
    for n in range(4):
        key = str(n).encode()
        new = NewExample(HOME, dataset.id, "ann", f"text {n}", key, key, "typed")
        made.append((await database.examples.add(new)).example_id)
    return made


def offers(numbers, arm=Arm.RANDOM, most_others=0):
    return [Offer(number, arm, most_others) for number in numbers]


async def take(database, user, wanted, **more):
    card = await database.cards.take(NewCard(HOME, 1, user, wanted, **more))
    return card and card.example.id


async def say(database, user, number, label="bug", side=Side.TEST, **more):
    labels = None if label is None else (label,)
    await database.cards.answer(NewLabelVote(HOME, number, user, labels, side, **more))


async def test_of_many_who_come_at_once_each_gets_another(database, numbers) -> None:
    wanted = offers(numbers)
    shown = await asyncio.gather(*(take(database, f"user{n}", wanted) for n in range(6)))
    assert sorted(one for one in shown if one) == numbers and shown.count(None) == 2


async def test_whoever_comes_back_finds_the_same(database, numbers) -> None:
    assert await take(database, "ann", offers(numbers[2:])) == numbers[2]
    assert await take(database, "ann", offers(numbers)) == numbers[2]
    assert await take(database, "ann", []) == numbers[2]


async def test_after_a_while_it_is_anybodys(database, numbers, monkeypatch) -> None:
    wanted = offers(numbers[:1])
    assert await take(database, "ann", wanted) == numbers[0]
    assert await take(database, "bob", wanted) is None
    monkeypatch.setattr(cards, "CARD_HELD_S", 0.0)
    monkeypatch.setattr(free_offers, "CARD_HELD_S", 0.0)
    assert await take(database, "ann", []) == numbers[0]
    assert await take(database, "bob", wanted) == numbers[0]
    await say(database, "bob", numbers[0])
    assert await take(database, "ann", []) is None


async def test_a_press_costs_no_more_in_a_large_dataset(database, dataset, numbers, path) -> None:
    """Counted in steps of SQLite: it finds the texts that it is offered by their numbers."""
    steps = [0]

    def count() -> None:
        steps[0] += 1

    def listen(driver: sqlite3.Connection, *_) -> None:
        driver.set_progress_handler(count, 10)

    event.listen(database._connections._engine, "checkout", listen)

    async def cost(user: str) -> int:
        given = NewLabelVote(HOME, await take(database, user, offers(numbers)), user, ("bug",))
        steps[0] = 0
        assert (await database.cards.answer(given, offers(numbers, most_others=9))).card
        return steps[0]

    small = await cost("ann")
    rows = [(dataset.id, f"more {n}", b"%d" % n, b"%d" % n) for n in range(10, 3_000)]
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO examples"
            " (dataset_id, text, canonical, group_key, source, user, created_at)"
            " VALUES (?, ?, ?, ?, 'typed', 'ann', '2026-11-01 00:00:00')",
            rows,
        )
    assert small > 0 and await cost("bob") < 2 * small


async def test_whose_a_card_is_no_clock_of_a_process_says(database, numbers, place) -> None:
    """Machines whose clocks are apart agree: what is sent to the database names no time."""
    if isinstance(place, Path):
        pytest.skip("a file is on one machine, whose clock all have")
    sent = []
    engine = database._connections._engine
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2:4]))
    for number in numbers[:2]:
        await take(database, "ann", offers(numbers))
        await say(database, "ann", number)
    await database.cards.skip(HOME, numbers[2], "ann")
    assert await database.cards.undo(HOME, 1, "ann")
    about_cards = [given for statement, given in sent if "label_cards" in statement]
    assert len(about_cards) > 5 and not TIME.search(repr(about_cards))


TIME = re.compile(r"\d{4}-\d\d-\d\d|datetime\(")


async def test_as_many_as_are_wanted_look_at_one(database, numbers) -> None:
    wanted = offers(numbers[:1], Arm.SECOND, 1)
    shown = [await take(database, user, wanted) for user in ("ann", "bob", "cho")]
    assert shown == [numbers[0], numbers[0], None]
    check = offers(numbers[:1], Arm.CHECK, None)
    assert await take(database, "cho", check) == numbers[0]


async def test_what_somebody_has_said_is_not_asked_again(database, numbers) -> None:
    await take(database, "ann", offers(numbers))
    await say(database, "ann", numbers[0])
    assert await take(database, "ann", offers(numbers)) == numbers[1]
    await database.votes.label(NewLabelVote(HOME, numbers[1], "ann", ("bug",), Side.TRAIN))
    assert await take(database, "ann", offers(numbers)) == numbers[2]


async def test_what_is_settled_is_not_asked(database, numbers) -> None:
    await take(database, "ann", offers(numbers))
    await database.examples.settle(HOME, numbers[0], Settlement("mod", Settled.LEFT_OUT))
    assert await take(database, "ann", offers(numbers)) == numbers[1]


async def test_skipped_come_again_when_nothing_else_is_left(database, numbers) -> None:
    for number in numbers[:2]:
        await database.cards.skip(HOME, number, "ann")
    assert await take(database, "ann", offers(numbers[:2])) is None
    assert await take(database, "ann", offers(numbers[:3]), takes_skipped=True) == numbers[2]
    await say(database, "ann", numbers[2])
    assert await take(database, "ann", [], takes_skipped=True) == numbers[0]


@pytest.mark.parametrize(
    ("arm", "side"), [(Arm.RANDOM, Side.TEST), (Arm.MARGIN, Side.TRAIN), (None, Side.TEST)]
)
async def test_what_a_model_chose_is_learned_from(database, numbers, arm, side) -> None:
    if arm:
        await take(database, "ann", offers(numbers[:1], arm))
    await say(database, "ann", numbers[0])
    assert (await database.examples.get(HOME, numbers[0]))[0].side is side
    (vote,) = await database.examples.label_votes(HOME, 1)
    assert vote.arm is arm


async def test_undo_within_a_sitting(database, numbers, monkeypatch) -> None:
    for number in numbers[:2]:
        await take(database, "ann", offers(numbers))
        await say(database, "ann", number)
    card = await database.cards.undo(HOME, 1, "ann")
    assert card.example.id == numbers[1]
    assert await take(database, "ann", offers(numbers)) == numbers[1]
    votes = await database.examples.label_votes(HOME, 1)
    assert [vote.example_id for vote in votes] == numbers[:1]
    monkeypatch.setattr(cards, "SITTING", timedelta(0))
    assert await database.cards.undo(HOME, 1, "ann") is None


async def test_ambiguous_is_kept_and_taken_back(database, numbers) -> None:
    await take(database, "ann", offers(numbers))
    await say(database, "ann", numbers[0], None, is_ambiguous=True)
    (vote,) = await database.examples.label_votes(HOME, 1)
    assert vote.is_ambiguous and vote.labels is None
    assert (await database.examples.get(HOME, numbers[0]))[0].side is None
    await database.cards.undo(HOME, 1, "ann")
    assert await database.examples.label_votes(HOME, 1) == []


async def test_one_bad_answer_costs_the_others_nothing(database, numbers) -> None:
    given = [say(database, f"user{n}", number) for n, number in enumerate([*numbers, 99])]
    told = await asyncio.gather(*given, return_exceptions=True)
    assert [type(one) for one in told] == [type(None)] * 4 + [NoSuchExample]
    assert len(await database.examples.label_votes(HOME, 1)) == 4


async def test_ones_own_votes(database, numbers) -> None:
    for number in numbers[:3]:
        await say(database, "ann", number)
    await say(database, "ann", numbers[3], None, is_ambiguous=True)
    await say(database, "bob", numbers[0], "praise")
    own = await database.votes.own(HOME, "ann", LONG_AGO, None, 2)
    assert (own.total, own.today) == (4, 4)
    assert [(one.example.id, one.labels, one.is_ambiguous) for one in own.latest] == [
        (numbers[3], None, True),
        (numbers[2], ("bug",), False),
    ]
    later = datetime.now(UTC) + timedelta(hours=1)
    assert (await database.votes.own(HOME, "ann", later, 1, 0)).today == 0
    assert (await database.votes.own("away", "ann", LONG_AGO, None, 2)).total == 0


async def test_where_nothing_is_collected_nothing_is_shown(database, dataset, numbers) -> None:
    await take(database, "ann", offers(numbers))
    after = Terms(dataset.all_labels, is_archived=True)
    change = await database.datasets.propose(NewChange(HOME, 1, "mod", 0, after, {}))
    await database.datasets.move(HOME, change.id, ChangeState.DONE)
    for asked in (
        take(database, "ann", offers(numbers)),
        say(database, "ann", numbers[0]),
        database.cards.undo(HOME, 1, "ann"),
    ):
        with pytest.raises(DatasetArchived):
            await asked
    with pytest.raises(NoSuchDataset):
        await database.cards.take(NewCard("away", 1, "ann", offers(numbers)))


async def test_with_what_somebody_says_they_are_shown_the_next(database, numbers) -> None:
    await take(database, "ann", offers(numbers))
    given = NewLabelVote(HOME, numbers[0], "ann", ("bug",), Side.TEST)
    told = await database.cards.answer(given, offers(numbers))
    assert told.card.example.id == numbers[1] and told.dataset.id == 1
    assert await take(database, "ann", offers(numbers)) == numbers[1]
    assert (await database.cards.answer(replace(given, example_id=numbers[1]))).card is None


async def test_of_many_who_press_at_once_each_is_shown_another(database, dataset) -> None:
    texts = []
    for n in range(30):
        key = str(n).encode()
        new = NewExample(HOME, dataset.id, "ann", f"text {n}", key, key, "typed")
        texts.append((await database.examples.add(new)).example_id)
    people = [f"user{n}" for n in range(8)]
    for user in people:
        await take(database, user, offers(texts))
    presses = [
        database.cards.answer(NewLabelVote(HOME, number, user, ("bug",), Side.TEST), offers(texts))
        for user, number in zip(people, texts, strict=False)
    ]
    shown = [told.card.example.id for told in await asyncio.gather(*presses)]
    assert sorted(shown) == texts[8:16]


async def test_offers_of_another_dataset_hold_for_nobody(database, numbers) -> None:
    other = await database.datasets.create(NewDataset(LABELS, community="away", name="Mood"))
    new = NewExample("away", other.id, "bob", "theirs", b"x", b"x", "typed")
    theirs = (await database.examples.add(new)).example_id
    given = NewLabelVote(HOME, numbers[0], "ann", ("bug",), Side.TEST)
    assert (await database.cards.answer(given, offers([theirs]))).card is None
    with pytest.raises(NoSuchExample):
        await database.cards.answer(replace(given, example_id=theirs), offers(numbers))

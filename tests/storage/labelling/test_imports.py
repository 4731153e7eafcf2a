"""Files come into datasets in pieces; what is cut can be gone on with or taken back."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from handlers.learning.near_duplicates import fingerprint
from models.canonical import canonical, folded
from storage import schema
from storage.errors import ImportRunning, NoSuchImport
from storage.records import (
    Arm,
    Fingerprint,
    ImportedText,
    ImportState,
    Label,
    NewCard,
    NewDataset,
    NewImport,
    NewLabelVote,
    Offer,
    Side,
)
from storage.sql.connections import EVERYWHERE

HOME = "home"
RUNNING, DONE = ImportState.RUNNING, ImportState.DONE
UNDOING, UNDONE = ImportState.UNDOING, ImportState.UNDONE


@pytest.fixture
async def dataset(database):
    labels = (Label("bug", "bug"), Label("praise", "praise"))
    return await database.datasets.create(NewDataset(labels, community=HOME, name="feedback"))


def text_of(text, label=None, side=Side.TRAIN):
    keys = (canonical(text).encode(), folded(text).encode())
    labels = None if label is None else (label,)
    return ImportedText(text, *keys, fingerprint(text), labels, side)


async def proposed(database, dataset):
    new = NewImport(HOME, dataset.id, "mod", "a.csv", b"text\na\n", {"text": "text"})
    return await database.imports.propose(new)


async def run(database, dataset, *pieces, is_moderator=False):
    number = await proposed(database, dataset)
    await database.imports.start(HOME, number, RUNNING)
    for texts in pieces:
        await database.imports.put(HOME, number, texts, is_moderator=is_moderator)
    return number


async def run_whole(database, dataset, *pieces):
    await database.imports.end(HOME, await run(database, dataset, *pieces), DONE)


async def undo(database, number):
    await database.imports.start(HOME, number, UNDOING)
    while await database.imports.take_back(HOME, number):
        pass
    await database.imports.end(HOME, number, UNDONE)


async def texts(database, dataset):
    return {one.text: one.side for one in await database.examples.all(HOME, dataset.id)}


async def votes(database, dataset):
    found = await database.examples.label_votes(HOME, dataset.id)
    return [(vote.user, vote.labels, vote.is_moderator) for vote in found]


async def test_rows_come_in_with_the_votes_of_their_file(database, dataset):
    rows = [text_of("it crashes", "bug"), text_of("thank you", "praise", Side.TEST), text_of("hm")]
    number = await run(database, dataset, rows)
    found = await database.imports.end(HOME, number, DONE)
    assert (found.state, found.content) == (DONE, None)
    assert await texts(database, dataset) == {
        "it crashes": Side.TRAIN,
        "thank you": Side.TEST,
        "hm": None,
    }
    file = f"file:{number}"
    assert await votes(database, dataset) == [(file, ("bug",), False), (file, ("praise",), False)]


async def test_what_was_cut_goes_on_and_nothing_is_there_twice(database, dataset):
    rows = [text_of(f"text number {n} of it", "bug") for n in range(50)]
    number = await run(database, dataset, rows[:30])
    with pytest.raises(ImportRunning):
        await database.imports.start(HOME, number, RUNNING)
    await database.imports.release(HOME, number)
    await database.imports.start(HOME, number, RUNNING)
    new = await database.imports.put(HOME, number, rows, is_moderator=False)
    assert new == 20
    assert len(await texts(database, dataset)) == len(await votes(database, dataset)) == 50
    history = select(schema.votes_history)
    said = await database._connections.read(
        EVERYWHERE, lambda connection: connection.execute(history)
    )
    assert len(said.all()) == 50


def with_keys(text, *sure):
    """A text that is near whatever shares a key with it."""
    return replace(text, fingerprint=Fingerprint(sure, (), b""))


async def test_a_text_that_joins_two_sides_lets_nothing_of_them_measure(database, dataset):
    await run_whole(database, dataset, [with_keys(text_of("measures", "bug", Side.TEST), 1)])
    taught, between = text_of("teaches", "bug"), text_of("between", "bug")
    await run_whole(database, dataset, [with_keys(taught, 2), with_keys(between, 1, 2)])
    assert await texts(database, dataset) == {
        "measures": Side.QUARANTINED,
        "teaches": Side.TRAIN,
        "between": Side.TRAIN,
    }


async def test_a_text_whose_group_has_just_grown_goes_where_that_is(database, dataset):
    await run_whole(
        database, dataset, [with_keys(text_of("teaches", "bug"), 1), with_keys(text_of("bare"), 2)]
    )
    between, bare = text_of("between", "bug"), text_of("bare", "bug", Side.TEST)
    await run_whole(database, dataset, [with_keys(between, 1, 2), with_keys(bare, 2)])
    assert set((await texts(database, dataset)).values()) == {Side.TRAIN}


async def test_two_at_once_are_one_after_the_other(database, dataset):
    numbers = [await proposed(database, dataset) for _ in range(2)]
    started = [database.imports.start(HOME, number, RUNNING) for number in numbers]
    told = await asyncio.gather(*started, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["Import", "ImportRunning"]


async def test_what_is_taken_back_was_never_there(database, dataset):
    number = await run(database, dataset, [text_of("it crashes", "bug"), text_of("thanks", "bug")])
    there = {one.text: one.id for one in await database.examples.all(HOME, dataset.id)}
    said = NewLabelVote(HOME, there["thanks"], "ann", ("praise",))
    await database.votes.label(said)
    await database.imports.end(HOME, number, DONE)
    await undo(database, number)
    assert list(await texts(database, dataset)) == ["thanks"], "others have labelled it"
    assert await votes(database, dataset) == [("ann", ("praise",), False)]
    number = await run(database, dataset, [text_of("it crashes", "bug")])
    await database.imports.release(HOME, number)
    await undo(database, number)
    assert list(await texts(database, dataset)) == ["thanks"]


async def test_a_text_that_is_there_gets_the_label_of_the_file(database, dataset):
    first = await run(database, dataset, [text_of("it crashes")])
    await database.imports.end(HOME, first, DONE)
    number = await run(database, dataset, [text_of("it crashes", "bug")], is_moderator=True)
    assert await texts(database, dataset) == {"it crashes": Side.TRAIN}
    assert await votes(database, dataset) == [(f"file:{number}", ("bug",), True)]
    await database.imports.end(HOME, number, DONE)
    await undo(database, number)
    assert list(await texts(database, dataset)) == ["it crashes"]
    assert await votes(database, dataset) == []


async def test_near_duplicates_stand_on_one_side(database, dataset):
    base = "the new version crashes when I open the settings"
    same = [base.upper(), base.replace(" ", "  ") + "!", base.replace("settings", "options")]
    first = await run(database, dataset, [text_of(base, "bug", Side.TEST)])
    await database.imports.end(HOME, first, DONE)
    await run(database, dataset, [text_of(text, "bug", Side.TRAIN) for text in same])
    assert set((await texts(database, dataset)).values()) == {Side.TEST}


async def test_near_duplicates_in_one_piece_stand_on_one_side(database, dataset):
    base = "the new version crashes when I open the settings"
    rows = [text_of(base, "bug", Side.TRAIN), text_of(base + "!!", "bug", Side.TEST)]
    rows.append(replace(text_of(base.upper(), "bug"), side=Side.TEST))
    await run(database, dataset, rows)
    assert set((await texts(database, dataset)).values()) == {Side.TRAIN}


async def test_another_community_has_no_part_in_it(database, dataset):
    number = await proposed(database, dataset)
    for call in (
        database.imports.get("away", number),
        database.imports.start("away", number, RUNNING),
        database.imports.put("away", number, [], is_moderator=True),
        database.imports.end("away", number, DONE),
    ):
        with pytest.raises(NoSuchImport):
            await call


async def test_thousands_of_rows(database, dataset):
    rows = [text_of(f"{n} words {n * 7} that differ {n * 13}", "bug") for n in range(1_200)]
    pieces = [rows[at : at + 400] for at in range(0, len(rows), 400)]
    number = await run(database, dataset, *pieces)
    assert await database.imports.present(HOME, dataset.id, [rows[0].canonical, b"x"]) == {
        rows[0].canonical
    }
    await database.imports.end(HOME, number, DONE)
    await undo(database, number)
    assert not await texts(database, dataset)


async def test_the_files_of_one_person_have_one_voice(database, dataset):
    first = await run(
        database, dataset, [text_of("it crashes", "bug"), text_of("thanks", "praise")]
    )
    await database.imports.end(HOME, first, DONE)
    second = await run(database, dataset, [text_of("it crashes", "praise"), text_of("new", "bug")])
    await database.imports.end(HOME, second, DONE)
    assert await votes(database, dataset) == [
        (f"file:{second}", ("praise",), False),
        (f"file:{first}", ("praise",), False),
        (f"file:{second}", ("bug",), False),
    ]
    await undo(database, second)
    assert await votes(database, dataset) == [
        (f"file:{first}", ("bug",), False),
        (f"file:{first}", ("praise",), False),
    ]


async def test_an_earlier_file_is_taken_back_for_good(database, dataset):
    first = await run(database, dataset, [text_of("it crashes", "bug")])
    await database.imports.end(HOME, first, DONE)
    second = await run(database, dataset, [text_of("it crashes", "praise")])
    await database.imports.end(HOME, second, DONE)
    await undo(database, first)
    assert await votes(database, dataset) == [(f"file:{second}", ("praise",), False)]
    await undo(database, second)
    assert await votes(database, dataset) == []


async def test_what_a_file_said_as_gold_is_not_weakened_by_a_later_one(database, dataset):
    first = await run(database, dataset, [text_of("it crashes", "bug")], is_moderator=True)
    await database.imports.end(HOME, first, DONE)
    second = await run(database, dataset, [text_of("it crashes", "bug")])
    said = [(f"file:{first}", ("bug",), True), (f"file:{second}", ("bug",), False)]
    assert sorted(await votes(database, dataset)) == said


async def test_what_somebody_is_looking_at_can_be_taken_back(database, dataset) -> None:
    number = await run(database, dataset, [text_of("one", "bug"), text_of("two")])
    shown = [one.id for one in await database.examples.all(HOME, dataset.id)]
    offers = [Offer(example, Arm.RANDOM, None) for example in shown]
    card = await database.cards.take(NewCard(HOME, dataset.id, "ann", offers))
    assert card.example.id in shown
    await database.imports.end(HOME, number, DONE)
    await undo(database, number)
    assert await database.examples.all(HOME, dataset.id) == []
    assert await database.cards.take(NewCard(HOME, dataset.id, "ann", offers)) is None

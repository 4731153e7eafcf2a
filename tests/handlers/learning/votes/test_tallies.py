"""Votes are counted once for each change, and whoever asks is told what holds at that moment."""

import asyncio
import random
from functools import partial

import pytest

from handlers.guard.roles import shut_out
from handlers.learning.near_duplicates import fingerprint
from handlers.learning.votes import tallying
from handlers.learning.votes.consensus import State
from handlers.learning.votes.tallies import Tallies
from storage.database import Database
from storage.records import (
    Arm,
    ChangeState,
    ImportedText,
    ImportState,
    Label,
    NewChange,
    NewDataset,
    NewExample,
    NewImport,
    NewLabelVote,
    Settled,
    Settlement,
    Side,
    Terms,
)

HOME = "home"
LABELS = ("bug", "praise", "question")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tokki.db"


@pytest.fixture
async def database(path):
    opened = await Database.open(path)
    yield opened
    await opened.close()


@pytest.fixture
async def dataset(database):
    labels = tuple(Label(key, key) for key in LABELS)
    new = NewDataset(labels, community=HOME, name="feedback", votes_needed=2)
    return await database.datasets.create(new)


class Reader:
    """Counts how often votes are read."""

    def __init__(self, database):
        self.database, self.asked, self.whole = database, 0, 0

    async def votes_since(self, community, dataset_id, after=None):
        self.asked += 1
        self.whole += after is None
        return await self.database.examples.votes_since(community, dataset_id, after)


def told(tally):
    """Where each text stands, in a form to compare."""
    return {
        number: (tally.state(n), tally.labels(n), round(float(tally.count.texts.posterior[n]), 9))
        for n, number in enumerate(tally.texts.number.tolist())
    } | {"sides": tally.texts.side.tolist(), "people": tally.people.tolist()}


async def add(database, dataset, n):
    text = f"text {n}"
    keys = (text.encode(), text.encode())
    return (
        await database.examples.add(NewExample(HOME, dataset.id, "ann", text, *keys, "typed"))
    ).example_id


async def label(database, number, user, key, **kind):
    labels = None if key is None else (key,)
    await database.votes.label(NewLabelVote(HOME, number, user, labels, Side.TRAIN, **kind))


def hearing(database):
    """Who hears nobody that is shut out."""
    return Tallies(database.examples, silent=partial(shut_out, settings=database.settings))


class Steps:
    """Things that people do to a dataset, drawn at random."""

    def __init__(self, database, dataset, seed):
        self.database, self.dataset, self.dice = database, dataset, random.Random(seed)
        self.numbers = []
        self.imports = []

    async def any(self):
        steps = [self.add, self.label, self.label, self.label, self.settle, self.bring]
        steps += [self.undo, self.shut_out]
        step = self.dice.choice(steps) if self.numbers else self.add
        await step()

    async def add(self):
        self.numbers.append(await add(self.database, self.dataset, self.dice.random()))

    async def label(self):
        number, dice = self.dice.choice(self.numbers), self.dice
        kind = {"is_moderator": dice.random() < 0.1, "arm": dice.choice([None, *Arm])}
        key = dice.choice([*LABELS, LABELS[0], LABELS[0], None])
        kind["is_ambiguous"] = key is None and dice.random() < 0.5
        await label(self.database, number, dice.choice("abcdefgh"), key, **kind)

    async def shut_out(self):
        who, role = self.dice.choice("abcd"), self.dice.choice(["shut_out", "permissions"])
        await self.database.settings.put(HOME, f"role:{who}", {"name": who, "role": role})

    async def settle(self):
        settled = self.dice.choice([None, *Settled])
        keys = (self.dice.choice(LABELS),) if settled is Settled.LABELLED else ()
        given = Settlement("mod", settled, keys)
        await self.database.examples.settle(HOME, self.dice.choice(self.numbers), given)

    async def bring(self):
        imports = self.database.imports
        new = NewImport(HOME, self.dataset.id, "mod", "a.csv", b"a", {})
        number = await imports.propose(new)
        await imports.start(HOME, number, ImportState.RUNNING)
        text = f"file {self.dice.random()}"
        keys = (text.encode(), text.encode())
        made = await add(self.database, self.dataset, self.dice.random())
        texts = [ImportedText(text, *keys, fingerprint(text), ("bug",), Side.TRAIN)]
        await imports.put(HOME, number, texts, is_moderator=False)
        await imports.end(HOME, number, ImportState.DONE)
        self.numbers.append(made)
        self.imports.append(number)

    async def undo(self):
        if not self.imports:
            return
        number, imports = self.imports.pop(), self.database.imports
        await imports.start(HOME, number, ImportState.UNDOING)
        while await imports.take_back(HOME, number):
            pass
        await imports.end(HOME, number, ImportState.UNDONE)


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_remembered_is_what_would_be_read_anew(database, dataset, seed):
    steps, warm = Steps(database, dataset, seed), hearing(database)
    for _ in range(60):
        await steps.any()
        found = await warm.exact(dataset)
        assert told(found) == told(await hearing(database).exact(dataset))


@pytest.mark.parametrize("seed", range(2))
async def test_a_few_votes_on_many_are_counted_by_what_was_known(
    database, dataset, seed, monkeypatch
):
    monkeypatch.setattr(tallying, "_FEW_VOTES", 0)
    monkeypatch.setattr(tallying, "_MOST_BEHIND", 1.0)
    steps, warm = Steps(database, dataset, seed), hearing(database)
    for _ in range(60):
        await steps.any()
        found = await warm.recent(dataset)
        anew = await hearing(database).exact(dataset)
        assert found.texts.number.tolist() == anew.texts.number.tolist()
        assert found.people.tolist() == anew.people.tolist()
        assert all(
            found.state(n) is anew.state(n)
            for n, settled in enumerate(anew.texts.settled)
            if settled >= 0 or not anew.people[n]
        )
    assert told(await warm.exact(dataset)) == told(anew)
    assert (await warm.recent(dataset)).is_exact


async def test_a_new_vote_weighs_what_its_voter_was_found_to_weigh(database, dataset, monkeypatch):
    numbers = [await add(database, dataset, n) for n in range(40)]
    for n, number in enumerate(numbers[:-1]):
        for user in ("ann", "bob", "cid"):
            await label(database, number, user, LABELS[n % 3])
        await label(database, number, "eve", LABELS[(n + 1) % 3])
    warm = Tallies(database.examples)
    await warm.exact(dataset)
    monkeypatch.setattr(tallying, "_FEW_VOTES", 0)
    monkeypatch.setattr(tallying, "_MOST_BEHIND", 1.0)
    for user in ("ann", "bob"):
        await label(database, numbers[-1], user, "bug")
    await label(database, numbers[-1], "eve", "praise")
    found = await warm.recent(dataset)
    exact = await Tallies(database.examples).exact(dataset)
    place = found.place(numbers[-1])
    assert not found.is_exact and found.labels(place) == exact.labels(place) == ("bug",)
    posterior = float(exact.count.texts.posterior[place])
    assert float(found.count.texts.posterior[place]) == pytest.approx(posterior, abs=0.01)


async def test_nobody_counts_what_has_not_changed(database, dataset):
    number = await add(database, dataset, 1)
    reader = Reader(database)
    warm = Tallies(reader)
    found = await asyncio.gather(*(warm.exact(dataset) for _ in range(10)))
    assert all(one is found[0] for one in found) and reader.whole == 1
    await label(database, number, "ann", "bug")
    after = await asyncio.gather(*(warm.recent(dataset) for _ in range(10)))
    assert all(one is after[0] for one in after) and after[0] is not found[0]
    assert reader.whole == 1


async def test_who_is_shut_out_is_not_heard_until_they_may_be_again(database, dataset):
    numbers = [await add(database, dataset, n) for n in range(3)]
    warm = hearing(database)

    async def gold():
        found = await warm.recent(dataset)
        return [found.labels(n) for n in range(3)]

    for number in numbers[:2]:
        await label(database, number, "eve", "bug")
        await label(database, number, "sock", "bug")
    assert await gold() == [("bug",), ("bug",), ()]
    for role in ("shut_out", "permissions", "shut_out"):
        await database.settings.put(HOME, "role:sock", {"name": "sock", "role": role})
        counts = () if role == "shut_out" else ("bug",)
        assert await gold() == [counts, counts, ()]
    await label(database, numbers[2], "ann", "praise")
    await label(database, numbers[2], "sock", "praise")
    assert await gold() == [(), (), ()], "nor in what is said later"


async def test_labels_that_become_one_are_counted_as_one(database, dataset):
    number = await add(database, dataset, 1)
    await label(database, number, "ann", "bug")
    await label(database, number, "bob", "praise")
    warm = Tallies(database.examples)
    assert (await warm.exact(dataset)).state(0) is State.CONFLICT
    merged = Label("praise", "praise", merged_into="bug")
    after = Terms((Label("bug", "bug"), merged, Label("question", "question")), votes_needed=2)
    change = await database.datasets.propose(NewChange(HOME, dataset.id, "mod", 0, after, {}))
    await database.datasets.move(HOME, change.id, ChangeState.DONE)
    assert (await warm.exact(dataset)).labels(0) == ("bug",)


async def test_what_another_process_writes_is_seen(database, dataset, path):
    number = await add(database, dataset, 1)
    warm = Tallies(database.examples)
    assert (await warm.exact(dataset)).state(0) is State.OPEN
    other = await Database.open(path)
    await label(other, number, "mod", "bug", is_moderator=True)
    await other.close()
    assert (await warm.exact(dataset)).state(0) is State.GOLD


async def test_the_largest_are_not_remembered(database, dataset):
    for n in range(3):
        await add(database, dataset, n)
    reader = Reader(database)
    small = Tallies(reader, most_rows=2)
    for _ in range(2):
        assert len((await small.exact(dataset)).texts.number) == 3
    assert reader.whole == 2

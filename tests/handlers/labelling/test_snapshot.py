"""Why each text of a dataset may be shown."""

import pytest

from handlers.labelling.snapshot import agreement_of
from handlers.types import Role
from storage.records import Arm, NewCard, NewLabelVote, Offer, Settled, Settlement, Side
from tests.handlers.labelling.test_guesses import looked, put


@pytest.fixture
async def dataset(bot):
    await bot.ok("/dataset create name:things open_to:members votes:2 pet, car")
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    return dataset


async def shown(bot, dataset, number, arm, side, user="ann", label="pet"):
    """Let somebody label a text that they are shown for a reason."""
    cards, whose = bot.services.storage.cards, (dataset.community, dataset.id, user)
    await cards.take(NewCard(*whose, [Offer(number, arm, None)]))
    given = NewLabelVote(dataset.community, number, user, (label,), side)
    await cards.answer(given)


async def places(bot, dataset):
    """The numbers of the texts by why they may be shown."""
    snapshot = await looked(bot, dataset)
    names = ("new", "measuring", "second", "known")
    queue = {name: getattr(snapshot.queue, name) for name in names}
    return {name: [snapshot.number(one) for one in found] for name, found in queue.items()}


async def test_what_chance_put_among_what_measures_is_finished_by_chance(bot, dataset):
    one, two, three, four = await put(bot, dataset, ["a cat", "two dogs", "my bus", "her bike"])
    await shown(bot, dataset, one, Arm.RANDOM, Side.TEST)
    await shown(bot, dataset, two, Arm.RANDOM, Side.TRAIN)
    await shown(bot, dataset, three, Arm.MARGIN, Side.TEST)
    found = await places(bot, dataset)
    assert found == {"new": [four], "measuring": [one], "second": [two, three], "known": []}
    await shown(bot, dataset, one, Arm.RANDOM, Side.TEST, "bob")
    assert (await places(bot, dataset))["known"] == [one]


async def test_what_people_disagree_on_most_comes_first(bot, dataset):
    agreed, torn = await put(bot, dataset, ["a cat", "two dogs"])
    for user, label in (("ann", "pet"), ("bob", "car"), ("cho", "pet")):
        await shown(bot, dataset, torn, Arm.SECOND, Side.TRAIN, user, label)
    await shown(bot, dataset, agreed, Arm.RANDOM, Side.TRAIN)
    assert torn in (await places(bot, dataset))["second"]


async def test_what_is_certain_measures_people_and_what_is_settled_is_asked_no_more(bot, dataset):
    by_one, by_moderator, out, unclear = await put(bot, dataset, ["a", "b", "c", "d"])
    await shown(bot, dataset, by_one, Arm.RANDOM, Side.TRAIN)
    moderator = bot.by("mod", Role.MODERATOR)
    await moderator.press(f"label:{dataset.id}:{by_moderator}:0")
    settle = bot.services.storage.examples.settle
    for number, settled in ((out, Settled.LEFT_OUT), (unclear, Settled.AMBIGUOUS)):
        await settle(dataset.community, number, Settlement("mod", settled))
    found = await places(bot, dataset)
    assert found == {"new": [], "measuring": [], "second": [by_one], "known": [by_moderator]}


async def test_how_far_others_agree(bot, dataset):
    numbers = await put(bot, dataset, [f"number {n} {n * n}" for n in range(4)])
    for number in numbers[:3]:
        for user in ("ann", "bob", "cho", "dan", "eve"):
            label = "car" if (user, number) == ("cho", numbers[0]) else "pet"
            await shown(bot, dataset, number, Arm.RANDOM, Side.TRAIN, user, label)
    tally = (await looked(bot, dataset)).tally
    assert agreement_of(tally, "ann").agreed == agreement_of(tally, "ann").compared
    cho = agreement_of(tally, "cho")
    assert cho.agreed == cho.compared - 1
    assert agreement_of(tally, "nobody").compared == 0

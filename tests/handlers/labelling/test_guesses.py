"""What a model makes of new texts, so that the queue asks what teaches most."""

import shutil

import pytest

from handlers.labelling.provisional import BODIES
from handlers.learning.dataset import new_example, side_for
from handlers.types import Actor, Language, Role
from storage.records import Arm, NewLabelVote, Side
from tests.handlers.conftest import running
from tests.handlers.labelling.test_label import button, number
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("salted")
ADMIN = Actor("admin", "admin", Role.ADMIN, Language.ENGLISH)


async def dataset_of(bot, labels="pet, car"):
    await bot.ok(f"/dataset create name:things open_to:members votes:1 {labels}")
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    return dataset


async def put(bot, dataset, texts, label=None):
    numbers = []
    for text in texts:
        side = await side_for(bot.services, dataset, text, label) if label else None
        new = new_example(dataset, ADMIN, text, "typed", label, side)
        numbers.append((await bot.services.storage.examples.add(new)).example_id)
    return numbers


async def looked(bot, dataset):
    return await bot.services.queue.renewed(bot.services, dataset)


async def guessed(bot, dataset):
    """Wait until something is guessed; returns the numbers of the texts in their order."""
    snapshot = await looked(bot, dataset)

    async def has_margin():
        nonlocal snapshot
        snapshot = await looked(bot, dataset)
        return snapshot.queue.margin

    await until(has_margin, "a guess")
    return [snapshot.number(place) for place in snapshot.queue.margin]


@pytest.fixture
def some():
    words = ["apple", "bread", "chair", "door", "eagle", "fish", "grass", "house", "ink", "jam"]
    pets = [f"cat {word} purrs {word}" for word in words] + ["cat purrs"]
    cars = [f"car {word} drives {word}" for word in words] + ["car drives"]
    return pets, cars


async def test_a_provisional_model_knows_what_it_is_least_sure_of(bot, some):
    dataset = await dataset_of(bot)
    pets, cars = some
    await put(bot, dataset, pets, "pet")
    await put(bot, dataset, cars, "car")
    sure = await put(bot, dataset, ["cat purrs softly", "car drives slowly"])
    (unsure,) = await put(bot, dataset, ["zzz qqq"])
    order = await guessed(bot, dataset)
    assert order[0] == unsure and set(order) == {unsure, *sure}


async def test_of_several_labels_what_may_or_may_not_have_one_comes_first(bot, some):
    await bot.ok("/dataset create name:things kind:multi votes:1 pet, car")
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    pets, cars = some
    both = [f"{pet} {car}" for pet, car in zip(pets, cars, strict=True)]
    await put(bot, dataset, pets, "pet")
    await put(bot, dataset, cars, "car")
    numbers = await put(bot, dataset, both, "car")
    storage = bot.services.storage
    for each in numbers:
        vote = NewLabelVote(dataset.community, each, "admin", ("pet", "car"), is_moderator=True)
        await storage.votes.label(vote)
    for n in range(10):
        (each,) = await put(bot, dataset, [f"{n} rain falls {n * n}"])
        vote = NewLabelVote(dataset.community, each, "admin", (), Side.TRAIN, is_moderator=True)
        await storage.votes.label(vote)
    sure = await put(bot, dataset, ["cat purrs softly", "car drives slowly"])
    (unsure,) = await put(bot, dataset, ["zzz qqq"])
    order = await guessed(bot, dataset)
    assert order[0] == unsure and set(order) == {unsure, *sure}


async def test_before_there_is_enough_all_comes_by_chance(bot, some):
    dataset = await dataset_of(bot)
    await put(bot, dataset, some[0][:5], "pet")
    await put(bot, dataset, ["zzz qqq", "hm"])
    for _ in range(3):
        assert not (await looked(bot, dataset)).queue.margin


async def test_where_a_model_has_these_labels_it_is_asked(bot):
    overview = await bot.services.models.overview(bot.services.models.find("sentiment"))
    names = ", ".join(overview.labels)
    dataset = await dataset_of(bot, names)
    numbers = await put(bot, dataset, ["one", "two", "three"])
    assert sorted(await guessed(bot, dataset)) == numbers
    shown = str(await bot.ok("/label"))
    assert "%" not in shown and "sentiment" not in shown


async def test_what_the_margin_shows_is_never_measured_on(bot):
    overview = await bot.services.models.overview(bot.services.models.find("sentiment"))
    dataset = await dataset_of(bot, ", ".join(overview.labels))
    await put(bot, dataset, [f"{n} {n * n} {n**5} text" for n in range(40)])
    await guessed(bot, dataset)
    mina = bot.by("mina")
    card = await mina.ok("/label")
    for _ in range(40):
        card = await mina.press(button(card, overview.labels[number(card) % 2]))
    storage = bot.services.storage
    votes = await storage.examples.label_votes(dataset.community, dataset.id)
    sides = {one.id: one.side for one in await storage.examples.all(dataset.community, dataset.id)}
    by_arm = {arm: {sides[one.example_id] for one in votes if one.arm is arm} for arm in Arm}
    assert by_arm[Arm.MARGIN] == {Side.TRAIN}
    assert Side.TEST in by_arm[Arm.RANDOM]


async def test_gold_that_is_unlikely_or_unlike_its_near_duplicate_is_asked_again(bot, some):
    dataset = await dataset_of(bot)
    pets, cars = some
    await put(bot, dataset, [f"{text} {n}" for n in range(2) for text in pets], "pet")
    await put(bot, dataset, [f"{text} {n}" for n in range(2) for text in cars], "car")
    twins = await put(bot, dataset, ["the small red house over there"], "pet")
    twins += await put(bot, dataset, ["The small red house, over there!"], "car")
    await put(bot, dataset, ["zzz qqq"])
    await guessed(bot, dataset)
    snapshot = await looked(bot, dataset)
    second = {snapshot.number(place) for place in snapshot.queue.second}
    assert set(twins) & second
    assert len(second) < 10


async def test_where_no_body_is_bundled_letters_alone_tell(tmp_path, checkpoints, some):
    bundled = tmp_path / "bundled"
    shutil.copytree(checkpoints / "sentiment", bundled / "sentiment")
    async with running(tmp_path / "data", bundled) as bot:
        assert not {*BODIES} & {*bot.services.models.names()}
        dataset = await dataset_of(bot)
        for texts, label in zip(some, ("pet", "car"), strict=True):
            await put(bot, dataset, texts, label)
        numbers = await put(bot, dataset, ["cat purrs softly", "zzz qqq"])
        assert sorted(await guessed(bot, dataset)) == numbers

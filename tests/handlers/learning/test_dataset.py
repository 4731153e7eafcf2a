"""What datasets teach: from judged answers to labelled texts, each on its side."""

import unicodedata
from collections import Counter
from dataclasses import replace

import pytest

from handlers.learning.dataset import name_after, new_example, vote_on
from handlers.learning.label_pool import LabelledText, LabelPool, LeftOut
from handlers.learning.pool import pools, training_examples
from handlers.types import Actor, Language, Role, UserError
from models.canonical import canonical
from storage.records import (
    VOTER_OF_A_FILE,
    Arm,
    Choices,
    Label,
    NewDataset,
    NewLabelVote,
    NewQuery,
    Side,
    Verdict,
)

MOOD = ("joy", "anger")
HOME = "terminal:local"
TRAIN, TEST = Side.TRAIN, Side.TEST


async def judged(bot, text, label, user="ann", labels=MOOD, model="mood@1") -> int:
    """Ask something and choose a label."""
    result = {"labels": list(labels), "scores": [1.0] * len(labels)}
    storage = bot.services.storage
    new = NewQuery(HOME, user, "classify", text, model, result, labels, 1.0)
    number = await storage.queries.add(new)
    await say(bot, number, label, user)
    return number


def person(user: str, role: Role = Role.MODERATOR) -> Actor:
    return Actor(user, user, role, Language.ENGLISH)


async def say(
    bot, number, label, user="ann", verdict=Verdict.WRONG, role: Role = Role.MODERATOR
) -> None:
    storage = bot.services.storage
    query = await storage.queries.get(HOME, number)
    await storage.votes.cast(await vote_on(bot.services, query, person(user, role), verdict, label))


async def gold(bot) -> list[tuple[str, str]]:
    return [
        (one.text, *one.labels) for pool in await pools(bot.services, HOME) for one in pool.examples
    ]


async def test_nothing_gives_nothing(bot):
    assert await pools(bot.services, HOME) == []


async def test_order_of_labels_does_not_split_a_pool_and_the_newest_answer_names_its_model(bot):
    await judged(bot, "sun", "joy")
    await judged(bot, "rain", "anger", labels=("anger", "joy"), model="mood@9")
    sure = pytest.approx(0.75)
    examples = (
        LabelledText(1, "sun", ("joy",), TRAIN, sure),
        LabelledText(2, "rain", ("anger",), TRAIN, sure),
    )
    pool = LabelPool(1, "mood", MOOD, examples, "mood@9", keys=MOOD)
    assert await pools(bot.services, HOME) == [pool]


async def test_larger_pools_come_first(bot):
    await judged(bot, "sun", "joy")
    for text in ("rain", "snow"):
        await judged(bot, text, "yes", labels=("yes", "no"))
    assert [pool.label_set for pool in await pools(bot.services, HOME)] == [("yes", "no"), MOOD]


async def test_texts_stand_in_the_order_of_their_questions(bot):
    numbers = [await judged(bot, text, "joy") for text in "bce"]
    await say(bot, numbers[0], None, verdict=Verdict.UNDONE)
    await say(bot, numbers[0], "joy")
    assert [text for text, _ in await gold(bot)] == ["b", "c", "e"]


async def test_a_tie_is_left_out_until_enough_people_break_it(bot):
    number = await judged(bot, "sun", "joy")
    await say(bot, number, "anger", "bob")
    assert await gold(bot) == []
    for user in ("cid", "dan"):
        await say(bot, number, "anger", user)
    assert await gold(bot) == [("sun", "anger")]


async def test_one_member_is_not_learned_from_alone(bot):
    query = NewQuery(HOME, "ann", "classify", "sun", "mood@1", {"labels": [*MOOD]}, MOOD, 1.0)
    number = await bot.services.storage.queries.add(query)
    for user in "abcd":
        assert await gold(bot) == []
        await say(bot, number, "anger", user, role=Role.MEMBER)
    assert await gold(bot) == [("sun", "anger")]


TWINS = [
    "좋은 영화",
    unicodedata.normalize("NFD", "좋은 영화"),
    " 좋은\u200b  영화\n",
    "\u202e좋은 영화",
    "좋은\u3000영화",
    "\u3164좋은 영화\ufe0f",
]


@pytest.mark.parametrize("spelling", ["점수 １２점", "점수 12점\ufe0f", "점수\u200b 12점"])
async def test_who_disagrees_in_another_spelling_disagrees(bot, spelling):
    await judged(bot, "점수 12점", "joy", "ann")
    number = await judged(bot, unicodedata.normalize("NFD", spelling), "joy", "bob")
    await say(bot, number, "anger", "bob")
    assert await gold(bot) == []


async def test_twins_are_one_example_shown_as_it_was_typed_first(bot):
    for text, user in zip(TWINS, "abcdef", strict=True):
        await judged(bot, text, "joy", user)
    assert await gold(bot) == [("좋은 영화", "joy")]


async def test_texts_that_differ_in_case_are_two_on_one_side(bot):
    for n in range(40):
        await judged(bot, f"text {n}", "joy")
        await judged(bot, f"TEXT {n}", "joy")
    (pool,) = await pools(bot.services, HOME)
    keys = [{one.text.casefold() for one in pool.side(side)} for side in (TRAIN, TEST)]
    assert len(pool.examples) == 80 and all(keys) and keys[0].isdisjoint(keys[1])


async def test_no_example_ever_moves_while_others_come_and_change(bot):
    seen: dict[str, Side] = {}
    for n in range(40):
        number = await judged(bot, f"text {n}", MOOD[n % 2])
        if n % 3 == 0:
            await say(bot, number, MOOD[(n + 1) % 2])
        for one in (await pools(bot.services, HOME))[0].examples:
            assert seen.setdefault(one.text, one.side) is one.side
    assert set(seen.values()) == {TRAIN, TEST}


async def test_who_says_no_is_not_learned_from(bot):
    await judged(bot, "sun", "joy", "ann")
    await judged(bot, "rain", "joy", "bob")
    await bot.services.storage.choices.put(HOME, "ann", Choices(may_train=False))
    assert await gold(bot) == [("rain", "joy")]


async def test_a_label_with_nothing_to_learn_from_is_missing(bot):
    """Where people changed their minds, all texts of a label may be on the test side."""
    bot = replace(
        bot, services=replace(bot.services, rules=replace(bot.services.rules, labels_needed=1))
    )
    first, second = [await judged(bot, text, "joy") for text in ("sun", "rain")]
    for text in ("fog", "hail"):
        await judged(bot, text, "anger")
    assert (await training_examples(bot.services, HOME, None, "m")).name == "mood"
    await say(bot, first, "anger")
    assert second
    with pytest.raises(UserError) as caught:
        await training_examples(bot.services, HOME, None, "m")
    assert caught.value.code == "too_few_labels"
    assert caught.value.facts["missing"] == ["joy 1"]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        *[("sentiment@0", "sentiment"), ("org/Some.Model@abc", "some-model"), ("@", "ours")],
        (unicodedata.normalize("NFD", "우리") + "@1", "우리"),
    ],
)
def test_a_dataset_is_named_after_the_model(model, name):
    assert name_after(model) == name


def test_one_form_for_all_spellings():
    assert {canonical(text) for text in TWINS} == {"좋은 영화"}
    assert canonical("Good") != canonical("good")
    assert canonical("\u200d\u2060 ") == ""


async def test_nobody_supplies_more_of_a_label_than_the_others_do(bot):
    """Two members who agree on everything are not the whole of a class beside four others."""

    async def all_say(text: str, label: str, users: str) -> None:
        query = NewQuery(HOME, "ann", "classify", text, "mood@1", {"labels": [*MOOD]}, MOOD, 1.0)
        number = await bot.services.storage.queries.add(query)
        for user in users:
            await say(bot, number, label, user, role=Role.MEMBER)

    for n in range(30):
        await all_say(f"{n * 7919} flood {n * 104729}", "joy", "stuv")
    for n in range(6):
        await all_say(f"{n * 6007} honest {n * 7001}", "joy", "abcd")
    (pool,) = await pools(bot.services, HOME)
    texts = Counter(one.text.split()[1] for one in pool.side(TRAIN))
    assert pool.left_out[LeftOut.SHARE] > 0
    assert texts["flood"] <= texts["honest"] * 4
    for n in range(30):
        query = NewQuery(HOME, "m", "classify", f"mod {n * 7919} {n}", "mood@1", {}, MOOD, 1.0)
        number = await bot.services.storage.queries.add(query)
        await say(bot, number, "anger", "mod")
    (pool,) = await pools(bot.services, HOME)
    assert sum(one.labels == ("anger",) for one in pool.examples) > 20


async def test_what_measures_is_said_without_an_answer_on_texts_that_no_model_chose(bot):
    """What is typed and what is said of answers measure only where there is nothing better."""
    storage, texts = bot.services.storage, ("sun", "rain", "fog over the hills", "snow at night")
    labels = (Label("joy", "joy"), Label("anger", "anger"))
    new = NewDataset(labels, community=HOME, name="weather", votes_needed=2)
    dataset = await storage.datasets.create(new)

    async def tested() -> list[str]:
        return [one.text for pool in await pools(bot.services, HOME) for one in pool.side(TEST)]

    def vote(number: int, arm: Arm | None, user: str = "mod") -> NewLabelVote:
        return NewLabelVote(HOME, number, user, ("joy",), TEST, is_moderator=True, arm=arm)

    mod = person("mod")
    numbers = [
        (
            await storage.examples.add(new_example(dataset, mod, text, "typed", None, None))
        ).example_id
        for text in texts
    ]
    for number, arm in zip(numbers[:2], (None, Arm.MARGIN), strict=True):
        await storage.votes.label(vote(number, arm))
    assert await tested() == ["sun", "rain"]
    await storage.votes.label(vote(numbers[2], Arm.RANDOM))
    assert await tested() == ["fog over the hills"]
    await storage.votes.label(vote(numbers[3], Arm.CHECK))
    assert await tested() == ["fog over the hills"]
    await storage.votes.label(vote(numbers[1], None, f"{VOTER_OF_A_FILE}1"))
    assert await tested() == ["rain", "fog over the hills"]

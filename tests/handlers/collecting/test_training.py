"""`/finetune` learns from a dataset of a community's own labels, by its name."""

from random import Random

import pytest

from handlers.learning.pool import training_examples
from handlers.types import UserError

WORDS = [
    "sun",
    "rain",
    "snow",
    "fog",
    "hail",
    "wind",
    "storm",
    "frost",
    "dew",
    "mist",
    "cloud",
    "sky",
    "sea",
    "hill",
    "tree",
    "leaf",
]


@pytest.fixture
async def full(bot):
    await bot.ok("/dataset create name:feedback bug, praise")
    for n in range(12):
        words = " ".join(Random(f"{n} {word}").choice(WORDS) for word in range(8))
        await bot.ok(f"/dataset add {words} label:{('bug', 'praise')[n % 2]}")
    return bot


async def named(bot, name):
    (dataset,) = [
        one
        for one in await bot.services.storage.datasets.all(bot.place.community)
        if one.name == name
    ]
    return await training_examples(bot.services, bot.place.community, None, "m", dataset)


async def test_all_gold_texts_are_learned_from_or_measured_on(full):
    pool = await named(full, "feedback")
    assert pool.label_set == ("bug", "praise") and pool.counts() == {"bug": 6, "praise": 6}
    assert pool.model == "feedback"
    await full.press("example:1:leave_out")
    assert (await named(full, "feedback")).counts() == {"bug": 5, "praise": 6}


async def test_who_wants_no_model_to_learn_from_theirs(full):
    await full.ok("/me learn:no")
    with pytest.raises(UserError) as caught:
        await named(full, "feedback")
    assert caught.value.code == "too_few_gold"


async def test_what_cannot_be_learned_from_yet(full):
    await full.ok("/dataset create name:empty a, b")
    await full.ok("/dataset create name:several kind:multi a, b")
    empty = await full.say("/finetune dataset:empty")
    assert empty.error.code == "too_few_gold"
    assert "on the two sides that /dataset show counts" in empty.text, "not of all gold"
    assert await full.code("/finetune dataset:several") == "too_few_gold"
    assert await full.code("/finetune dataset:nothing") == "no_such_dataset"


async def test_a_model_is_trained_and_its_answers_teach_the_dataset(full, trains_here):
    done = await full.ok("/finetune dataset:feedback name:ours epochs:1")
    assert "ours@1 is trained" in str(done)
    answer = await full.ok("/classify it broke again today model:ours")
    assert {bar.label for bar in answer.bars} == {"bug", "praise"}
    await full.press(answer.controls[0].id)
    assert "13 texts" in (await full.ok("/dataset show feedback")).text


@pytest.mark.parametrize("change", ["edit what:add to:other dataset:feedback", "archive feedback"])
async def test_what_was_said_of_an_answer_is_taken_back_where_it_was_said(
    full, trains_here, change
):
    await full.ok("/finetune dataset:feedback name:ours epochs:1")
    answer = await full.ok("/classify it broke again today model:ours")
    number = answer.footer["query"].lstrip("#")
    await full.press(f"fb:{number}:right")
    (button,) = (await full.ok(f"/dataset {change}")).controls
    await full.press(button.id)
    assert (await full.press(f"fb:{number}:undo")).error is None
    (dataset,) = await full.services.storage.datasets.all(full.place.community)
    votes = await full.services.storage.examples.label_votes(dataset.community, dataset.id)
    assert len(votes) == 12


async def test_answers_go_on_teaching_a_dataset_that_has_got_a_label_more(full, trains_here):
    await full.ok("/finetune dataset:feedback name:ours epochs:1")
    (button,) = (await full.ok("/dataset edit what:add to:other dataset:feedback")).controls
    await full.press(button.id)
    answer = await full.ok("/classify it broke again today model:ours")
    said = await full.press(f"fb:{answer.footer['query'].lstrip('#')}:label", "praise")
    assert "learns from it" in said.text
    assert "13 texts" in (await full.ok("/dataset show feedback")).text
    assert len(await full.services.storage.datasets.all(full.place.community)) == 1

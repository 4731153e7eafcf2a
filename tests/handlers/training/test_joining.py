"""Labels that were added, renamed, merged or retired since a version was trained: it goes on."""

import pytest

from handlers.training.plan import make_plan
from handlers.types import Request
from models.finetune.network.checkpoint import load_base
from tests.handlers.collecting.test_training import WORDS

HOME = "terminal:local"
pytestmark = pytest.mark.usefixtures("trains_here", "salted")
ADJECTIVES = ("old", "new", "red", "odd", "big", "sad", "wet", "dry")


@pytest.fixture
async def full(bot):
    await bot.ok("/dataset create name:feedback bug, praise, other")
    await texts_of(bot, ("bug", "praise", "other"))
    return bot


async def texts_of(bot, labels, first=0):
    for n in range(first, first + 6 * len(labels)):
        word, adjective = WORDS[n % len(WORDS)], ADJECTIVES[n * 5 % len(ADJECTIVES)]
        text = f"{adjective} {word} {n} {WORDS[n * 7 % len(WORDS)]}"
        await bot.ok(f"/dataset add {text} label:{labels[n % len(labels)]} dataset:feedback")


async def changed(bot, what):
    asked = await bot.ok(f"/dataset edit {what} dataset:feedback")
    await bot.press(asked.controls[0].id)


async def trained(bot, model):
    """Train, and return the labels of the new version with those that its head began afresh."""
    line = f"/finetune model:{model} recipe:full name:ours"
    read = bot.dispatcher.read(line)
    request = Request(read.command, read.options, bot.actor, bot.place, told)
    plan = (await make_plan(request, bot.services)).plan
    classifier, _ = load_base(plan.base, plan.labels, renamed=plan.renamed)
    await bot.ok(f"{line} epochs:1")
    version = (await bot.services.storage.versions.all(HOME))[-1]
    return version.label_set, classifier.fresh


async def told(_reply):
    """Nobody watches."""


async def test_a_version_goes_on_with_what_its_labels_have_become(full):
    labels = ("bug", "praise", "other")
    assert await trained(full, "fillmask dataset:feedback") == (labels, labels)
    await changed(full, "what:rename label:bug to:defect")
    assert await trained(full, "ours@1") == (("defect", "praise", "other"), ())
    await changed(full, "what:rename label:defect to:fault")  # ours@2 has never heard of bug
    assert await trained(full, "ours@2") == (("fault", "praise", "other"), ())

    await changed(full, "what:add to:question")
    await texts_of(full, ("question",), first=100)
    labels = ("fault", "praise", "other", "question")
    assert await trained(full, "ours@3") == (labels, ("question",))
    await changed(full, "what:merge label:other to:praise")
    assert await trained(full, "ours@4") == (("fault", "praise", "question"), ())
    await changed(full, "what:retire label:question")
    assert await trained(full, "ours@5") == (("fault", "praise"), ())


async def test_a_new_label_without_a_text_is_named(full):
    await trained(full, "fillmask dataset:feedback")
    await changed(full, "what:add to:question")
    reply = await full.say("/finetune model:ours recipe:full epochs:1")
    assert reply.error.code == "too_few_gold" and "question 3" in reply.text


async def test_a_model_of_other_labels_begins_afresh_where_the_dataset_is_named(full):
    assert await full.code("/finetune model:sentiment") == "no_labels_for"
    labels = ("bug", "praise", "other")
    assert await trained(full, "sentiment dataset:feedback") == (labels, labels)

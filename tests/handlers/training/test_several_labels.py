"""The loop where several labels may hold: sets are judged, learned, measured and corrected."""

import json
import shutil

import pytest

from handlers.learning.gate.verdict import Verdict
from handlers.learning.pool import pools
from handlers.training.report import from_json
from handlers.types import Role
from storage.records import DatasetKind, Side
from tests.handlers.conftest import ELSEWHERE, filled
from tests.handlers.judging import gather_labels

HOME = "terminal:local"
GOOD = ["good", "good movie", "good food", "the good end", "good good movie", "good the end"]
BAD = ["bad", "bad movie", "bad food", "the bad end", "bad bad movie", "bad the end"]
BOTH = ["good bad", "bad good food", "good movie bad end", "bad food good end", "good bad movie"]
NEITHER = ["the", "movie", "food", "the end", "the movie", "movie food"]
SETS = [
    *((text, ("praise",)) for text in GOOD),
    *((text, ("bug",)) for text in BAD),
    *((text, ("bug", "praise")) for text in BOTH),
    *((text, ()) for text in NEITHER),
]
pytestmark = pytest.mark.usefixtures("trains_here")


async def collected(bot, sets=SETS, labels="bug, praise"):
    """A dataset of sets, each given by a moderator without a model's answer before them."""
    await bot.ok(f"/dataset create name:feedback kind:multi {labels}")
    for number, (text, held) in enumerate(sets, start=1):
        await bot.ok(f"/dataset add {text} dataset:feedback")
        for label in held or ("bug", "bug"):  # what is toggled twice: none holds
            assert (await bot.press(f"example:{number}:label", label)).error is None


@pytest.fixture(scope="module")
def folder_of_sets(tmp_path_factory, checkpoints):
    async def collect(bot):
        await bot.services.storage.settings.put(HOME, "salt_of_sides", "salt")
        await collected(bot)

    return filled(tmp_path_factory.mktemp("sets"), checkpoints, collect)


@pytest.fixture
def sets(folder_of_sets, tmp_path):
    """What `bot` finds in its folder, so this comes before it."""
    shutil.copytree(folder_of_sets, tmp_path, dirs_exist_ok=True)


async def test_the_whole_loop(sets, bot, tmp_path):
    (pool,) = await pools(bot.services, HOME)
    assert pool.is_multi and {one.text: one.labels for one in pool.examples} == dict(SETS)
    done = await bot.ok("/finetune dataset:feedback name:ours epochs:2")
    measures = [row[0] for row in done.table.rows]
    assert measures[:3] == ["all labels right", "micro-F1", "macro-F1"]
    assert [file.name for file in done.files] == ["loss.png", "decisions.png"]
    assert "ours@1 decides about each label" in done.files[1].alt

    (version,) = await bot.services.storage.versions.all(HOME)
    config = json.loads((tmp_path / version.folder / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"
    snapshot = await bot.services.storage.snapshots.get(HOME, version.snapshot_id)
    assert {row.held for row in snapshot.rows} == {(), (0,), (1,), (0, 1)}
    assert {row.label for row in snapshot.rows} == {-1}
    report = from_json(version.metrics["report"])
    assert report.is_multi_label and report.texts == len(pool.side(Side.TEST))
    assert [sum(one) for one in report.decisions] and report.judgement is None

    assert (await bot.ok("/classify good movie model:ours")).footer["model"] == "ours@1"
    assert "▶ ours@1" in (await bot.ok("/version list ours")).table.rows[0]


@pytest.mark.parametrize("recipe", ["auto", "head", "trainer"])
async def test_each_recipe_and_the_control_beside_it(sets, bot, recipe):
    done = await bot.ok(f"/finetune dataset:feedback name:ours recipe:{recipe}")
    assert done.title == "ours@1 is trained"
    assert "gets all labels of" in done.text and "TF-IDF" in done.text
    (version,) = await bot.services.storage.versions.all(HOME)
    assert version.recipe == ("trainer" if recipe == "trainer" else "head")
    assert (await bot.ok("/classify good bad model:ours")).footer["model"] == "ours@1"


async def test_a_correction_of_a_version_is_a_vote_on_the_set(sets, bot):
    await bot.ok("/finetune dataset:feedback name:ours epochs:1")
    reply = await bot.ok("/classify a text that nobody knows model:ours")
    number = reply.footer["query"].lstrip("#")
    said = await bot.press(f"fb:{number}:label", "bug, praise")
    assert "Tokki learns from it" in said.text
    assert (await learned(bot))["a text that nobody knows"] == ("bug", "praise")
    none = await bot.press(f"fb:{number}:none")
    assert "no label fits" in none.text and "Tokki learns from it" in none.text
    assert (await learned(bot))["a text that nobody knows"] == ()
    await bot.press(f"fb:{number}:undo")
    assert "a text that nobody knows" not in await learned(bot)
    (dataset,) = await bot.services.storage.datasets.all(HOME)
    assert dataset.name == "feedback"


async def learned(bot):
    (pool,) = await pools(bot.services, HOME)
    return {one.text: one.labels for one in pool.examples}


async def test_two_members_who_choose_the_same_set_agree(salted, bot):
    await collected(bot, SETS[:1])
    ann, bob = bot.by("ann"), bot.by("bob")
    await bot.ok("/dataset edit what:open_to to:members dataset:feedback")
    answers = [await person.ok("/classify good end model:moods") for person in (ann, bob)]
    numbers = [answer.footer["query"].lstrip("#") for answer in answers]
    labels = [bar.label for bar in answers[0].bars]
    said = await ann.press(f"fb:{numbers[0]}:label", ", ".join(labels[:2]))
    assert "once more people" in said.text
    said = await bob.press(f"fb:{numbers[1]}:label", ", ".join(labels[:1]))
    assert "once more people" in said.text or "settled" in said.text
    sets = list(await bot.services.storage.datasets.all(HOME))
    assert [one.kind for one in sets] == [DatasetKind.MULTI] * 2
    assert sorted(sets[1].labels) == sorted(labels)


async def test_a_version_that_goes_on_is_compared_by_sets(sets, bot):
    await bot.ok("/finetune dataset:feedback name:ours epochs:1")
    done = await bot.ok("/finetune model:ours name:ours epochs:2")
    assert done.title == "ours@2 is trained"
    assert done.table.columns[1:] == ("ours@2", "ours@1")
    _, version = await bot.services.storage.versions.all(HOME)
    report = from_json(version.metrics["report"])
    assert report.judgement and report.judgement.verdict in set(Verdict)
    for button in done.controls:
        if button.id.startswith("differ:"):
            told = await bot.press(button.id)
            cells = {cell for row in told.table.rows for cell in row[1:]}
            assert cells <= {"bug", "praise", "bug, praise", "no label"}


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ([(text, ("bug",)) for text in (*GOOD, *BAD)], "too_few_gold"),  # praise never holds
        ([(text, ("bug", "praise")) for text in (*GOOD, *BAD)], "label_everywhere"),
        ([(text, ()) for text in NEITHER], "too_few_gold"),
        ([], "too_few_gold"),
    ],
)
async def test_what_nothing_can_be_learned_from(salted, bot, held, code):
    await collected(bot, held)
    assert await bot.code("/finetune dataset:feedback") == code


async def test_a_dataset_of_one_label_and_one_of_sets_keep_apart(salted, bot):
    """The same names of labels: each answer goes where as many hold as in the model."""
    sets = [("so it is", ("positive",)), ("or is it", ("positive", "neutral"))]
    await collected(bot, sets, labels="positive, negative, neutral")
    await gather_labels(bot, [("a sunny day", "positive")])
    one, other = await bot.services.storage.datasets.all(HOME)
    assert (one.kind, other.kind) == (DatasetKind.MULTI, DatasetKind.SINGLE)
    assert len(await bot.services.storage.examples.texts(HOME, one.id)) == 2


async def test_another_community_learns_nothing_of_it(sets, bot):
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert await stranger.code("/finetune") == "no_labels"

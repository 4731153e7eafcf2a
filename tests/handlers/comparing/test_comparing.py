"""People say which of two versions is right, without knowing which is which."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from handlers.comparing.starting import compare_button
from handlers.learning.dataset import keys_of
from handlers.types import Language, Role
from storage.records import (
    Choices,
    ComparisonState,
    DatasetKind,
    Label,
    NewComparison,
    NewDataset,
    NewExample,
    NewLabelVote,
    NewSnapshot,
    NewVersion,
    Side,
    SnapshotRow,
)
from tests.handlers.conftest import ELSEWHERE, filled, running
from tests.models.tiny import KINDS

HOME = "terminal:local"
LABELS = ("negative", "neutral", "positive")
TURNED = {"negative": "neutral", "neutral": "positive", "positive": "negative"}
"""What the new version says where the live one says this: they never agree."""
FOLDER = "models/trained/turned"
pytestmark = pytest.mark.xdist_group("comparing versions")


async def add(bot, dataset, text, user="ann", label=None):
    keys = keys_of(text)
    example = NewExample(
        HOME, dataset, user, text, keys.canonical, keys.group, "typed",
        fingerprint=keys.fingerprint, labels=(label,) if label else None,
        side=Side.TRAIN if label else None,
    )  # fmt: skip
    return (await bot.services.storage.examples.add(example)).example_id


async def settle_in(bot, folder, texts=60):
    """A version that turns every answer round, of a dataset that two people have labelled."""
    KINDS["bert"](folder / FOLDER)
    config = folder / FOLDER / "config.json"
    turned = json.loads(config.read_text())
    names = {place: TURNED[name] for place, name in turned["id2label"].items()}
    turned |= {"id2label": names, "label2id": {name: int(at) for at, name in names.items()}}
    config.write_text(json.dumps(turned))
    storage = bot.services.storage
    labels = tuple(Label(one, one) for one in LABELS)
    dataset = (await storage.datasets.create(NewDataset(labels, community=HOME, name="moods"))).id
    learned = [
        await add(bot, dataset, f"learned {n}", user, "positive")
        for n, user in enumerate(["large"] * 12 + ["ann"] + ["bob"])
    ]
    rows = tuple(SnapshotRow(number, 2, 1.0) for number in learned)
    snapshot = await storage.snapshots.take(NewSnapshot(HOME, dataset, "hash", LABELS, rows))
    made = NewVersion(HOME, "sentiment", FOLDER, "fillmask@0", LABELS, snapshot_id=snapshot.id)
    await storage.versions.add(made)
    for n in range(texts):
        await add(bot, dataset, f"good movie number {n}")
    return dataset


@pytest.fixture(scope="module")
def settled_in(tmp_path_factory, checkpoints):
    """The data of a community with a version and a dataset of many texts."""
    folder = tmp_path_factory.mktemp("settled")
    return filled(folder, checkpoints, partial(settle_in, folder=folder))


@pytest.fixture(scope="module")
def beginning(tmp_path_factory, checkpoints, settled_in):
    """The same once a comparison has begun, with what was said of that."""
    said = []

    async def begin(bot):
        said.append(await bot.press("compare:sentiment@1"))
        await bot.services.shadow.settled()

    folder = shutil.copytree(settled_in, tmp_path_factory.mktemp("begun"), dirs_exist_ok=True)
    filled(folder, checkpoints, begin)
    assert said[0].error is None, said[0].text
    return folder, said[0]


@pytest.fixture
def dataset(settled_in, tmp_path):
    """What `bot` finds in its folder, so this comes before it, as `begun` does."""
    shutil.copytree(settled_in, tmp_path, dirs_exist_ok=True)
    return 1


@pytest.fixture
def begun(beginning, tmp_path):
    folder, said = beginning
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return said


async def card(bot):
    return await bot.ok("/label moods")


def choices(reply):
    """The new version's button, the live one's, and the others by their choice."""
    first, second, *others = reply.controls
    if TURNED[first.label] == second.label:
        first, second = second, first
    return {"new": first.id, "live": second.id} | {
        one.id.rpartition(":")[2]: one.id for one in others
    }


async def judge(people, preferred, count):
    """Let people judge in turn; returns the last reply."""
    for n in range(count):
        person = people[n % len(people)]
        reply = await person.press(choices(await card(person))[preferred])
        assert reply.error is None, reply.text
    return reply


async def test_a_card_has_both_answers_and_no_names(begun, bot):
    shown = await card(bot.by("mina"))
    assert "good movie number" in shown.text and "0 of 150" in shown.title
    drawn = {one.label for one in shown.controls[:2]}
    assert len(drawn) == 2 and drawn < set(LABELS)
    assert "@" not in shown.title + shown.text + "".join(one.label for one in shown.controls)
    assert [one.label for one in shown.controls[2:]] == ["Neither", "Skip", "Stop"]


async def test_the_place_is_drawn(begun, bot):
    people = [bot.by(f"user {n}") for n in range(20)]
    firsts = {(shown := await card(one)).controls[0].id == choices(shown)["new"] for one in people}
    assert firsts == {True, False}


async def test_after_fifty_the_gate_finds_it_better_and_it_may_answer(begun, bot):
    refused = await bot.press("live:sentiment@1")
    assert refused.error.code == "gate_closed"
    people = [bot.by(f"user {n}") for n in range(5)]
    await judge(people, "new", 49)
    assert await bot.services.storage.notices.of(HOME) == []
    await judge(people, "new", 1)
    (found,) = await bot.services.storage.comparisons.all(HOME)
    assert found.state is ComparisonState.DONE and found.verdict["verdict"] == "better"
    told = await bot.ok("/version list")
    assert "sentiment@1 is better than sentiment@0: of 50 texts" in told.text
    (use,) = told.controls
    assert use.id == "live:sentiment@1"
    assert (await bot.press(use.id)).error is None
    assert (await bot.ok("/classify good")).footer["model"] == "sentiment@1"
    assert "versus" not in (await card(bot.by("mina"))).controls[0].id


async def test_what_is_worse_is_said_and_does_not_answer(begun, bot):
    await judge([bot.by(f"user {n}") for n in range(5)], "live", 50)
    told = await bot.korean().ok("/버전 목록")
    assert "sentiment@1 버전이 sentiment@0 버전보다 못해요" in told.text and not told.controls
    assert (await bot.press("live:sentiment@1")).error.code == "gate_closed"


async def test_what_is_neither_goes_on(begun, bot):
    await judge([bot.by(f"user {n}") for n in range(5)], "neither", 50)
    (found,) = await bot.services.storage.comparisons.running(HOME)
    assert found.id == 1
    (found,) = await bot.services.storage.comparisons.all(HOME)
    assert found.verdict["verdict"] == "not_shown" and found.verdict["look"] == 50


async def test_who_supplied_a_tenth_judges_nothing(begun, bot):
    large, small = bot.by("large"), bot.by("mina")
    assert not (await card(large)).controls[0].id.startswith("versus:")
    shown = await card(small)
    refused = await large.press(choices(shown)["new"])
    assert refused.error.code == "supplied_too_much"
    assert (await small.press(choices(shown)["new"])).error is None


async def test_the_first_judgement_of_a_text_holds(begun, bot):
    mina, jun = bot.by("mina"), bot.by("jun")
    shown = await card(mina)
    assert choices(await card(jun)) != choices(shown), "nobody else is asked meanwhile"
    await mina.press(choices(shown)["new"])
    again = await mina.press(choices(shown)["live"])
    assert "Somebody else was quicker" in again.text or "counts" not in again.text
    tally = await bot.services.storage.comparisons.tally(HOME, 1)
    assert (tally.wins, tally.losses) == (1, 0)


async def test_a_text_may_be_skipped_and_one_may_stop(begun, bot):
    mina = bot.by("mina")
    first = await card(mina)
    skipped = await mina.press(choices(first)["skip"])
    assert choices(skipped)["new"] != choices(first)["new"]
    stopped = await mina.press(choices(skipped)["stop"])
    assert "/label goes on" in stopped.text
    assert (await bot.services.storage.comparisons.tally(HOME, 1)).judged == 0


async def test_questions_of_those_who_let_models_learn_are_compared(bot, tmp_path):
    dataset = await settle_in(bot, tmp_path, texts=0)
    await bot.press("compare:sentiment@1")
    await bot.services.storage.choices.put(HOME, "shy", Choices(may_train=False))
    await bot.by("shy").ok("/classify a secret bad movie")
    await bot.by("mina").ok("/classify a good movie")
    await bot.by("mina").ok("/classify good food model:sentiment@1")
    await bot.services.shadow.settled()
    texts = (await bot.services.storage.examples.texts(HOME, dataset)).values()
    assert [one for one in texts if not one.startswith("learned")] == ["a good movie"]
    (found,) = await bot.services.storage.comparisons.all(HOME)
    assert found.compared == 1
    assert "a good movie" in (await card(bot.by("jun"))).text


async def test_an_admin_may_stop_it(begun, bot):
    (stop,) = begun.controls
    assert (await bot.by("mina").press(stop.id)).error.code == "role_admin"
    listed = await bot.ok("/version list")
    assert "sentiment@1 beside sentiment@0: 0 of 150 judged" in listed.text
    assert [one.id for one in listed.controls] == [stop.id]
    pending = choices(await card(bot.by("mina")))
    stopped = await bot.press(stop.id)
    assert "Nobody is asked to compare sentiment@1" in stopped.text
    assert stopped.controls == (compare_button("sentiment@1", Language.ENGLISH),)
    late = await bot.by("mina").press(pending["new"])
    assert "over" in late.text or "quicker" in late.text
    assert (await bot.press(stop.id)).error.code == "no_comparison"
    deeds = [row[3] for row in (await bot.ok("/audit")).table.rows]
    assert deeds == [
        "ended the comparison of sentiment@1 with sentiment@0",
        "began to compare sentiment@1 with sentiment@0 in chat",
    ]


async def test_it_ends_by_itself_and_says_so(dataset, bot):
    late = datetime.now(UTC) - timedelta(seconds=1)
    comparison = NewComparison(HOME, dataset, "sentiment@1", "sentiment@0", 1, "ann", late)
    await bot.services.storage.comparisons.start(comparison)
    assert not (await card(bot.by("mina"))).controls[0].id.startswith("versus:")
    (found,) = await bot.services.storage.comparisons.all(HOME)
    assert found.state is ComparisonState.EXPIRED
    assert "not shown to be better than sentiment@0" in (await bot.ok("/version list")).text


async def test_it_goes_on_in_the_next_process(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints) as bot:
        await settle_in(bot, tmp_path, texts=30)
        await bot.press("compare:sentiment@1")
        await bot.services.shadow.settled()
        shown = await card(bot.by("mina"))
    async with running(tmp_path, checkpoints) as bot:
        mina = bot.by("mina")
        assert choices(await card(mina)) == choices(shown), "theirs is theirs"
        assert (await mina.press(choices(shown)["new"])).error is None
        await bot.services.shadow.settled()
        (found,) = await bot.services.storage.comparisons.all(HOME)
        assert found.compared == 30, "nothing is asked twice"


async def test_who_is_erased_has_judged_nothing(begun, bot):
    await judge([bot.by("mina"), bot.by("jun")], "new", 4)
    await bot.by("mina").press("mine:erase_now")
    tally = await bot.services.storage.comparisons.tally(HOME, 1)
    assert tally.wins == 2


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("compare:sentiment@9", "unknown_model"),
        ("compare:nobody@1", "unknown_model"),
        ("compare:sentiment", "unknown_control"),
        ("compare:../etc@1", "unknown_control"),
        ("stop_comparing:9", "no_comparison"),
        ("stop_comparing:x", "unknown_control"),
        ("versus:9:1:first", "no_comparison"),
        ("versus:1:1", "unknown_control"),
        ("versus:1:1:third", "unknown_control"),
    ],
)
async def test_what_is_none_of_ours_is_refused(dataset, bot, control, code):
    assert (await bot.press(control)).error.code == code


async def test_what_cannot_be_compared_is_said(begun, bot):
    assert (await bot.press("compare:sentiment@1")).error.code == "comparison_running"
    made = NewVersion(HOME, "sentiment", FOLDER, "fillmask@0", LABELS)
    await bot.services.storage.versions.add(made)
    assert (await bot.press("compare:sentiment@2")).error.code == "nothing_to_compare"
    await bot.ok('/version promote sentiment@1 reason:"it is tried"')
    assert (await bot.press("compare:sentiment@1")).error.code == "nothing_to_compare"
    stranger = bot.by("admin", Role.ADMIN, ELSEWHERE)
    assert (await stranger.press("stop_comparing:1")).error.code == "no_comparison"
    assert (await stranger.press("compare:sentiment@1")).error.code == "unknown_model"


async def test_nobody_judges_more_than_a_third(begun, bot):
    mina = bot.by("mina")
    vote = NewLabelVote(HOME, 1, "jun", ("positive",))
    await bot.services.storage.votes.label(vote)
    await judge([mina], "neither", 50)
    assert not (await card(mina)).controls[0].id.startswith("versus:")
    moderator = bot.by("mod", Role.MODERATOR)
    assert (await card(moderator)).controls[0].id.startswith("versus:")


async def test_several_labels_are_not_compared(bot, tmp_path):
    labels = tuple(Label(one, one) for one in LABELS)
    new = NewDataset(labels, community=HOME, name="several", kind=DatasetKind.MULTI)
    several = (await bot.services.storage.datasets.create(new)).id
    await settle_in(bot, tmp_path, texts=0)
    rows = (SnapshotRow(await add(bot, several, "good and bad"), -1, 1.0, (0, 1)),)
    taken = NewSnapshot(HOME, several, "other", LABELS, rows)
    snapshot = await bot.services.storage.snapshots.take(taken)
    made = NewVersion(HOME, "sentiment", FOLDER, "fillmask@0", LABELS, snapshot_id=snapshot.id)
    await bot.services.storage.versions.add(made)
    assert (await bot.press("compare:sentiment@2")).error.code == "several_not_compared"

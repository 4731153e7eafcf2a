"""A version that people do not accept goes back by itself; what drifts is told once."""

import shutil

import pytest

from handlers.types import Language, Role
from handlers.watching.retraining import retrain_button
from handlers.watching.watcher import look
from storage.records import Choices, NewQuery, NewVersion, NewVote, NoticeKind, Side, Verdict
from tests.handlers.conftest import ELSEWHERE, filled
from tests.models.tiny import KINDS

HOME = "terminal:local"
LABELS = ("negative", "neutral", "positive")
pytestmark = pytest.mark.xdist_group("watching versions")


async def second(bot, folder):
    """A second version of `sentiment`."""
    second = "models/trained/second"
    KINDS["bert"](folder / second)
    made = NewVersion(HOME, "sentiment", second, "fillmask@0", LABELS)
    await bot.services.storage.versions.add(made)


async def ask(bot, model, text="good", user="ann", label="positive", score=0.9) -> int:
    others = [one for one in LABELS if one != label]
    result = {"labels": [label, *others], "scores": [score, 1 - score, 0.0]}
    query = NewQuery(HOME, user, "classify", text, model, result, LABELS, 1.0)
    return await bot.services.storage.queries.add(query)


async def judge(bot, model, right, count, people=9):
    """Let people judge answers, so many of ten of which are right."""
    for n in range(count):
        number = await ask(bot, model, f"text {model} {n}")
        verdict = Verdict.RIGHT if n % 10 < right else Verdict.WRONG
        keys = (str(number).encode(), str(number).encode())
        whose = (HOME, number, f"user {n % people}", verdict, None, "sentiment")
        await bot.services.storage.votes.cast(NewVote(*whose, *keys, Side.TRAIN))


async def press(bot, model, choice):
    number = await ask(bot, model)
    await bot.by("last").press(f"fb:{number}:{choice}")
    await bot.services.watch.settled()


async def live(bot):
    return (await bot.ok("/classify good")).footer["model"]


@pytest.fixture(scope="module")
def folder_of_two(tmp_path_factory, checkpoints):
    """The data of a community whose admin lets a second version answer after a first one."""
    folder = tmp_path_factory.mktemp("second")

    async def promote(bot):
        await second(bot, folder)
        await judge(bot, "sentiment@0", 9, 60)
        await bot.ok('/version promote sentiment@1 reason:"it is tried"')
        assert await live(bot) == "sentiment@1"

    return filled(folder, checkpoints, promote)


@pytest.fixture(scope="module")
def folder_of_a_fall(tmp_path_factory, checkpoints, folder_of_two):
    """The same once people have judged the second version, which nobody has looked at."""
    folder = shutil.copytree(folder_of_two, tmp_path_factory.mktemp("fall"), dirs_exist_ok=True)
    return filled(folder, checkpoints, lambda bot: judge(bot, "sentiment@1", 3, 60))


@pytest.fixture
def promoted(folder_of_two, tmp_path):
    """What `bot` finds in its folder, so this comes before it, as the others do."""
    shutil.copytree(folder_of_two, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def fallen(folder_of_a_fall, tmp_path):
    shutil.copytree(folder_of_a_fall, tmp_path, dirs_exist_ok=True)


async def test_a_version_that_falls_goes_back_and_says_so(fallen, bot):
    await press(bot, "sentiment@1", "wrong")
    assert await live(bot) == "sentiment@0"
    entry = (await bot.ok("/audit what:versions")).table.rows[0]
    assert entry[3].startswith("sentiment now means sentiment@1")
    first = await bot.ok("/audit")
    assert first.table.rows[0][2] == "Tokki"
    assert "sentiment now means sentiment@0 (before: sentiment@1)" in first.table.rows[0][3]


async def test_admins_are_told_once_and_may_take_it_back(fallen, bot):
    await press(bot, "sentiment@1", "wrong")
    member = await bot.by("mina").ok("/version list")
    assert "people accepted too few answers" in member.text and not member.controls
    told = await bot.ok("/version list")
    assert told.text.count("means sentiment@0 again") == 1
    (again,) = told.controls
    assert (again.id, again.label) == ("live:sentiment@1", "Use sentiment@1 again")
    assert not (await bot.ok("/version list")).controls, "it was told"
    assert (await bot.press(again.id)).error is None
    await press(bot, "sentiment@1", "wrong")
    assert await live(bot) == "sentiment@1", "an admin has decided"


async def test_one_person_alone_brings_nothing_down(promoted, bot):
    await judge(bot, "sentiment@1", 0, 60, people=1)
    await press(bot, "sentiment@1", "right")
    assert await live(bot) == "sentiment@1"
    assert await bot.services.storage.notices.of(HOME) == []


async def let(bot, role):
    for user in (f"user {n}" for n in range(9)):
        granted = {"name": user, "role": role}
        await bot.services.storage.settings.put(HOME, f"role:{user}", granted)


async def test_who_is_shut_out_brings_nothing_down(fallen, bot):
    await let(bot, "shut_out")
    await press(bot, "sentiment@1", "wrong")
    assert await live(bot) == "sentiment@1"
    await let(bot, "permissions")
    await press(bot, "sentiment@1", "wrong")
    assert await live(bot) == "sentiment@0"


async def test_a_version_that_people_accept_stays(promoted, bot):
    await judge(bot, "sentiment@1", 9, 60)
    await press(bot, "sentiment@1", "wrong")
    assert await live(bot) == "sentiment@1"
    states = {row[0]: row[1] for row in (await bot.ok("/version list")).table.rows}
    assert states["sentiment@1"] == "live; 89% of 61 accepted"


async def test_it_is_told_in_korean(fallen, bot):
    await press(bot, "sentiment@1", "wrong")
    told = await bot.korean().ok("/변경기록")
    assert "sentiment 이름을 sentiment@0으로 되돌렸어요" in told.text
    assert told.controls[-1].label.startswith("sentiment@1")


async def test_without_a_former_one_a_fall_is_told_but_nothing_moves(alarmed, bot):
    (notice,) = await bot.services.storage.notices.of(HOME)
    assert notice.kind is NoticeKind.ACCEPTANCE
    told = await bot.ok("/settings")
    assert "People accept fewer answers of sentiment@0" in told.text
    elsewhere = await bot.by("admin", Role.ADMIN, ELSEWHERE).ok("/settings")
    assert "accept fewer" not in (elsewhere.text or "")


@pytest.fixture(scope="module")
def folder_of_an_alarm(tmp_path_factory, checkpoints, folder_of_judgements):
    folder = tmp_path_factory.mktemp("alarm")
    shutil.copytree(folder_of_judgements, folder, dirs_exist_ok=True)

    async def alarm(bot):
        await judge(bot, "sentiment@0", 9, 60)
        await judge(bot, "sentiment@0", 3, 60)
        await look(bot.services, HOME, "sentiment@0")

    return filled(folder, checkpoints, alarm)


@pytest.fixture
def alarmed(folder_of_an_alarm, tmp_path):
    shutil.copytree(folder_of_an_alarm, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize("line", ["/help", "/me", "/models", "/jobs", "/history"])
async def test_an_admin_is_told_under_whatever_is_for_them_alone(alarmed, bot, line):
    assert "accept fewer" not in ((await bot.by("mina").say(line)).text or "")
    assert "accept fewer" not in ((await bot.ok("/classify good")).text or ""), "all would see it"
    assert "accept fewer" in (await bot.ok(line)).text
    assert "accept fewer" not in ((await bot.ok(line)).text or "")


@pytest.mark.usefixtures("trains_here")
async def test_an_alarm_proposes_a_training_of_what_it_is_about(alarmed, bot):
    await bot.ok("/dataset create name:larger red, green")
    told = await bot.ok("/help")
    (again,) = [one for one in told.controls if one.id.startswith("retrain:")]
    assert (again.id, again.label) == ("retrain:sentiment@0", "Train sentiment again")
    assert (await bot.by("mina").press(again.id)).error.code == "role_admin"
    done = await bot.press(again.id)
    assert done.title == "sentiment@1 is trained"
    (job,) = await bot.services.storage.jobs.recent(HOME, 5)
    dataset = await bot.services.storage.datasets.all(HOME)
    assert job.params["dataset"] == dataset[0].id and job.user == "admin"


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("retrain:sentiment", "unknown_control"),
        ("retrain:sentiment@x", "unknown_control"),
        ("retrain:../etc@1", "unknown_control"),
        ("retrain:nobody@1", "no_labels"),
    ],
)
async def test_a_press_that_trains_nothing(bot, control, code):
    assert (await bot.press(control)).error.code == code


def test_a_model_of_the_hub_has_no_next_version():
    assert retrain_button("org/mood@4f3a2b1", Language.ENGLISH) == ()
    (button,) = retrain_button("mood@2", Language.ENGLISH)
    assert button.id == "retrain:mood@2"


async def test_other_questions_are_told_and_of_the_unwilling_nothing_is_read(bot):
    for n in range(200):
        await ask(bot, "sentiment@0", f"good movie {n}", label="positive")
    for n in range(200):
        await ask(bot, "sentiment@0", f"bad food {n}", "shy", "negative", 0.5)
    await bot.services.storage.choices.put(HOME, "shy", Choices(may_train=False))
    await look(bot.services, HOME, "sentiment@0")
    assert await bot.services.storage.notices.of(HOME) == []
    await bot.services.storage.choices.put(HOME, "shy", Choices(may_train=True))
    await look(bot.services, HOME, "sentiment@0")
    kinds = [one.kind for one in await bot.services.storage.notices.of(HOME)]
    assert kinds == [NoticeKind.LABELS, NoticeKind.MARGINS]
    await look(bot.services, HOME, "sentiment@0")
    assert len(await bot.services.storage.notices.of(HOME)) == 2


async def test_what_is_not_live_is_not_watched(bot, tmp_path):
    await second(bot, tmp_path)
    await judge(bot, "sentiment@1", 9, 60)
    await judge(bot, "sentiment@1", 1, 60)
    await press(bot, "sentiment@1", "wrong")
    assert await bot.services.storage.notices.of(HOME) == []

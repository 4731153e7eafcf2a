"""`/version list NAME`: models beside each other on texts that no version learns from."""

import asyncio

import pytest

from handlers.learning.pool import pools
from handlers.types import Language, Role
from handlers.versions.leaderboard.chart import board_chart
from handlers.versions.leaderboard.entrants import entrants
from handlers.versions.leaderboard.sealed_side import digest_of, sealed_side
from models.finetune.plan import Example
from storage.records import Side
from tests.handlers.conftest import ELSEWHERE
from tests.handlers.training.test_several_labels import BAD, BOTH, GOOD, collected
from tests.handlers.versions.measurer_here import MeasurerHere
from tests.handlers.versions.slow_measurer import SlowMeasurer

HOME = "terminal:local"


@pytest.fixture
async def labelled(judged, bot):
    """What people said of answers, so that there is a dataset with a test side."""
    object.__setattr__(bot.services, "measurer", MeasurerHere())
    (dataset,) = await bot.services.storage.datasets.all(HOME)
    return dataset


async def measured(bot, dataset):
    done = await bot.press(f"evaluate:{dataset.id}")
    assert done.error is None, done.error
    return done


def cells(reply, column=0):
    return [row[column] for row in reply.table.rows]


async def test_what_was_never_measured_is_measured_once(labelled, bot, made):
    await made("ours", labels=("negative", "neutral", "positive"))
    before = await bot.ok("/version list ours")
    assert set(cells(before)) == {"▶ ours@1*", "▶ sentiment@0", "▶ moods@0"}
    assert "cannot be compared" in before.text and "looked at 0 times" in before.text
    button = before.controls[-1]
    assert (button.id, button.label) == (
        f"evaluate:{labelled.id}",
        "Measure 3 models (as many more looks)",
    )
    done = await measured(bot, labelled)
    (pool,) = await pools(bot.services, HOME)
    texts = len(pool.side(Side.TEST))
    assert f"Measured 3 models of {labelled.name} on {texts} texts." in done.text
    assert any("0 of 3" in (one.text or "") for one in bot.progress)

    after = await bot.ok("/version list ours")
    assert set(cells(after)) == {"▶ ours@1", "▶ sentiment@0", "▶ moods@0"}
    assert "looked at 3 times" in after.text and len(after.controls) == 1
    # The version has the weights of the bundled model, so it is right as often.
    (one, other) = [row for row in after.table.rows if "moods" not in row[0]]
    assert one[1:4] == other[1:4] and one[4] != "–"
    (picture,) = after.files
    assert "95 % bounds" in picture.alt and "ours@1" in picture.alt and "sentiment@0" in picture.alt
    assert (await bot.press(f"evaluate:{labelled.id}")).error.code == "nothing_to_measure"
    assert await bot.services.storage.versions.readings(HOME, labelled.id) == 3


async def test_more_votes_make_another_test_side(labelled, bot, made):
    await measured(bot, labelled)
    side = await sealed_side(bot.services, labelled)
    text, label = side.examples[0].text, side.labels[side.examples[0].label]
    asked = await bot.services.storage.queries.recent(HOME, "admin", 50)
    number = next(query.id for query in asked if query.text == text)
    other = next(one for one in side.labels if one != label)
    await bot.press(f"fb:{number}:label", other)
    again = await bot.ok("/version list sentiment")
    assert (await sealed_side(bot.services, labelled)).digest != side.digest
    assert set(cells(again)) == {"▶ sentiment@0*", "▶ moods@0*"} and not again.files
    await measured(bot, labelled)
    assert await bot.services.storage.versions.readings(HOME, labelled.id) == 4


async def test_what_a_training_measured_needs_no_second_reading(labelled, bot, trains_here):
    await bot.ok("/finetune epochs:1 name:ours model:sentiment")
    reply = await bot.ok("/version list ours")
    assert "▶ ours@1" in cells(reply) and "looked at 1 time:" in reply.text
    assert reply.controls[-1].label == "Measure 2 models (as many more looks)"


async def test_a_label_that_no_text_of_the_test_side_has_is_named(labelled, bot):
    board = f"board:{labelled.id}:"
    assert "Not measured" not in (await bot.press(board)).text
    asked = await bot.ok(f"/dataset edit what:add to:other dataset:{labelled.name}")
    await bot.press(asked.controls[0].id)
    assert "has the label: other." in (await bot.press(board)).text


async def test_it_is_sorted_by_what_is_chosen(labelled, bot, made):
    for right in (60, 30):
        version = await made("ours", right=right)
    (bot.services.releases._data_dir / version.folder / "model.safetensors").write_bytes(b"x")
    by_accuracy = await bot.ok("/version list ours")
    assert cells(by_accuracy)[:2] == ["▶ ours@1*", "ours@2*"]
    by_size = await bot.ok("/version list ours sort:size")
    assert by_size.table.columns[-1] == "MB" and cells(by_size)[0] == "ours@2*"
    by_date = await bot.ok("/version list ours sort:date")
    assert by_date.table.columns[-1] == "date" and cells(by_date)[:2] == ["ours@2*", "▶ ours@1*"]
    select = by_accuracy.controls[0]
    chosen = await bot.press(select.id, "size")
    assert chosen.table == by_size.table
    korean = bot.korean()
    names = (await korean.ok("/버전 목록 ours")).controls[0].options
    assert (await korean.press(select.id, names[4])).table.columns[-1] == "MB"
    assert (await korean.ok(f"/버전 목록 ours 정렬:{names[5]}")).table.columns[-1] == "날짜"


async def test_it_fits_a_phone(labelled, bot, made):
    from bot.answering.grid import even, is_narrow  # noqa: PLC0415

    await made("ours")
    assert is_narrow(*even((await bot.ok("/version list ours")).table))


async def test_one_that_cannot_be_asked_is_named_and_is_no_reading(labelled, bot, made, tmp_path):
    version = await made("ours")
    (tmp_path / version.folder / "model.safetensors").write_bytes(b"none")
    done = await measured(bot, labelled)
    assert "Measured 2 models" in done.text and "log says why: ours@1." in done.text
    assert await bot.services.storage.versions.readings(HOME, labelled.id) == 2


async def test_without_a_test_side_the_figures_of_the_trainings_are_shown(bot, made):
    await bot.ok("/dataset create name:mood negative, neutral, positive")
    await made("ours")
    reply = await bot.ok("/version list ours")
    assert "None of the texts of mood" in reply.text and cells(reply) == ["ours@1"]
    (dataset,) = await bot.services.storage.datasets.all(HOME)
    assert (await bot.press(f"board:{dataset.id}:")).error.code == "nothing_to_measure"
    assert (await bot.press(f"evaluate:{dataset.id}")).error.code == "nothing_to_measure"


async def test_members_look_and_only_admins_spend_readings(labelled, bot, made):
    await made("ours")
    mina = bot.by("mina")
    reply = await mina.ok("/version list ours")
    assert len(reply.controls) == 1
    assert (await mina.press(reply.controls[0].id, "size")).error is None
    assert (await mina.press(f"evaluate:{labelled.id}")).error.code == "role_admin"
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    for control in (f"evaluate:{labelled.id}", f"board:{labelled.id}:"):
        assert (await stranger.press(control)).error.code == "no_such_dataset"


async def test_where_several_labels_may_hold_sets_are_measured(bot):
    sets = [(text, ("positive",)) for text in GOOD] + [(text, ("negative",)) for text in BAD]
    sets += [(text, ("negative", "positive")) for text in BOTH]
    await collected(bot, sets, "negative, neutral, positive")
    object.__setattr__(bot.services, "measurer", MeasurerHere())
    (dataset,) = await bot.services.storage.datasets.all(HOME)
    before = await bot.ok("/version list moods")
    assert cells(before, 1) == ["–", "–"]
    assert "Measured 2 models" in (await measured(bot, dataset)).text
    after = await bot.ok("/version list moods")
    assert set(cells(after)) == {"▶ moods@0", "▶ sentiment@0"} and "–" not in cells(after, 2)
    side = await sealed_side(bot.services, dataset)
    assert side.is_multi_label and {one.labels for one in side.examples} <= {(0,), (2,), (0, 2)}
    (one, *_) = await bot.services.storage.readings.all(HOME, dataset.id)
    assert one.texts == len(side.examples) and one.digest == side.digest


@pytest.mark.parametrize("control", ["board:x:", "board:1", "evaluate:x", "evaluate:"])
async def test_ids_that_are_not_ours(bot, control):
    assert (await bot.press(control)).error.code == "unknown_control"


async def test_a_value_that_is_no_column(labelled, bot):
    reply = await bot.press(f"board:{labelled.id}:", "beauty")
    assert reply.error.code == "unknown_control"


async def test_only_models_with_these_labels_stand_on_it(labelled, bot, made):
    await made("other", labels=("bug", "idea", "none"))
    side = await sealed_side(bot.services, labelled)
    names = {one.name for one in await entrants(bot.services, side)}
    assert names == {"sentiment@0", "moods@0"}


def test_a_test_side_is_known_whatever_its_order() -> None:
    one, other = Example("a", 0), Example("b", 1)
    digest = digest_of(("x", "y"), (one, other))
    assert (
        digest
        == digest_of(("x", "y"), (other, one))
        == digest_of(("y", "x"), (Example("a", 1), Example("b", 0)))
    )
    assert digest != digest_of(("x", "y"), (one, Example("b", 0)))
    both = [
        digest_of(("x", "y"), (Example("a", -1, held=held),)) for held in ((0, 1), (1, 0), (1,))
    ]
    assert both[0] == both[1] != both[2]


async def test_names_that_need_a_font_become_numbers(labelled, bot, made):
    await made("우리모델")
    await measured(bot, labelled)
    reply = await bot.ok("/version list 우리모델")
    assert "1 " in reply.text and "In the picture: " in reply.text
    assert reply.files[0].content.startswith(b"\x89PNG")


async def test_one_bar_compares_nothing(labelled, bot):
    side = await sealed_side(bot.services, labelled)
    one, *_ = await entrants(bot.services, side)
    assert await board_chart([one, one], Language.ENGLISH) is None


async def test_one_that_is_cancelled_keeps_what_was_measured(labelled, bot, made):
    await made("ours")
    slow = SlowMeasurer()
    object.__setattr__(bot.services, "measurer", slow)
    pressed = asyncio.create_task(bot.press(f"evaluate:{labelled.id}"))
    await slow.waits.wait()
    (job,) = await bot.services.storage.jobs.recent(HOME, 5, "measure")
    again = await bot.press(f"evaluate:{labelled.id}")
    assert again.error.code == "job_running"
    await bot.press(f"job:{job.id}:cancel")
    told = await pressed
    assert "What was measured is kept" in told.text and slow.is_left
    assert await bot.services.storage.versions.readings(HOME, labelled.id) == 1
    assert labelled.name in cells(await bot.ok("/jobs"), 1)
    reply = await bot.ok("/version list ours")
    assert reply.controls[-1].label.startswith("Measure 2 models ")

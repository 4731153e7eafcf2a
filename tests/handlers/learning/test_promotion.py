"""A bare name means the live version: told by /modelinfo, moved by an admin, and moved back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from handlers.types import Place, Role
from tests.handlers.conftest import ELSEWHERE, running
from tests.handlers.training.test_command import gather_labels

pytestmark = pytest.mark.usefixtures("trains_here")


async def trained(bot, *names):
    await gather_labels(bot)
    return [await bot.ok(f"/finetune epochs:1 name:{name} model:sentiment") for name in names]


async def answers(bot, name):
    return (await bot.ok(f"/classify good model:{name}")).footer["model"]


async def live(bot, model):
    return dict((await bot.ok(f"/modelinfo {model}")).table.rows)["live version"]


async def test_the_first_is_live_and_the_next_waits_for_an_admin(bot):
    first, second = await trained(bot, "ours", "ours")
    assert "It is live: model:ours means it." in first.text
    assert "model:ours still means ours@1." in second.text
    assert "/modelinfo ours@2" in second.text
    assert await answers(bot, "ours") == "ours@1"
    assert await live(bot, "ours@2") == "ours@1"

    told = await bot.ok("/modelinfo ours@2")
    (use,) = told.controls
    assert (use.id, use.label) == ("live:ours@2", "Use this one")
    moved = await bot.press(use.id)
    assert moved.text == "model:ours means ours@2 here from now on."
    assert await answers(bot, "ours") == "ours@2"
    assert not (await bot.ok("/modelinfo ours")).controls

    (again,) = moved.controls
    assert (again.id, again.label) == ("live:ours@1", "Use ours@1 again")
    (forth,) = (await bot.press(again.id)).controls
    assert await answers(bot, "ours") == "ours@1"
    assert forth.id == "live:ours@2"


async def test_a_name_of_the_operators_means_theirs_until_an_admin_decides(bot):
    (done,) = await trained(bot, "sentiment")
    assert "model:sentiment still means sentiment@0." in done.text
    assert await answers(bot, "sentiment") == "sentiment@0"
    (again,) = (await bot.press("live:sentiment@1")).controls
    assert await answers(bot, "sentiment") == "sentiment@1"
    assert (await bot.ok("/classify good")).footer["model"] == "sentiment@1"
    names = [row[0] for row in (await bot.ok("/models")).table.rows]
    assert names.count("sentiment@0") == names.count("sentiment@1") == 1
    (use,) = (await bot.ok("/modelinfo sentiment@0")).controls
    assert use.id == again.id == "live:sentiment@0"
    await bot.press(again.id)
    assert await answers(bot, "sentiment") == "sentiment@0"


async def test_it_is_said_in_korean(bot):
    await trained(bot, "우리", "우리")
    korean = bot.korean()
    (use,) = (await korean.ok("/모델정보 우리@2")).controls
    assert use.label == "이 버전 사용"
    assert (await korean.press(use.id)).text == "이제 여기서 모델:우리 옵션은 우리@2 버전을 뜻해요."


async def test_only_admins_see_the_button_and_may_press_it(bot):
    await trained(bot, "ours", "ours")
    member = bot.by("mina")
    assert not (await member.ok("/modelinfo ours@2")).controls
    assert (await member.press("live:ours@2")).error.code == "role_admin"
    assert await answers(bot, "ours") == "ours@1"


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("live:ours@9", "unknown_model"),
        ("live:nobody@1", "unknown_model"),
        ("live:nobody@0", "unknown_model"),
        ("live:ours", "unknown_control"),
        ("live:ours@x", "unknown_control"),
        ("live:../etc@1", "unknown_control"),
        ("live:ours@" + "9" * 99, "unknown_control"),
        ("live:fillmask@1", "other_task"),
    ],
)
async def test_what_cannot_take_its_place_is_refused(bot, control, code):
    await trained(bot, "ours", "fillmask")
    assert (await bot.press(control)).error.code == code
    assert await answers(bot, "ours") == "ours@1"
    assert (await bot.ok("/fillmask good [MASK]")).footer["model"] == "fillmask@0"


async def test_another_community_decides_for_itself(bot):
    await trained(bot, "sentiment")
    await bot.press("live:sentiment@1")
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert (await stranger.ok("/classify good")).footer["model"] == "sentiment@0"
    assert (await stranger.press("live:sentiment@1")).error.code == "unknown_model"


BEFORE = Path(__file__).parents[2] / "storage" / "data" / "before_labelled_text.sql"


async def test_in_a_folder_of_before_names_mean_what_they_meant(tmp_path, checkpoints):
    with closing(sqlite3.connect(tmp_path / "tokki.sqlite3")) as connection:
        connection.executescript(BEFORE.read_text("utf-8"))
    for folder in ("ours1", "ours3", "sentiment4"):
        shutil.copytree(checkpoints / "sentiment", tmp_path / "models" / "trained" / folder)
    async with running(tmp_path, checkpoints) as bot:
        admin = bot.by("ann", Role.ADMIN, Place("discord", "discord:1", "general"))
        assert await answers(admin, "ours") == "ours@2"
        assert await answers(admin, "ours@1") == "ours@1"
        assert await answers(admin, "sentiment") == "sentiment@0"
        await admin.ok("/finetune name:ours epochs:1")  # the judgements of before teach it
        assert await answers(admin, "ours@3") == "ours@3"
        assert await answers(admin, "ours") == "ours@2"

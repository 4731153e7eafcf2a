"""A bare name means the live version: told by /modelinfo, moved by an admin, and moved back."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from handlers.training.report import as_json, report_of
from handlers.types import Place, Role
from models.finetune.trainer import Trainer
from storage.records import NewVersion
from tests.handlers.conftest import ELSEWHERE, filled, running, train_here
from tests.handlers.training.test_report import outcome, plan

HOME = "terminal:local"
pytestmark = [pytest.mark.usefixtures("trains_here"), pytest.mark.xdist_group("moving versions")]


@pytest.fixture(scope="module")
def folder_of_two(
    tmp_path_factory: pytest.TempPathFactory, checkpoints: Path, folder_of_judgements: Path
) -> Path:
    """The data of somebody who has trained `ours` twice, which takes seconds."""
    folder = tmp_path_factory.mktemp("ours")
    shutil.copytree(folder_of_judgements, folder, dirs_exist_ok=True)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Trainer, "train", train_here)
        return filled(folder, checkpoints, lambda bot: trained(bot, "ours", "ours"))


@pytest.fixture
def ours_twice(folder_of_two: Path, tmp_path: Path) -> None:
    """What `bot` finds in its folder, so this comes before it."""
    shutil.copytree(folder_of_two, tmp_path, dirs_exist_ok=True)


def offered(reply):
    return [control for control in reply.controls if control.id.startswith("live:")]


async def trained(bot, *names):
    return [await bot.ok(f"/finetune epochs:1 name:{name} model:sentiment") for name in names]


async def answers(bot, name):
    return (await bot.ok(f"/classify good model:{name}")).footer["model"]


async def forced(bot, version):
    return await bot.ok(f'/version promote {version} reason:"it is tried here"')


async def given_up(bot, version):
    """Remove a version as people do: asked for, then agreed to."""
    (button,) = (await bot.ok(f"/version remove {version}")).controls
    return await bot.press(button.id)


async def live(bot, model):
    return dict((await bot.ok(f"/modelinfo {model}")).table.rows)["live version"]


async def test_the_first_is_live_and_the_next_waits_for_an_admin(judged, bot):
    first, second = await trained(bot, "ours", "ours")
    assert "It is live: model:ours means it." in first.text
    assert "model:ours still means ours@1." in second.text
    assert "/version promote ours@2" in second.text
    assert await answers(bot, "ours") == "ours@1"
    assert await live(bot, "ours@2") == "ours@1"

    told = await bot.ok("/modelinfo ours@2")
    (use,) = offered(told)
    assert (use.id, use.label) == ("live:ours@2", "Use this one")
    assert (await bot.press(use.id)).error.code == "gate_closed"
    assert await answers(bot, "ours") == "ours@1"
    moved = await forced(bot, "ours@2")
    assert moved.text == "model:ours means ours@2 here from now on."
    assert await answers(bot, "ours") == "ours@2"
    assert not offered(await bot.ok("/modelinfo ours"))

    (again,) = moved.controls
    assert (again.id, again.label) == ("live:ours@1", "Use ours@1 again")
    (forth,) = (await bot.press(again.id)).controls
    assert await answers(bot, "ours") == "ours@1"
    assert forth.id == "live:ours@2"


async def test_a_name_of_the_operators_means_theirs_until_an_admin_decides(judged, bot):
    (done,) = await trained(bot, "sentiment")
    assert "model:sentiment still means sentiment@0." in done.text
    assert await answers(bot, "sentiment") == "sentiment@0"
    assert (await bot.press("live:sentiment@1")).error.code == "gate_closed"
    (again,) = (await forced(bot, "sentiment@1")).controls
    assert await answers(bot, "sentiment") == "sentiment@1"
    assert (await bot.ok("/classify good")).footer["model"] == "sentiment@1"
    names = [row[0] for row in (await bot.ok("/models")).table.rows]
    assert names.count("sentiment@0") == names.count("sentiment@1") == 1
    (use,) = offered(await bot.ok("/modelinfo sentiment@0"))
    assert use.id == again.id == "live:sentiment@0"
    await bot.press(again.id)
    assert await answers(bot, "sentiment") == "sentiment@0"


async def test_it_is_said_in_korean(bot, made):
    for _ in range(2):
        await made("우리")
    korean = bot.korean()
    use, _ = (await korean.ok("/모델정보 우리@2")).controls
    assert use.label == "이 버전 사용"
    assert "/버전 승격 우리@2 이유:" in (await korean.press(use.id)).text
    moved = await korean.ok('/버전 승격 우리@2 이유:"한번 써 보고 싶어서"')
    assert moved.text == "이제 여기서 모델:우리 옵션은 우리@2 버전을 뜻해요."


async def test_only_admins_see_the_button_and_may_press_it(ours_twice, bot):
    member = bot.by("mina")
    assert not offered(await member.ok("/modelinfo ours@2"))
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
async def test_what_cannot_take_its_place_is_refused(bot, made, control, code):
    await made("ours")
    await made("fillmask")
    assert (await bot.press(control)).error.code == code
    assert await answers(bot, "ours") == "ours@1"
    assert (await bot.ok("/fillmask good [MASK]")).footer["model"] == "fillmask@0"


async def test_another_community_decides_for_itself(bot, made):
    await made("sentiment")
    await forced(bot, "sentiment@1")
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert (await stranger.ok("/classify good")).footer["model"] == "sentiment@0"
    assert (await stranger.press("live:sentiment@1")).error.code == "unknown_model"


async def better(bot, name, current):
    """A version that was measured here, and is shown to be better than what answers."""
    folder = (await bot.services.storage.versions.all(HOME))[0].folder
    truth = [0, 1] * 60
    report = await report_of(plan(truth), outcome(truth, [0] * 120), (), 1)
    metrics = {"report": as_json(report), "current_model": current}
    version = NewVersion(HOME, name, folder, "fillmask@0", ("bug", "idea"), metrics)
    return (await bot.services.storage.versions.add(version)).full_name


async def test_one_that_is_better_needs_no_reason(bot, made):
    await made("ours")
    version = await better(bot, "ours", "ours@1")
    moved = await bot.ok(f"/version promote {version}")
    assert "ours@2" in moved.text and await answers(bot, "ours") == "ours@2"
    assert [one.reason for one in await bot.services.storage.live_versions.moves(HOME, "ours")] == [
        None,
        None,
    ]


async def test_better_than_what_once_answered_is_not_better_than_what_answers_now(ours_twice, bot):
    version = await better(bot, "ours", "ours@1")
    await forced(bot, "ours@2")
    refused = await bot.say(f"/version promote {version}")
    assert refused.error.code == "gate_closed"
    assert "has not been compared with ours@2" in refused.text


async def test_who_forces_one_says_why_and_it_is_kept(ours_twice, bot):
    assert await bot.code("/version promote ours@2") == "gate_closed"
    await forced(bot, "ours@2")
    last, first = await bot.services.storage.live_versions.moves(HOME, "ours")
    assert (last.number, last.user, last.reason) == (2, "admin", "it is tried here")
    assert (first.number, first.user) == (1, None)
    noted = await bot.ok("/audit what:versions")
    assert "ours@2 (before: ours@1)" in noted.table.rows[0][3]
    assert "“it is tried here”" in noted.table.rows[0][3]


async def test_what_answers_already_is_not_moved(ours_twice, bot):
    await forced(bot, "ours@2")
    moves = await bot.services.storage.live_versions.moves(HOME, "ours")
    told = (await forced(bot, "ours@2"), await bot.ok("/version promote ours@2"))
    told += (await bot.press("live:ours@2"),)
    for one in told:
        assert one.text == "model:ours means ours@2 here already, so nothing was changed."
        assert not one.controls
    korean = await bot.korean().ok("/버전 승격 ours@2")
    assert korean.text == "여기서 모델:ours 옵션은 이미 ours@2 버전을 뜻해요. 바뀐 것은 없어요."
    assert await bot.services.storage.live_versions.moves(HOME, "ours") == moves
    assert len((await bot.ok("/audit what:versions")).table.rows) == 1
    assert "ours@1" in (await bot.ok("/version rollback ours")).text


async def test_back_and_forth_needs_no_reason(ours_twice, bot):
    await forced(bot, "ours@2")
    assert "ours@1" in (await bot.ok("/version rollback ours")).text
    assert await answers(bot, "ours") == "ours@1"
    assert "ours@2" in (await bot.ok("/version rollback ours")).text
    assert await answers(bot, "ours") == "ours@2"


async def test_back_to_what_the_operator_provides(bot, made):
    await made("sentiment")
    assert await bot.code("/version rollback sentiment") == "nothing_before"
    await forced(bot, "sentiment@1")
    await bot.ok("/version rollback sentiment")
    assert await answers(bot, "sentiment") == "sentiment@0"


async def test_questions_are_answered_while_it_is_moved(ours_twice, bot):
    await answers(bot, "ours")

    async def ask(n):
        return (await bot.ok(f"/classify good {n} model:ours")).footer["model"]

    asked = [asyncio.create_task(ask(n)) for n in range(20)]
    await forced(bot, "ours@2")
    asked += [asyncio.create_task(ask(n)) for n in range(20, 40)]
    await bot.ok("/version rollback ours")
    told = await asyncio.gather(*asked)
    assert set(told) <= {"ours@1", "ours@2"}


async def test_of_two_who_move_it_at_once_the_second_is_told(bot, made):
    for _ in range(3):
        await made("ours")
    bob = bot.by("bob", Role.ADMIN)
    said = await asyncio.gather(
        bot.say("/version promote ours@2 reason:x"), bob.say("/version promote ours@3 reason:x")
    )
    assert sorted(one.error.code for one in said if one.error) == ["version_moved"]
    moves = await bot.services.storage.live_versions.moves(HOME, "ours")
    assert len(moves) == 2
    assert await answers(bot, "ours") == f"ours@{moves[0].number}"
    assert len((await bot.ok("/audit what:versions")).table.rows) == 1
    await forced(bot, "ours@3")
    assert await answers(bot, "ours") == "ours@3"


async def test_what_another_process_decided_a_moment_ago_is_not_decided_over(
    bot, made, tmp_path, checkpoints
):
    for _ in range(3):
        await made("ours")
    await forced(bot, "ours@2")
    kept = bot.services.storage.live_versions._cache
    kept._kept_s = 3600.0  # a moment that lasts, however slow the machine is
    assert await answers(bot, "ours") == "ours@2"
    async with running(tmp_path, checkpoints) as other:
        await forced(other, "ours@3")
        for line in ("/version promote ours@1", "/version rollback ours"):
            assert await bot.code(line) == "version_moved"
        kept.forget(HOME)
        assert await answers(bot, "ours") == "ours@3"
        assert "ours@2" in (await bot.ok("/version rollback ours")).text


async def test_a_move_is_taken_back_for_as_long_as_it_holds(bot, made):
    for _ in range(2):
        await made("ours")
    assert (await bot.press("back:ours@2")).error.code == "not_live"
    await forced(bot, "ours@2")
    assert (await bot.by("mina").press("back:ours@2")).error.code == "role_admin"
    back = await bot.press("back:ours@2")
    assert back.text == "model:ours means ours@1 here from now on."
    assert await answers(bot, "ours") == "ours@1"
    assert (await bot.press("back:ours@2")).error.code == "not_live"
    assert (await bot.press("back:ours@1")).text == "model:ours means ours@2 here from now on."
    for control in ("back:nobody@1", "back:ours@x", "back:../a@1"):
        assert (await bot.press(control)).error.code in ("not_live", "unknown_control")


async def test_a_version_whose_files_are_gone_is_not_let_answer(bot, made, tmp_path):
    await made("ours")
    broken = await made("ours")
    shutil.rmtree(tmp_path / broken.folder)
    refused = await bot.say("/version promote ours@2 reason:x")
    assert refused.error.code == "broken_checkpoint"
    assert await answers(bot, "ours") == "ours@1"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/version promote ours reason:x", "version_wanted"),
        ("/version promote ours@9 reason:x", "unknown_model"),
        ("/version promote ../etc@1 reason:x", "version_wanted"),
        ("/version promote fillmask@1 reason:x", "other_task"),
        ("/version rollback nobody", "unknown_model"),
        ("/version rollback ours", "nothing_before"),
    ],
)
async def test_what_is_no_version_is_told(bot, made, line, code):
    await made("ours")
    await made("fillmask")
    assert await bot.code(line) == code


async def test_members_see_the_list_and_move_nothing(ours_twice, bot):
    mina = bot.by("mina")
    assert await mina.code("/version promote ours@2 reason:x") == "role_admin"
    assert await mina.code("/version rollback ours") == "role_admin"
    board = await mina.ok("/version list ours")
    assert board.table.rows[0][0] == "▶ ours@1", "a name has the leaderboard of its dataset"
    rows = (await mina.ok("/version list")).table.rows
    assert [(row[0], row[1]) for row in rows] == [("ours@2", "–"), ("ours@1", "live")]
    assert rows[0][3].endswith("(ours@1)") and rows[0][2].endswith("%")
    await forced(bot, "ours@2")
    states = [row[1] for row in (await mina.ok("/version list")).table.rows]
    assert states == ["live", "was live"]
    assert "nobody" in (await mina.ok("/version list nobody")).text
    stranger = bot.by("x", Role.ADMIN, ELSEWHERE)
    assert "Nothing has been trained" in (await stranger.ok("/version list")).text


async def test_a_version_that_does_not_answer_can_be_given_up(ours_twice, bot, tmp_path):
    assert await answers(bot, "ours@2") == "ours@2"
    assert await bot.by("mina").code("/version remove ours@2") == "role_admin"
    assert await bot.code("/version remove ours@1") == "version_live"
    (first, second) = await bot.services.storage.versions.all(HOME)
    assert "gone" in (await given_up(bot, "ours@2")).text
    assert not (tmp_path / second.folder).exists() and (tmp_path / first.folder).exists()
    assert await bot.code("/classify good model:ours@2") == "unknown_model"
    assert await bot.code("/version promote ours@2") == "unknown_model"
    assert await bot.code("/version remove ours@2") == "not_trained_here"
    assert "gave up ours@2" in (await bot.ok("/audit")).table.rows[0][3]
    assert (await bot.ok("/finetune epochs:1 name:ours")).title == "ours@3 is trained"


async def test_before_one_is_removed_it_is_told_what_goes(ours_twice, bot):
    asked = await bot.ok("/version remove ours@2")
    assert "ours@2 go for good" in asked.text and "rollback" not in asked.text
    assert await answers(bot, "ours@2") == "ours@2", "nothing is removed before somebody agrees"
    await forced(bot, "ours@2")
    assert (await bot.press(asked.controls[0].id)).error.code == "version_live"
    way_back = await bot.ok("/version remove ours@1")
    assert "what /version rollback ours would go back to" in way_back.text
    assert "되돌리기 ours 명령을 쓰면 돌아갈" in (await bot.korean().ok("/버전 지우기 ours@1")).text
    (button,) = way_back.controls
    assert (await bot.by("mina").press(button.id)).error.code == "role_admin"
    assert (await bot.press("remove:../a@1")).error.code == "unknown_control"
    assert "gone" in (await bot.press(button.id)).text
    assert (await bot.press(button.id)).error.code == "not_trained_here"


async def test_removing_tells_what_it_frees(bot, made, tmp_path):
    for _ in range(2):
        version = await made("ours")
    assert await answers(bot, "ours@2") == "ours@2"
    size = sum(one.stat().st_size for one in (tmp_path / version.folder).iterdir())
    told = await given_up(bot, "ours@2")
    assert f"and {size / 1e6:,.1f} MB of the disk are free again" in told.text
    assert not bot.services.models.state(
        bot.services.models.trained("ours", 2, version.folder)
    ).is_loaded


async def test_who_asks_a_version_while_it_is_removed_is_answered_or_told(bot, made):
    for _ in range(2):
        await made("ours")

    async def ask(n):
        return await bot.say(f"/classify good {n} model:ours@2")

    asked = [asyncio.create_task(ask(n)) for n in range(20)]
    removed = asyncio.create_task(given_up(bot, "ours@2"))
    asked += [asyncio.create_task(ask(n)) for n in range(20, 40)]
    told = await asyncio.gather(*asked)
    await removed
    for reply in told:
        is_answered = reply.error is None and reply.footer["model"] == "ours@2"
        assert is_answered or reply.error.code in ("unknown_model", "broken_checkpoint")
    assert await bot.code("/classify good model:ours@2") == "unknown_model"


async def test_nobody_waits_for_a_version_that_is_promoted_while_it_is_used(bot, made):
    for _ in range(2):
        await made("ours")
    await answers(bot, "ours")
    await forced(bot, "ours@2")
    for version in await bot.services.storage.versions.all(HOME):
        checkpoint = bot.services.models.trained("ours", version.number, version.folder)
        assert bot.services.models.state(checkpoint).is_loaded


async def test_what_was_given_up_is_not_gone_back_to_and_is_named(ours_twice, bot):
    await forced(bot, "ours@2")
    await given_up(bot, "ours@1")
    refused = await bot.say("/version rollback ours")
    assert refused.error.code == "former_removed"
    assert "ours@1, which it meant before, was removed" in refused.text
    assert "전 버전 ours@1은 지워서" in (await bot.korean().say("/버전 되돌리기 ours")).text


async def test_a_rollback_wants_the_name_alone(ours_twice, bot):
    await forced(bot, "ours@2")
    refused = await bot.say("/version rollback OURS@1")
    assert refused.error.code == "name_wanted" and "alone: ours." in refused.text
    assert await answers(bot, "ours") == "ours@2"


async def test_nobody_keeps_more_than_there_is_room_for(judged, bot, made):
    await bot.ok("/settings limit:versions to:1")
    await made("ours")
    full = await bot.say("/finetune epochs:1")
    assert full.error.code == "versions_full" and "/version remove" in full.text


BEFORE = Path(__file__).parents[2] / "storage" / "migrations" / "data" / "before_labelled_text.sql"


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

"""`/version publish`: the unmodified huggingface_hub makes and fills a model on loopback."""

import logging
import shutil

import pytest
import yaml

from handlers.types import Role
from models.checkpoints.certainty.calibration import Calibration, write_calibration
from tests.handlers.conftest import ELSEWHERE, HUB_TOKEN, running
from tests.servers.hub import Fault


@pytest.fixture
async def bot(tmp_path, checkpoints, server):
    async with running(tmp_path, checkpoints, (), server.url, token=HUB_TOKEN) as bot:
        yield bot


async def asked(bot, options="repo:mood", version="ours@1"):
    reply = await bot.ok(f"/version publish {version} {options}")
    return reply, reply.controls[0].id


async def test_it_is_private_and_told_of_first(bot, made, server):
    version = await made("ours")
    reply, button = await asked(bot)
    assert "mina/mood" in reply.title and reply.text.startswith("Private")
    assert "negative, neutral, positive" in reply.text and "Nobody's text" in reply.text
    assert "model.safetensors" in [row[0] for row in reply.table.rows] and not server.repos
    assert reply.controls[0].style == "bad"
    done = await bot.press(button)
    assert done.error is None and f"{server.url}/mina/mood" in done.text
    repo = server.repos["mina/mood"]
    assert repo.is_private and server.uploads.commits == [("mina/mood", "ours@1 from Tokki")]
    assert {"README.md", "config.json", "model.safetensors", "tokenizer.json"} <= set(repo.files)
    card = repo.files["README.md"].decode()
    assert 'from_pretrained("mina/mood")' in card and "## 한계" in card
    front = yaml.safe_load(card.split("---")[1])
    assert front["model-index"][0]["name"] == "ours@1" and "base_model" not in front
    assert version.full_name == "ours@1"


async def test_what_was_published_is_fetched_and_answers(bot, made, server, tmp_path, checkpoints):
    from models.checkpoints.catalog import AllowedModel  # noqa: PLC0415

    await made("ours")
    _, button = await asked(bot, "repo:mood private:no")
    await bot.press(button)
    revision = server.repos["mina/mood"].revision
    allowed = [AllowedModel("mood", "mina/mood", revision)]
    other = tmp_path / "other"
    other.mkdir()
    async with running(other, checkpoints, allowed, server.url) as reader:
        told = await reader.ok("/classify good movie model:mood")
        here = await bot.ok("/classify good movie model:ours@1")
        assert [bar.label for bar in told.bars] == [bar.label for bar in here.bars]
        assert [bar.score for bar in told.bars] == pytest.approx([bar.score for bar in here.bars])


async def test_public_only_where_it_is_wanted_and_once_it_is_whole(bot, made, server):
    await made("ours")
    reply, button = await asked(bot, "repo:mina/mood private:no")
    assert reply.text.startswith("Public")
    await bot.press(button)
    assert not server.repos["mina/mood"].is_private
    paths = [one.path for one in server.seen]
    settings = paths.index("/api/models/mina/mood/settings")
    assert settings > next(place for place, path in enumerate(paths) if "/commit/" in path)
    (row,) = (await bot.ok("/audit what:published")).table.rows
    assert row[2:] == ("admin", "published ours@1 as mina/mood: everybody sees it")


async def test_the_next_version_is_a_commit_more(bot, made, server):
    for _ in range(2):
        await made("ours")
    _, button = await asked(bot)
    await bot.press(button)
    assert (await bot.press(button)).error.code == "publish_gone"
    reply, button = await asked(bot, version="ours@2")
    assert "there already" in reply.text
    await bot.press(button)
    assert len(server.uploads.commits) == 2
    assert "ours\\@2" in server.repos["mina/mood"].files["README.md"].decode()


async def test_a_name_that_others_have_is_theirs(bot, made, server):
    await made("ours")
    server.add("mina/mood", {"README.md": b"theirs"})
    _, button = await asked(bot)
    reply = await bot.press(button)
    assert reply.error.code == "publish_failed" and "already" in reply.text
    assert server.repos["mina/mood"].files == {"README.md": b"theirs"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/lfs/*", status=500), "trouble of its own"),
        (Fault("/lfs/*", hangs_up=True), "broke off"),
        (Fault("/lfs/*", status=403), "may not write"),
        (Fault("*/commit/*", status=500), "trouble of its own"),
        (Fault("*/commit/*", status=429, headers={"Retry-After": "90"}), "90 seconds"),
        (Fault("/api/repos/create", status=403), "may not write"),
        (Fault("/api/repos/create", status=401), "token in HF_TOKEN"),
        (Fault("*/preupload/*", status=200, body=b"<html>"), "not a Hub"),
    ],
)
async def test_an_upload_that_fails_leaves_nothing_and_can_be_tried_again(
    bot, made, server, naps, fault, said
):
    await made("ours")
    _, button = await asked(bot)
    server.faults.append(fault)
    reply = await bot.press(button)
    assert reply.error.code == "publish_failed" and said in reply.text
    assert not any(repo.files for repo in server.repos.values())
    server.faults.clear()
    assert (await bot.press(button)).error is None
    assert server.repos["mina/mood"].files


async def test_what_is_whole_but_not_yet_shown_says_so(bot, made, server, naps):
    await made("ours")
    _, button = await asked(bot, "repo:mood private:no")
    server.faults.append(Fault("*/settings", status=500))
    reply = await bot.press(button)
    assert reply.error is None and "nobody else sees it yet" in reply.text


async def test_the_token_is_never_told(bot, made, server, naps, caplog):
    caplog.set_level(logging.DEBUG)
    await made("ours")
    reply, button = await asked(bot)
    server.faults.append(Fault("*/commit/*", status=500))
    refused = await bot.press(button)
    server.faults.clear()
    done = await bot.press(button)
    noted = await bot.ok("/audit")
    for told in (reply, refused, done, noted, caplog.text):
        assert HUB_TOKEN not in str(told)
    assert not any(HUB_TOKEN.encode() in one for one in server.repos["mina/mood"].files.values())


@pytest.mark.parametrize("name", ["a/b/c", "../x", "a b", "-", "x--y", "이름", "x."])
async def test_a_name_that_the_hub_does_not_take(bot, made, name):
    await made("ours")
    assert await bot.code(f'/version publish ours@1 repo:"{name}"') == "publish_bad_name"


async def test_what_is_gone_or_has_changed_since_is_not_published(bot, made, server, tmp_path):
    versions = [await made("ours") for _ in range(4)]
    buttons = [(await asked(bot, version=one.full_name))[1] for one in versions]
    write_calibration(tmp_path / versions[0].folder, Calibration(1.5))
    assert (await bot.press(buttons[0])).error.code == "card_changed"
    await bot.press("remove:ours@2")
    assert (await bot.press(buttons[1])).error.code == "publish_gone"
    shutil.rmtree(tmp_path / versions[2].folder)
    assert (await bot.press(buttons[2])).error.code == "broken_checkpoint"
    assert await bot.code("/version publish ours@3 repo:x") == "broken_checkpoint"
    assert not server.repos


async def test_no_account_or_not_here(tmp_path, checkpoints, made, bot, server):
    await made("ours")
    async with running(tmp_path, checkpoints, (), server.url) as without:
        assert await without.code("/version publish ours@1 repo:x") == "publish_no_token"
    async with running(tmp_path, checkpoints, (), server.url, token="hf_nobody") as nobody:
        reply = await nobody.say("/version publish ours@1 repo:x")
        assert reply.error.code == "publish_failed" and "token in HF_TOKEN" in reply.text
    admin = bot.by("ann", Role.ADMIN, ELSEWHERE)
    await made("theirs", community=ELSEWHERE.community)
    assert await admin.code("/version publish theirs@1 repo:x") == "publish_not_here"


async def test_only_admins_and_only_who_asked(bot, made, server):
    await made("ours")
    moderator = bot.by("ann", Role.MODERATOR)
    assert await moderator.code("/version publish ours@1 repo:x") == "role_admin"
    _, button = await asked(bot)
    assert (await moderator.press(button)).error.code == "role_admin"
    assert (await bot.by("eve", Role.ADMIN).press(button)).error.code == "publish_gone"
    assert (await bot.press("release:x:do")).error.code == "unknown_control"
    dataset_button = button.replace("release", "publish")
    assert (await bot.press(dataset_button)).error.code == "publish_gone"
    assert not server.repos


async def test_in_korean(bot, made, server):
    await made("ours")
    reply = await bot.korean().ok("/버전 공개 ours@1 저장소:mood 비공개:아니오")
    assert reply.text.startswith("공개: 인터넷의 누구나") and "mina/mood로" in reply.title
    done = await bot.korean().press(reply.controls[0].id)
    assert "ours@1 버전을 올렸어요." in done.text

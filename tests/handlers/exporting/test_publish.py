"""`/dataset publish`: the unmodified huggingface_hub makes and fills a data set on loopback."""

import io
import shutil

import pyarrow.parquet as pq
import pytest

from handlers.exporting.public_rows import without_mentions
from handlers.services import Rules
from handlers.types import Role
from tests.handlers.conftest import ELSEWHERE, HUB_TOKEN, filled, running
from tests.handlers.exporting.test_folder import add, run
from tests.servers.hub import Fault

MENTIONS = "ask <@123456789012345678> in <#987654321098765432>, not <3"


@pytest.fixture(scope="module")
def folder_of_gold(tmp_path_factory, checkpoints):
    return filled(tmp_path_factory.mktemp("gold"), checkpoints, fill)


@pytest.fixture
async def bot(folder_of_gold, tmp_path, checkpoints, server):
    shutil.copytree(folder_of_gold, tmp_path, dirs_exist_ok=True)
    async with running(tmp_path, checkpoints, (), server.url, token=HUB_TOKEN) as bot:
        yield bot


async def fill(bot):
    guideline = "when in doubt, ask <@U012ABCDEF|mina>"
    await run(bot, "create", name="feedback", labels="bug, praise", guideline=guideline)
    await add(bot, [f"it crashes for the time number {n}" for n in "abcdefghijkl"])
    await add(bot, ["thank you", MENTIONS], "praise")
    await bot.ok("/dataset add nobody has labelled this")


async def asked(bot, options="repo:feedback"):
    reply = await bot.ok(f"/dataset publish {options}")
    return reply, reply.controls[0].id


def texts(repo):
    return [
        row["text"]
        for path, content in repo.files.items()
        if path.endswith(".parquet")
        for row in pq.read_table(io.BytesIO(content)).to_pylist()
    ]


async def test_it_is_private_and_told_of_first(bot, server):
    reply, button = await asked(bot)
    assert "mina/feedback" in reply.title and reply.text.startswith("Private")
    assert "14 gold texts" in reply.text and not server.datasets
    done = await bot.press(button)
    assert done.error is None and f"{server.url}/datasets/mina/feedback" in done.text
    repo = server.datasets["mina/feedback"]
    assert repo.is_private and len(texts(repo)) == 14
    assert "nobody has labelled this" not in texts(repo)
    assert server.uploads.commits == [("mina/feedback", "14 texts from Tokki")]


async def test_nobodys_number_is_in_it(bot, server):
    _, button = await asked(bot)
    await bot.press(button)
    repo = server.datasets["mina/feedback"]
    assert "ask @… in #…, not <3" in texts(repo)
    whole = b"".join(repo.files.values())
    for number in (b"admin", b"1234567890", b"9876543210", b"U012ABCDEF"):
        assert number not in whole
    columns = pq.read_table(io.BytesIO(repo.files["data/train.parquet"])).column_names
    assert "voters" not in columns and "added_by" not in columns


async def test_public_only_where_it_is_wanted_and_once_it_is_whole(bot, server):
    reply, button = await asked(bot, "repo:mina/feedback private:no")
    assert reply.text.startswith("Public") and reply.controls[0].style == "bad"
    await bot.press(button)
    assert not server.datasets["mina/feedback"].is_private
    paths = [one.path for one in server.seen]
    assert paths.index("/api/datasets/mina/feedback/settings") > next(
        place for place, path in enumerate(paths) if "/commit/" in path
    )


async def test_again_is_a_commit_more_and_can_be_made_private(bot, server):
    _, button = await asked(bot, "repo:feedback private:no")
    await bot.press(button)
    assert (await bot.press(button)).error.code == "publish_gone"
    await add(bot, ["one more text"], "praise")
    reply, button = await asked(bot)
    assert "there already" in reply.text
    await bot.press(button)
    repo = server.datasets["mina/feedback"]
    assert "one more text" in texts(repo) and repo.is_private
    assert len(server.uploads.commits) == 2
    del server.datasets["mina/feedback"]
    _, button = await asked(bot)
    assert (await bot.press(button)).error is None and "mina/feedback" in server.datasets


async def test_who_published_what_is_noted(bot, server):
    _, button = await asked(bot, "repo:feedback private:no")
    await bot.press(button)
    (row,) = (await bot.ok("/audit what:published")).table.rows
    assert row[2:] == (
        "admin",
        "published 14 texts of feedback as mina/feedback: everybody sees it",
    )
    assert "14개" in (await bot.korean().ok("/변경기록 무엇을:공개한것")).table.rows[0][-1]


async def test_what_has_changed_since_is_not_published(bot, server):
    _, button = await asked(bot)
    await add(bot, ["one that nobody was told of"], "praise")
    assert (await bot.press(button)).error.code == "dataset_changed"
    assert not server.datasets


async def test_of_whom_no_model_may_learn_nothing_is_published(bot, server):
    mina = bot.by("mina", Role.MODERATOR)
    await add(mina, [f"what mina has put in, number {n}" for n in "abcdefghijkl"], "praise")
    _, told_of_all = await asked(bot)
    await mina.ok("/me learn:no")
    assert (await bot.press(told_of_all)).error.code == "dataset_changed"
    reply, button = await asked(bot, "repo:feedback private:no")
    assert "14 gold texts" in reply.text and "Left out: 12 gold texts of people" in reply.text
    assert "골드 글 12개" in (await bot.korean().ok("/데이터셋 공개 저장소:feedback")).text
    assert (await bot.press(button)).error is None
    published = texts(server.datasets["mina/feedback"])
    assert len(published) == 14 and not any("mina" in text for text in published)
    (file,) = (await bot.ok("/dataset export")).files
    assert b"what mina has put in" in file.content
    await bot.ok("/me learn:no")
    assert await bot.code("/dataset publish repo:feedback") == "publish_unwilling"


async def test_what_another_has_asked_too_is_published_as_they_wrote_it(bot, server):
    asked_in_a_way = {"mina": "good movie １２", "bob": "good movie 12"}
    for number, (user, text) in enumerate(asked_in_a_way.items(), 1):
        await bot.by(user).ok(f"/classify {text}")
        await bot.press(f"fb:{number}:right")
    await bot.by("mina").ok("/me learn:no")
    reply, button = await asked(bot, "repo:moods dataset:sentiment")
    assert "1 gold text (" in reply.text and "Left out" not in reply.text
    await bot.press(button)
    assert texts(server.datasets["mina/moods"]) == [asked_in_a_way["bob"]]


async def test_a_name_that_others_have_is_theirs(bot, server):
    server.add("mina/feedback", {"README.md": b"theirs"}, is_dataset=True)
    _, button = await asked(bot)
    reply = await bot.press(button)
    assert reply.error.code == "publish_failed" and "already" in reply.text
    assert server.datasets["mina/feedback"].files == {"README.md": b"theirs"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/lfs/*", status=500), "trouble of its own"),
        (Fault("/lfs/*", status=403), "may not write"),
        (Fault("*/commit/*", status=500), "trouble of its own"),
        (Fault("*/commit/*", status=429, headers={"Retry-After": "90"}), "90 seconds"),
        (Fault("/api/repos/create", status=403), "may not write"),
        (Fault("/lfs/*", status=413), "larger than the Hub"),
        (Fault("*/preupload/*", status=200, body=b"<html>"), "not a Hub"),
    ],
)
async def test_an_upload_that_fails_leaves_nothing_and_can_be_tried_again(
    bot, server, naps, fault, said
):
    _, button = await asked(bot)
    server.faults.append(fault)
    reply = await bot.press(button)
    assert reply.error.code == "publish_failed" and said in reply.text
    assert not any(repo.files for repo in server.datasets.values())
    server.faults.clear()
    assert (await bot.press(button)).error is None
    assert len(texts(server.datasets["mina/feedback"])) == 14


async def test_what_is_whole_but_not_yet_shown_says_so(bot, server, naps):
    _, button = await asked(bot, "repo:feedback private:no")
    server.faults.append(Fault("*/settings", status=500))
    reply = await bot.press(button)
    assert reply.error is None and "nobody else sees it yet" in reply.text


@pytest.mark.parametrize("name", ["a/b/c", "../x", "a b", "-", "x--y", "이름", "x."])
async def test_a_name_that_the_hub_does_not_take(bot, name):
    assert await bot.code(f'/dataset publish repo:"{name}"') == "publish_bad_name"


async def test_no_account_a_bad_one_or_not_here(tmp_path, checkpoints, server):
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        await fill(bot)
        assert await bot.code("/dataset publish repo:x") == "publish_no_token"
    async with running(tmp_path, checkpoints, (), server.url, token="hf_nobody") as bot:
        reply = await bot.say("/dataset publish repo:x")
        assert reply.error.code == "publish_failed" and "token in HF_TOKEN" in reply.text
    async with running(tmp_path, checkpoints, (), server.url, token=HUB_TOKEN) as bot:
        admin = bot.by("ann", Role.ADMIN, ELSEWHERE)
        await fill(admin)
        reply = await admin.say("/dataset publish repo:x")
        assert reply.error.code == "publish_not_here" and "discord:2" in reply.text
        object.__setattr__(bot.services, "rules", Rules(0.5, 3, 30, frozenset({"discord:2"})))
        await admin.ok("/dataset publish repo:x")


async def test_the_hub_may_be_turned_off(bot, server, monkeypatch):
    _, button = await asked(bot)
    seen = len(server.seen)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in (await bot.press(button)).text
    assert "HF_HUB_OFFLINE" in (await bot.say("/dataset publish repo:x")).text
    assert len(server.seen) == seen


async def test_no_network_is_one_sentence(tmp_path, checkpoints, naps):
    async with running(tmp_path, checkpoints, token=HUB_TOKEN) as bot:
        await fill(bot)
        reply = await bot.say("/dataset publish repo:x")
        assert reply.error.code == "publish_failed" and "network" in reply.text


async def test_only_admins_and_only_who_asked(bot, server):
    moderator = bot.by("ann", Role.MODERATOR)
    assert await moderator.code("/dataset publish repo:x") == "role_admin"
    _, button = await asked(bot)
    assert (await moderator.press(button)).error.code == "role_admin"
    other = bot.by("eve", Role.ADMIN)
    assert (await other.press(button)).error.code == "publish_gone"
    assert not server.datasets


async def test_nothing_gold_is_nothing_to_publish(bot):
    await bot.ok("/dataset create name:empty a, b")
    assert await bot.code("/dataset publish repo:x dataset:empty") == "publish_no_gold"


async def test_in_korean(bot, server):
    reply = await bot.korean().ok("/데이터셋 공개 저장소:feedback 비공개:아니요")
    assert reply.text.startswith("공개: 인터넷의 누구나") and "feedback을" in reply.title


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@!123456> hi", "@… hi"),
        ("<@&123456>", "@…"),
        ("<!subteam^S0123|@team>", "@…"),
        ("<#C0123456|general>", "#…"),
        ("a < b and <html> <!DOCTYPE html> <@x>", "a < b and <html> <!DOCTYPE html> <@x>"),
    ],
)
def test_mentions(text, left):
    assert without_mentions(text) == left

"""`/version publish space:yes`: the page of a version beside it, on a Hub on loopback."""

import asyncio
import json

import pytest
import yaml

from storage.records import Deed, NewAuditEntry
from tests.handlers.conftest import HUB_TOKEN
from tests.handlers.versions.space_folders import ask_pages
from tests.handlers.versions.test_publishing import bot
from tests.servers.hub import Fault
from tests.servers.hub_repo import Repo, commit_of

__all__ = ["bot"]


async def asked(bot, options="space:yes"):
    reply = await bot.ok(f"/version publish ours@1 repo:mood {options}")
    return reply, reply.controls[0].id


async def test_the_page_goes_along_and_its_weights_do_not(bot, made, server):
    await made("ours")
    reply, button = await asked(bot)
    assert "A Space of the same name" in reply.text and "- The food is good" in reply.text
    assert "secret HF_TOKEN" in reply.text and not server.spaces
    done = await bot.press(button)
    assert done.error is None and f"{server.url}/spaces/mina/mood" in done.text
    model, space = server.repos["mina/mood"], server.spaces["mina/mood"]
    assert space.is_private and model.is_private
    assert set(space.files) == {
        *("README.md", "app.py", "model.py", "predict.py", "requirements.txt"),
        *("second_opinions.py", "space.json"),
    }
    front = yaml.safe_load(space.files["README.md"].decode().split("---")[1])
    assert front["models"] == ["mina/mood"] and front["sdk"] == "gradio"
    facts = json.loads(space.files["space.json"])
    assert (facts["repo"], facts["revision"]) == ("mina/mood", model.revision)
    assert not any(HUB_TOKEN.encode() in one for one in space.files.values())
    told = (await bot.ok("/audit what:published")).table.rows
    assert (
        told[0][3]
        == "published the page of ours@1 as the Space mina/mood: only the account sees it"
    )
    assert server.uploads.commits[-1] == ("mina/mood", "The page of ours@1 from Tokki")


async def test_what_is_there_runs_and_answers_as_the_chat_does(bot, made, server, tmp_path):
    await made("ours")
    _, button = await asked(bot, "private:no space:yes")
    await bot.press(button)
    folder = tmp_path / "space"
    folder.mkdir()
    for name, content in server.spaces["mina/mood"].files.items():
        (folder / name).write_bytes(content)
    more = {"HF_ENDPOINT": server.url, "HF_HUB_OFFLINE": "0", "HF_HOME": str(tmp_path / "hf")}
    said = await asyncio.to_thread(ask_pages, {folder: [["en", "good movie"]]}, **more)
    answer = await bot.ok("/classify good movie model:ours@1")
    wanted = {bar.label: pytest.approx(bar.score, abs=1e-5) for bar in answer.bars}
    assert said["space"][0][1] == wanted


async def test_without_it_there_is_no_page_and_examples_want_one(bot, made, server):
    await made("ours")
    for options in ("", 'space:no examples:"bad food"', "space:no"):
        reply, button = await asked(bot, options)
        assert "Space" not in reply.text
    await bot.press(button)
    assert not server.spaces
    reply, button = await asked(bot, 'examples:"bad food | 밥은 맛있다"')
    assert "- bad food\n- 밥은 맛있다" in reply.text and "food is good" not in reply.text
    await bot.press(button)
    facts = json.loads(server.spaces["mina/mood"].files["space.json"])
    assert facts["examples"] == [["bad food"], ["밥은 맛있다"]]
    assert await bot.code(f'/version publish ours@1 repo:x examples:"{"a" * 301}"') == (
        "space_examples"
    )


async def test_public_only_where_it_is_wanted(bot, made, server):
    await made("ours")
    reply, button = await asked(bot, "private:no space:yes")
    assert "HF_TOKEN" not in reply.text
    await bot.press(button)
    assert not server.spaces["mina/mood"].is_private
    address = f"{server.url}/spaces/mina/mood"
    assert (await bot.ok("/version card ours@1")).footer["space"] == address
    (row, _) = (await bot.ok("/audit what:published")).table.rows
    assert row[3].endswith("everybody sees it")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/api/spaces/*/commit/*", status=500), "trouble of its own"),
        (Fault("/api/spaces/*/commit/*", status=403), "may not write"),
        (Fault("/api/spaces/*/preupload/*", hangs_up=True), "broke off"),
    ],
)
async def test_half_of_it_is_told_and_made_whole_by_the_same_button(
    bot, made, server, naps, fault, said
):
    await made("ours")
    _, button = await asked(bot)
    server.faults.append(fault)
    reply = await bot.press(button)
    assert reply.error.code == "space_failed" and said in reply.text
    assert "ours@1 is on the Hub" in reply.text and server.repos["mina/mood"].files
    server.faults.clear()
    assert (await bot.press(button)).error is None
    assert server.spaces["mina/mood"].files


async def test_a_name_that_others_have_and_an_account_without_a_plan(bot, made, server):
    await made("ours")
    _, model_alone = await asked(bot, "")
    await bot.press(model_alone)
    _, button = await asked(bot)
    server.faults.append(Fault("/api/repos/create", status=402))
    reply = await bot.press(button)
    assert reply.error.code == "space_failed" and "paid for" in reply.text
    server.faults.clear()
    theirs = {"README.md": b"theirs"}
    server.spaces["mina/mood"] = Repo("mina/mood", commit_of(theirs), theirs)
    reply = await bot.press(button)
    assert reply.error.code == "space_failed" and "one of that name already" in reply.text
    assert server.spaces["mina/mood"].files == {"README.md": b"theirs"}


async def test_a_card_tells_of_a_page_as_long_as_everybody_sees_that_one_on_it(bot, made):
    for _ in range(2):
        await made("ours")

    async def published(number, private):
        asked = f"/version publish ours@{number} repo:mood private:{private} space:yes"
        assert (await bot.press((await bot.ok(asked)).controls[0].id)).error is None

    async def with_a_page():
        cards = [await bot.ok(f"/version card ours@{number}") for number in (1, 2)]
        return ["space" in card.footer for card in cards]

    assert await with_a_page() == [False, False]
    await published(1, "no")
    assert await with_a_page() == [True, False]
    await published(2, "no")
    assert await with_a_page() == [False, True]
    await published(2, "yes")
    assert await with_a_page() == [False, False]


async def test_what_was_learned_from_texts_that_are_erased_is_told_of(bot, made):
    await made("ours")
    facts = {"versions": "others@3, ours@1"}
    entry = NewAuditEntry("terminal:local", "tokki", Deed.PERSON_ERASED, facts)
    await bot.services.storage.settings.put("terminal:local", "x", 1, entry)
    reply, _ = await asked(bot, "")
    assert "a new training is due" in reply.text


async def test_in_korean(bot, made, server):
    await made("ours")
    korean = bot.korean()
    reply = await korean.ok("/버전 공개 ours@1 저장소:mood 스페이스:예")
    assert "같은 이름의 스페이스도" in reply.text
    done = await korean.press(reply.controls[0].id)
    assert "페이지: " in done.text

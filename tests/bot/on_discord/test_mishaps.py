"""Requests that fail in the worst moment: an answer still reaches its reader, and only them."""

import asyncio

import pytest

from bot.on_discord.connection import client as client_module
from bot.on_discord.showing import screen as screen_module
from storage.records import NewQuery
from tests.waiting import until, within


async def ask(lab, text="hello", by=None):
    return await (by or lab.boss).slash(lab.channel, "tokenize", {"text": text})


async def test_a_response_whose_confirmation_is_lost(lab, server):
    server.fail("POST", "/interactions/*/callback", status=500, times=1, takes_effect=True)
    assert "hello" in (await (await ask(lab)).answered()).text


async def test_a_deferral_whose_confirmation_is_lost(lab, server):
    server.fail("POST", "/interactions/*/callback", status=500, times=1, takes_effect=True)
    asked = await lab.boss.slash(lab.channel, "classify", {"text": "the first loads the model"})
    assert "sentiment@0" in (await asked.answered()).text


@pytest.mark.parametrize("takes_effect", [True, False])
@pytest.mark.parametrize(("command", "said"), [("classify", "sentiment@0"), ("tokenize", "hello")])
async def test_nobody_waits_for_a_day_because_a_server_says_so(
    lab, server, monkeypatch, command, said, takes_effect
):
    monkeypatch.setattr(screen_module, "_CONFIRMED_WITHIN_S", 1.0)
    day = {"retry_after": 86400, "message": "no"}
    server.fail(
        "POST", "/interactions/*/callback", 429, json=day, times=1, takes_effect=takes_effect
    )
    asked = await lab.boss.slash(lab.channel, command, {"text": "hello"}, check=False)
    await asked.until(lambda message: said in message.text)


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_a_refused_response_is_tried_again(lab, server, status):
    server.fail("POST", "/interactions/*/callback", status=status, times=1, json={"code": 0})
    assert "hello" in (await (await ask(lab)).answered()).text


async def test_an_answer_that_discord_never_takes_is_told_of(lab, server):
    server.allow_violations = True
    server.fail("POST", "/interactions/*/callback", status=400, times=1, json={"code": 50035})
    server.fail("PATCH", "/webhooks/*", status=400, times=3, json={"code": 50035})
    message = await (await ask(lab)).answered()
    assert "reference" in message.text and message.is_ephemeral


async def test_a_refusal_is_private_even_if_everybody_was_told_to_wait(lab, tokki, monkeypatch):
    monkeypatch.setattr(
        client_module, "_PACE", client_module.Pace(0.0, between_edits_s=1.0, crowd=1)
    )
    await tokki.stop()
    await tokki.start()
    asked = await lab.boss.slash(lab.channel, "classify", {"text": "x", "model": "nobody"})
    message = await asked.until(lambda m: "no model" in m.text)
    assert message.is_ephemeral
    assert not [each for each in lab.channel.messages if not each.is_deleted]


async def test_a_refusal_that_comes_too_late_is_not_posted(lab, server):
    server.refuse_callback(code=10062)
    await lab.mina.slash(lab.channel, "finetune", check=False)
    await (await ask(lab)).answered()
    assert all("관리자" not in each.text for each in lab.channel.messages)


async def test_an_error_leaves_the_question_where_it_is(lab):
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    question = await (await lab.boss.press(message, message.button("Wrong"))).answered()
    (select,) = [each for each in question.controls if each.get("options")]
    asked = await lab.boss.select(question, select["custom_id"], ["nobody"], check=False)
    refusal = await asked.answered()
    assert refusal.id != question.id
    assert [each for each in question.controls if each.get("options")]


async def test_a_shared_answer_takes_its_file_along(lab, tokki):
    asked_before = NewQuery(
        community=f"discord:{lab.guild.id}",
        user=str(lab.mina.id),
        command="classify",
        text="a question of some length " * 3,
        model="sentiment@0",
        result={"labels": ["positive"], "scores": [0.9]},
        label_set=("negative", "positive"),
        latency_ms=1.0,
    )
    for _ in range(90):
        await tokki.bot.services.storage.queries.add(asked_before)
    message = await (await lab.mina.slash(lab.channel, "history", {"top": 100})).answered()
    assert message.files
    asked = await lab.mina.press(message, message.button("공유하기"))
    shared = await asked.until(lambda m: not m.is_ephemeral)
    assert shared.files == message.files


async def test_a_share_that_fails_can_be_tried_again(lab, server):
    message = await (await lab.boss.slash(lab.channel, "models")).answered()
    server.fail("POST", "/webhooks/*", status=400, times=1, json={"code": 0})
    failed = await lab.boss.press(message, message.button("Share"))
    await failed.until(lambda m: "reference" in m.text)
    again = await lab.boss.press(message, message.button("Share"))
    assert await again.until(lambda m: not m.is_ephemeral)


async def test_a_share_whose_button_stays_is_published_once(lab, server):
    message = await (await lab.boss.slash(lab.channel, "models")).answered()
    stays = server.fail("PATCH", "/webhooks/*", status=400, times=1, json={"code": 0})
    asked = await lab.boss.press(message, message.button("Share"))
    await until(lambda: stays.struck, "the button could not be used up")
    await (await ask(lab)).answered()  # by now it would have been told of
    await (await lab.boss.press(message, message.button("Share"))).acknowledged()
    await (await ask(lab)).answered()
    assert len([each for each in lab.channel.messages if "shared by" in each.text]) == 1
    assert [each.is_ephemeral for each in asked.followups] == [False], "nothing broke"


async def test_a_file_is_not_fetched_for_who_may_not(lab, server):
    message = await lab.boss.write(lab.channel, "", attachments=[("a.txt", "text/plain", b"hello")])
    asked = await lab.mina.message_action(lab.channel, "Add to dataset", message, check=False)
    assert "중재자" in (await asked.answered()).text
    assert not [each for each in server.requests if "a.txt" in each.path]


async def test_a_dead_gateway_is_noticed(lab, tokki, server, monkeypatch):
    monkeypatch.setattr(client_module, "HEARTBEAT_TIMEOUT_S", 1.0)
    await tokki.stop()
    server.heartbeat_interval_ms = 200
    await tokki.start()
    before = server.resumes + server.identifies
    server.mute_heartbeats = True
    await until(lambda: server.resumes + server.identifies > before, "another session")
    assert "hello" in (await (await ask(lab)).answered()).text


async def test_discord_closes_for_good_while_answers_are_under_way(lab, tokki, server):
    asked = [await lab.boss.slash(lab.channel, "classify", {"text": f"x{n}"}) for n in range(5)]
    await asyncio.gather(*(each.acknowledged() for each in asked))
    await server.close_sockets(4004)
    for each in asked:
        assert "sentiment@0" in (await each.answered()).text
    await asyncio.gather(tokki.serving, return_exceptions=True)
    tokki.serving = None


async def test_a_stop_in_the_middle_of_a_slow_start(tokki, server):
    server.fail("PUT", "/applications/*/commands", status=429, times=50, retry_after=30)
    tokki.begin()
    await until(lambda: "PUT" in {each.method for each in server.requests}, "a sync")
    async with within("the stop"):
        await tokki.stop()
    assert [each.method for each in server.requests].count("PUT") == 1, "nor tried again"


async def test_a_failing_sync_is_told_and_not_fatal(tokki, server):
    server.fail("PUT", "/applications/*/commands", status=403, times=1, json={"code": 50001})
    await tokki.start()
    assert any("did not take the commands" in each for each in tokki.said)

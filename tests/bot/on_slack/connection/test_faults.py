"""What may go wrong between Slack and Tokki: nothing is lost in silence."""

import pytest

from bot.doors import DoorClosed
from bot.on_slack.connection import socket_mode as socket_module
from tests.bot.serving import run_as_its_operator
from tests.waiting import PATIENCE_S, until


async def answers(lab, text="hello"):
    asked = await lab.boss.command(lab.channel, "/tokenize", text)
    return await asked.answered()


async def test_a_dropped_socket_comes_back(lab, server):
    await answers(lab)
    await server.cut()
    await server.connected()
    await answers(lab)


async def test_a_socket_cut_in_the_middle_of_an_answer(lab, server):
    asked = await lab.boss.command(lab.channel, "/classify", "hello")
    await asked.acknowledged()
    await server.cut()
    assert "sentiment@0" in (await asked.answered()).text_shown


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_asks_to_connect_anew(lab, server, reason):
    await server.disconnect(reason=reason)
    asked = [await lab.boss.command(lab.channel, "/tokenize", f"hello{n}") for n in range(3)]
    for number, each in enumerate(asked):
        await each.until(lambda m, n=number: f"hello{n}" in m.text_shown)


async def test_slack_restarts(lab, server):
    await server.restart()
    await server.connected()
    await answers(lab)


async def test_a_connection_that_went_deaf_is_replaced(lab, server, tokki, monkeypatch):
    await tokki.stop()
    monkeypatch.setattr(socket_module, "PING_INTERVAL_S", 0.2)
    monkeypatch.setattr(socket_module, "DEAF_AFTER_S", 1.2)
    server.world.socket.ping_every_s = 0.2
    await tokki.start()
    await answers(lab)
    before = server.count("apps.connections.open")
    server.go_deaf()
    await until(lambda: server.count("apps.connections.open") > before, "another connection")
    await server.connected()
    await answers(lab)


async def test_an_answer_after_too_many_requests(lab, server):
    server.fail(method="chat.postMessage", status=429, times=1, retry_after=1)
    await answers(lab)


async def test_an_answer_after_a_server_error(lab, server):
    server.fail(method="chat.postMessage", status=500, times=1)
    await answers(lab)


async def test_blocks_that_slack_finds_too_long(lab, server):
    server.fail(method="chat.postMessage", status=200, error="msg_blocks_too_long", times=1)
    assert "hello" in (await answers(lab)).text_shown


async def test_a_channel_that_tokki_is_not_in(lab, server):
    server.fail(method="chat.postMessage", status=200, error="not_in_channel", times=1)
    assert "hello" in (await answers(lab)).text_shown


async def test_a_second_delivery_is_dropped(lab, server):
    await answers(lab)
    server.deliver_twice = True
    await answers(lab, "once")
    server.deliver_twice = False
    await answers(lab)
    assert sum("once" in each.text_shown for each in lab.channel.messages) == 1


async def test_a_delivery_again_after_a_restart_is_dropped(lab, server, tokki):
    asked = await lab.boss.command(lab.channel, "/tokenize", "once")
    await asked.answered()
    await tokki.stop()
    await tokki.start()
    server.redeliver(asked, retry_attempt=1, retry_reason="timeout")
    await answers(lab)
    assert sum("once" in each.text_shown for each in lab.channel.messages) == 1


async def test_an_expired_trigger_is_told_of(lab, server):
    server.fail(method="views.open", status=200, error="expired_trigger_id", times=1)
    asked = await lab.boss.command(lab.channel, "/classify", "")
    message = await asked.answered()
    assert message.is_ephemeral
    assert message.text_shown


async def test_a_long_text(lab):
    message = await answers(lab, "hello there " * 250)
    assert "hello" in message.text_shown


async def test_200_at_once(lab, server):
    server.world.postman.acknowledge_within_s = PATIENCE_S
    channels = [server.add_channel(f"c{n}") for n in range(200)]
    people = [server.add_person(f"p{n}") for n in range(20)]
    asked = [
        await people[n % 20].command(channels[n], "/classify", f"hello {n}") for n in range(200)
    ]
    for each in asked:
        assert "sentiment@0" in (await each.answered()).text_shown
    assert all(each.is_acknowledged for each in asked)


async def test_what_is_being_answered_when_it_stops_is_finished(lab, tokki, server):
    channels = [server.add_channel(f"c{n}") for n in range(10)]
    asked = [await lab.boss.command(each, "/classify", "hello") for each in channels]
    for each in asked:
        await each.acknowledged()
    await tokki.stop()
    for each in asked:
        assert "sentiment@0" in (await each.answered()).text_shown


async def test_a_wrong_token(tokki, server):
    tokki.token = "xoxb-wrong"
    tokki.begin()
    with pytest.raises(DoorClosed, match="SLACK_BOT_TOKEN"):
        await tokki.ended()


async def test_a_token_that_is_revoked_while_it_runs(lab, tokki, server):
    await answers(lab)
    server.revoke(server.bot_token)
    await lab.boss.command(lab.channel, "/tokenize", "hello")
    with pytest.raises(DoorClosed, match="SLACK_BOT_TOKEN"):
        await tokki.ended()


async def test_tokki_run_as_its_operator_runs_it(server, tmp_path):
    channel, ann = server.add_channel("general"), server.add_person("ann")

    async def meanwhile():
        await server.connected()
        asked = await ann.command(channel, "/classify", "I love this")
        await asked.until(lambda message: "positive" in message.text_shown)

    said = await run_as_its_operator(server.settings, tmp_path, meanwhile)
    assert "is ready in" in said
    assert server.bot_token not in said and server.app_token not in said

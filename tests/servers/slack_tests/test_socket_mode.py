"""Socket Mode: connections that come and go under the unmodified client."""

import asyncio
import contextlib
import json
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_tests.bot import QUICK_S, app_of, running


@pytest.fixture
def slack(slack: LoopbackSlack) -> LoopbackSlack:
    slack.world.postman.retry_delays_s = (0, 0.2, 0.2)
    return slack


def echoing(slack: LoopbackSlack) -> Any:
    app = app_of(slack)

    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"you said {command['text']}")

    return app


@contextlib.asynccontextmanager
async def raw(slack: LoopbackSlack):
    """A connection by hand."""
    answer = await app_of(slack).client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(answer["url"]) as socket:
        yield socket


async def test_hello(slack: LoopbackSlack) -> None:
    async with raw(slack) as first, raw(slack) as second:
        hello = await first.receive_json()
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": slack.world.app_id}
        assert hello["debug_info"]["host"] == "applink-loopback"
        assert (await second.receive_json())["num_connections"] == 2


async def test_an_address_is_good_once(slack: LoopbackSlack) -> None:
    answer = await app_of(slack).client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(answer["url"]):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
            await session.ws_connect(answer["url"])


async def test_each_envelope_goes_to_one_connection(slack: LoopbackSlack) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with raw(slack) as first, raw(slack) as second:
        await slack.connected(at_least=2)
        sockets = [first, second]
        for socket in sockets:
            await socket.receive_json()
        asked = [await mina.command(general, "/echo", str(number)) for number in range(4)]
        texts = []
        for socket in sockets:
            for _ in range(2):
                envelope = await socket.receive_json()
                assert envelope["accepts_response_payload"] is True
                texts.append(envelope["payload"]["text"])
                answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "ok"}}
                await socket.send_str(json.dumps(answer))
        for one in asked:
            assert (await one.answered()).text == "ok"
    assert sorted(texts) == list("0123")


async def test_more_than_ten_connections_are_too_many(slack: LoopbackSlack) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(raw(slack))
        await slack.connected(at_least=10)
        last = await stack.enter_async_context(raw(slack))
        assert (await last.receive_json())["reason"] == "too_many_websockets"
        assert (await last.receive()).type == aiohttp.WSMsgType.CLOSE


async def test_an_acknowledgement_of_nothing_is_a_violation(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    seen: asyncio.Queue[str] = asyncio.Queue()
    slack.world.checker.watchers.append(seen.put_nowait)
    async with raw(slack) as socket:
        await socket.send_str(json.dumps({"envelope_id": "x"}))
        assert "nothing was sent with envelope_id 'x'" in await seen.get()


async def test_a_cut_connection_is_opened_anew(slack: LoopbackSlack) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, echoing(slack), QUICK_S):
        await slack.cut()
        lost = await mina.command(general, "/echo", "gone")
        assert lost.error == "dispatch_failed"
        await slack.connected()
        asked = await mina.command(general, "/echo", "back")
        assert (await asked.answered()).text == "you said back"
    assert slack.world.socket.opened == 2


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refresh_loses_no_command(slack: LoopbackSlack, reason: str) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, echoing(slack)):
        await slack.disconnect(reason)
        asked = [await mina.command(general, "/echo", str(number)) for number in range(5)]
        messages = await asyncio.gather(*(one.answered() for one in asked))
        assert [message.text for message in messages] == [f"you said {n}" for n in range(5)]
    assert slack.world.socket.opened == 2


async def test_socket_mode_can_be_switched_off(slack: LoopbackSlack) -> None:
    async with raw(slack) as socket:
        await socket.receive_json()
        await slack.disconnect("link_disabled")
        assert (await socket.receive_json())["reason"] == "link_disabled"
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
    with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
        await app_of(slack).client.apps_connections_open(app_token=slack.app_token)


async def test_a_restart_keeps_what_was_known(slack: LoopbackSlack) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    address = slack.api_url
    async with running(slack, echoing(slack), QUICK_S):
        await (await mina.command(general, "/echo", "one")).answered()
        await slack.restart()
        assert slack.api_url == address
        await slack.connected()
        await (await mina.command(general, "/echo", "two")).answered()
    assert [message.text for message in general.messages] == ["you said one", "you said two"]


async def test_the_server_pings(slack: LoopbackSlack) -> None:
    slack.world.socket.ping_every_s = 0.05
    client = app_of(slack).client
    answer = await client.apps_connections_open(app_token=slack.app_token)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(answer["url"], autoping=False) as socket,
    ):
        await socket.receive_json()
        assert (await socket.receive()).type == aiohttp.WSMsgType.PING
        slack.go_deaf(answers_pings=True)
        await socket.ping(b"still there?")
        message = await socket.receive()
        assert (message.type, message.data) == (aiohttp.WSMsgType.PONG, b"still there?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.2)


async def test_a_deaf_connection_is_left_by_the_client(slack: LoopbackSlack) -> None:
    slack.world.postman.acknowledge_within_s = 0.1
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, echoing(slack), QUICK_S):
        slack.go_deaf()
        lost = await mina.command(general, "/echo", "hello?")
        await lost.settled()
        assert lost.error == "operation_timeout"
        slack.world.postman.acknowledge_within_s = 3
        # Without pongs for 0.75 s, aiohttp gives the connection up, and slack_sdk opens another.
        await slack.connected()
        await (await mina.command(general, "/echo", "hello")).answered()


async def test_an_event_is_sent_again_until_it_is_acknowledged(slack: LoopbackSlack) -> None:
    slack.world.postman.acknowledge_within_s = 0.1
    mina = slack.add_person("mina")
    opening = None
    async with raw(slack) as socket:
        await socket.receive_json()
        opening = asyncio.create_task(mina.open_home(5))
        seen, at = [], []
        for _ in range(3):
            envelope = await socket.receive_json()
            seen.append((envelope["retry_attempt"], envelope["retry_reason"]))
            at.append(time.perf_counter())
            assert envelope["accepts_response_payload"] is False
        await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
        delivery = slack.events[0]
        await delivery.acknowledged()
        opening.cancel()
    assert seen == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert at[2] - at[1] >= 0.29
    assert delivery.attempts == 3


async def test_an_event_is_given_up_after_three_more(slack: LoopbackSlack) -> None:
    slack.world.postman.acknowledge_within_s = 0.02
    slack.world.postman.retry_delays_s = (0, 0, 0)
    async with raw(slack) as socket:
        await socket.receive_json()
        slack.world.subscribed.add("team_rename")
        delivery = slack.world.happen(slack.team, {"type": "team_rename", "name": "x"})
        assert delivery is not None
        await delivery.settled(5)
        assert delivery.error == "operation_timeout"
        assert delivery.attempts == 4


async def test_an_event_waits_for_a_connection(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), asyncio.Queue[str]()

    @app.event("app_home_opened")
    async def home(event: dict[str, Any]) -> None:
        await came.put(event["user"])

    mina = slack.add_person("mina")
    opening = asyncio.create_task(mina.open_home())
    await asyncio.sleep(0)
    async with running(slack, app):
        assert await came.get() == mina.id
    opening.cancel()


async def test_everything_can_come_twice(slack: LoopbackSlack) -> None:
    slack.deliver_twice = True
    app, count = app_of(slack), asyncio.Queue[str]()

    @app.command("/echo")
    async def echo(ack: Any, body: dict[str, Any]) -> None:
        await ack("ok")
        await count.put(body["trigger_id"])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/echo")
        assert await count.get() == await count.get()
        await asked.answered()
    assert len(general.messages) == 1


async def test_bolt_is_told_of_a_redelivery(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), asyncio.Queue[Any]()

    @app.event("app_home_opened")
    async def home(client: Any, event: dict[str, Any], request: Any, body: Any) -> None:
        await came.put((body["event_id"], request.headers.get("x-slack-retry-num")))
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}
        view = {"type": "home", "blocks": [section]}
        await client.views_publish(user_id=event["user"], view=view)

    mina = slack.add_person("mina")
    async with running(slack, app):
        await mina.open_home()
        slack.redeliver(slack.events[0], retry_attempt=2, retry_reason="timeout")
        first, again = await came.get(), await came.get()
    assert first[0] == again[0]
    assert (first[1], again[1]) == (["0"], ["2"])

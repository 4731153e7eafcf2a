"""Deliveries by HTTP to slack-bolt's own handler for aiohttp, which checks signatures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_tests.bot import app_of


@pytest.fixture
def slack(slack: LoopbackSlack) -> LoopbackSlack:
    slack.world.postman.retry_delays_s = (0, 0, 0)
    return slack


@contextlib.asynccontextmanager
async def serving(slack: LoopbackSlack, app: Any) -> AsyncIterator[None]:
    """Let an app take deliveries by HTTP."""
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


def echoing(slack: LoopbackSlack) -> Any:
    app = app_of(slack)

    @app.command("/echo")
    async def echo(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"you said {command['text']}", response_type="in_channel")

    return app


async def test_commands_and_interactions_and_events(slack: LoopbackSlack) -> None:
    app = echoing(slack)
    text = {"type": "plain_text", "text": "OK"}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
    section["accessory"] = {"type": "button", "action_id": "ok", "text": text}

    @app.event("app_home_opened")
    async def home(client: Any, event: dict[str, Any]) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section]}
        )

    @app.action("ok")
    async def ok(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        view = {"type": "modal", "title": text, "blocks": [section]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with serving(slack, app):
        assert slack.http is not None
        assert await slack.http.challenge()
        asked = await mina.command(general, "/echo", "a & b = ü")
        assert (await asked.answered()).text_shown == "you said a & b = ü"
        home_view = await mina.open_home()
        assert await (await mina.press(home_view, "OK")).opened()
    assert set(slack.http.statuses) == {200}


async def test_a_forged_signature(slack: LoopbackSlack) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with serving(slack, echoing(slack)):
        slack.forge_signature = True
        asked = await mina.command(general, "/echo", "x")
        await asked.settled()
        assert asked.error == "http_service_error"
        assert slack.http is not None
        assert slack.http.statuses == [401]
        slack.forge_signature = False
        assert await (await mina.command(general, "/echo", "x")).answered()


@pytest.mark.parametrize(("seconds", "is_let_in"), [(-290, True), (-310, False), (310, False)])
async def test_a_replayed_timestamp(slack: LoopbackSlack, seconds: int, is_let_in: bool) -> None:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with serving(slack, echoing(slack)):
        slack.shift_time(seconds)
        asked = await mina.command(general, "/echo", "x")
        await asked.settled()
    assert asked.is_acknowledged == is_let_in


async def test_an_event_is_posted_again_with_its_number(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), asyncio.Queue[Any]()

    @app.middleware
    async def refuse_twice(request: Any, next: Any) -> None:  # noqa: A002
        await came.put(request.headers.get("x-slack-retry-num"))
        if came.qsize() == 3:
            await next()

    @app.event("app_home_opened")
    async def home(event: dict[str, Any]) -> None:
        pass

    mina = slack.add_person("mina")
    async with serving(slack, app):
        opening = asyncio.create_task(mina.open_home())
        await asyncio.sleep(0)
        await slack.events[0].acknowledged()
        opening.cancel()
    assert [came.get_nowait() for _ in range(3)] == [None, ["1"], ["2"]]


async def test_an_app_that_is_not_there(slack: LoopbackSlack) -> None:
    slack.deliver_to("http://127.0.0.1:9/slack/events")
    asked = await slack.add_person("mina").command(slack.add_channel("general"), "/hi")
    await asked.settled()
    assert asked.error == "dispatch_failed"

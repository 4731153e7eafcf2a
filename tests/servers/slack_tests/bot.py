"""A small bot of slack-bolt, as it is, for the tests of the loopback Slack."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack_server import LoopbackSlack

QUICK_S = 0.5
"""How often a client pings that has to find out soon; it waits half as long for the pong."""


def plain(text: str = "x") -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def app_of(slack: LoopbackSlack) -> AsyncApp:
    """Make an app that talks to the server."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@contextlib.asynccontextmanager
async def running(
    slack: LoopbackSlack, app: AsyncApp, ping_every_s: float = 10
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Let an app run by Socket Mode."""
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_every_s)
    try:
        await handler.connect_async()
        await slack.connected()
        yield handler
    finally:
        await handler.close_async()

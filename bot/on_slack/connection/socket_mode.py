"""The Socket Mode connection: slack_sdk's own, and a watch over it.

slack_sdk reconnects where a socket closes. It has gone deaf without noticing, too, while its own
pings were answered: so where nothing of Slack's has been heard for a while, the whole client is
replaced. And it tries for ever where Slack refuses the token: so Slack is asked beforehand.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.on_slack.connection.odd_answers import text_in
from bot.on_slack.connection.refusals import may_pass

PING_INTERVAL_S = 10.0
DEAF_AFTER_S = 60.0
"""Slack sends pings of its own several times as often."""
LONGEST_CONNECT_S = 30.0
_LONGEST_GOODBYE_S = 2.0
_HEARD = (WSMsgType.TEXT, WSMsgType.PING)
"""What comes from Slack by itself; a pong is but an echo."""

log = logging.getLogger(__name__)


class Socket:
    """One connection to Slack, rebuilt whenever it goes deaf."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._app_token = app_token
        self._handler: AsyncSocketModeHandler | None = None
        self._heard_at = 0.0

    async def connect(self) -> None:
        """Connect anew.

        Raises:
            SlackApiError: Slack refuses the app-level token.
            TimeoutError: the socket does not open.
        """
        await self.close()
        opened = await self._app.client.apps_connections_open(app_token=self._app_token)
        self._handler = handler = AsyncSocketModeHandler(
            self._app, self._app_token, ping_interval=PING_INTERVAL_S
        )
        handler.client.message_listeners.append(_take_unreadable)
        await handler.client.aiohttp_client_session.close()
        handler.client.aiohttp_client_session = _listening(self._note_traffic)
        handler.client.wss_uri = text_in(opened, "url")
        async with asyncio.timeout(LONGEST_CONNECT_S):
            await handler.connect_async()  # type: ignore[no-untyped-call]
        self._note_traffic()

    async def is_well(self) -> bool:
        """Tell whether the socket is open and Slack has been heard lately."""
        is_heard = time.monotonic() - self._heard_at < DEAF_AFTER_S
        return bool(self._handler and is_heard and await self._handler.client.is_connected())

    async def watch(self) -> None:
        """Replace the connection whenever it has been silent for too long; never returns.

        Raises:
            SlackApiError: Slack refuses the app-level token.
        """
        while True:
            await asyncio.sleep(PING_INTERVAL_S)
            silent_s = time.monotonic() - self._heard_at
            if silent_s < DEAF_AFTER_S:
                continue
            log.warning("nothing heard from Slack for %.0f s, connecting anew", silent_s)
            try:
                await self.connect()
            except Exception as error:  # whatever comes instead of Slack's answer
                if isinstance(error, SlackApiError) and not may_pass(error):
                    raise
                log.warning("Slack cannot be reached", exc_info=True)

    async def close(self) -> None:
        """Close the connection, if there is one."""
        handler, self._handler = self._handler, None
        if handler:
            await handler.close_async()  # type: ignore[no-untyped-call]

    def _note_traffic(self) -> None:
        self._heard_at = time.monotonic()


async def _take_unreadable(
    client: AsyncBaseSocketModeClient, message: Mapping[str, Any], _raw: str | None
) -> None:
    """Acknowledge an envelope that slack_sdk cannot open: it would come again and again."""
    envelope = message.get("envelope_id")
    if isinstance(envelope, str) and not isinstance(message.get("payload"), (Mapping, str)):
        log.warning("an envelope from Slack holds nothing that can be read")
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=envelope))


def _listening(hear: Callable[[], None]) -> aiohttp.ClientSession:
    """Return a session whose sockets tell of whatever Slack sends, and close within seconds."""

    class Listening(ClientWebSocketResponse):
        async def receive(self, timeout: float | None = None) -> WSMessage:  # noqa: ASYNC109
            message = await super().receive(timeout)
            if message.type in _HEARD:
                hear()
            return message

        async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"") -> bool:
            try:
                async with asyncio.timeout(_LONGEST_GOODBYE_S):
                    return await super().close(code=code, message=message)
            except TimeoutError:  # a deaf one says no goodbye
                return False

    return aiohttp.ClientSession(ws_response_class=Listening)

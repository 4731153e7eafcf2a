"""The Socket Mode connection: slack_sdk's own, and a watch over it.

slack_sdk reconnects where a socket closes. It has gone deaf without noticing, too: so where nothing
has been heard for a while, the whole client is replaced.
"""

import asyncio
import logging
import time

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

PING_INTERVAL_S = 10.0
_DEAF_AFTER = 6
"""So many pings without an answer; slack_sdk itself should notice after four."""

log = logging.getLogger(__name__)


class Socket:
    """One connection to Slack, rebuilt whenever it goes deaf."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._app_token = app_token
        self._handler: AsyncSocketModeHandler | None = None
        self._connected_at = 0.0

    async def connect(self) -> None:
        """Connect anew.

        Raises:
            SlackApiError: Slack refuses the app-level token.
        """
        await self.close()
        self._handler = AsyncSocketModeHandler(
            self._app, self._app_token, ping_interval=PING_INTERVAL_S
        )
        self._connected_at = time.time()
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def watch(self) -> None:
        """Replace the connection whenever it has been silent for too long; never returns.

        Raises:
            SlackApiError: Slack refuses the app-level token.
        """
        while True:
            await asyncio.sleep(PING_INTERVAL_S)
            if self._silent_s() < PING_INTERVAL_S * _DEAF_AFTER:
                continue
            log.warning("nothing heard from Slack for %.0f s, connecting anew", self._silent_s())
            try:
                await self.connect()
            except (aiohttp.ClientError, OSError):
                log.warning("Slack cannot be reached", exc_info=True)

    async def close(self) -> None:
        """Close the connection, if there is one."""
        handler, self._handler = self._handler, None
        if handler:
            await handler.close_async()  # type: ignore[no-untyped-call]

    def _silent_s(self) -> float:
        if self._handler is None:
            return time.time() - self._connected_at
        heard = self._handler.client.last_ping_pong_time or 0.0
        return time.time() - max(heard, self._connected_at)

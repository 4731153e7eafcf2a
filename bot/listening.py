"""What listens: aiohttp's application and server, between the address and the routes."""

import asyncio
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from bot.bounded_connections import BoundedConnections
from bot.process.health import Health

HEALTH_PATH = "/healthz"
_MOST_BYTES = 1024 * 1024
_LONGEST_PAUSE_S = 30.0
"""Between two requests of one connection."""
_LONGEST_GOODBYE_S = 3.0
"""How long answers under way may take at the end; Slack does not wait longer for one either."""


class Listening:
    """One time of listening, until it is closed."""

    def __init__(
        self, routes: Sequence[web.RouteDef], health: Health, connections: BoundedConnections
    ) -> None:
        application = web.Application(
            client_max_size=_MOST_BYTES, middlewares=[connections.note_heard]
        )
        application.add_routes([web.get(HEALTH_PATH, self._tell_health), *routes])
        self._runner = web.AppRunner(
            application,
            access_log=None,
            shutdown_timeout=_LONGEST_GOODBYE_S,
            keepalive_timeout=_LONGEST_PAUSE_S,
        )
        self._health = health
        self._connections = connections
        self._listening: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen, and return the port; raises `OSError` where the address cannot be had."""
        await self._runner.setup()
        assert self._runner.server
        connect = partial(self._connections.connect, self._runner.server)
        self._listening = await asyncio.get_running_loop().create_server(connect, host, port)
        return int(self._listening.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more, after the answers that are under way."""
        if self._listening:
            self._listening.close()
        await self._runner.cleanup()

    async def _tell_health(self, _request: web.Request) -> web.Response:
        ailing = await self._health.ailing()
        if ailing:
            return web.Response(status=503, text=f"not well: {', '.join(ailing)}")
        return web.Response(text="ok")

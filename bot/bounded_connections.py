"""How many may be connected to the web server, and how long one may take to say what it wants.

A proxy in front may do the same, but nothing says that there is one.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST = 512
"""Slack has a handful, and each browser up to six."""
_LONGEST_HEADER_S = 10.0


class BoundedConnections:
    """The connections of one server."""

    def __init__(self, most: int = _MOST, longest_header_s: float = _LONGEST_HEADER_S) -> None:
        self._most = most
        self._longest_header_s = longest_header_s
        self._silent: dict[web.RequestHandler, asyncio.TimerHandle] = {}
        """Those that have not said anything whole yet, and when they are left."""

    def connect(self, server: web.Server) -> asyncio.BaseProtocol:
        """Return what speaks with a new connection; of one too many, something that hangs up."""
        if len(server.connections) >= self._most:
            return _Engaged()
        connection = server()
        loop = asyncio.get_running_loop()
        due = loop.call_later(self._longest_header_s, self._leave, connection)
        self._silent[connection] = due
        return connection

    @web.middleware
    async def note_heard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Take note that a connection has said what it wants; a middleware of the application."""
        if due := self._silent.pop(request.protocol, None):
            due.cancel()
        return await handler(request)

    def _leave(self, connection: web.RequestHandler) -> None:
        del self._silent[connection]
        connection.force_close()


class _Engaged(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()

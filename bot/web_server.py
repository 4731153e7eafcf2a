"""The one web server, for whatever wants HTTP: doors add their routes, and let it listen.

TLS is for the proxy in front. Where nobody adds a route no port is opened.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.process.health import Health
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

if TYPE_CHECKING:
    from aiohttp import web

    from bot.bounded_connections import BoundedConnections
    from bot.listening import Listening


class PortTaken(Exception):
    """The address cannot be had."""

    def __init__(self, host: str, port: int, reason: OSError) -> None:
        super().__init__(host, port, reason)
        self.host, self.port, self.reason = host, port, reason

    def explain(self, language: Language) -> str:
        """Return a sentence that says which and why."""
        reason = explain_system_error(self.reason, language)
        return say(language, "run.no_port", host=self.host, port=self.port, reason=reason)


class WebServer:
    """Listens at one address, and says at `/healthz` what is not well."""

    def __init__(
        self, host: str, port: int, connections: "BoundedConnections | None" = None
    ) -> None:
        self.port = port
        self.health = Health()
        """Doors say here whether they are connected."""
        self._host = host
        self._connections = connections
        self._routes: list[web.RouteDef] = []
        self._listening: Listening | None = None
        self._turn = asyncio.Lock()
        """Several doors may open at once."""

    def add_routes(self, routes: "Iterable[web.RouteDef]") -> None:
        """Answer these too, from the next `start` on."""
        self._routes += routes

    async def start(self) -> None:
        """Listen, anew if it listens already; do nothing where there are no routes.

        Raises:
            PortTaken: the address cannot be had.
        """
        async with self._turn:
            await self._close()
            if self._routes:
                await self._listen()

    async def close(self) -> None:
        """Listen no more, after the answers that are under way."""
        async with self._turn:
            await self._close()

    async def _listen(self) -> None:
        # A chat opens no port, and does not wait for aiohttp.
        from bot.bounded_connections import BoundedConnections  # noqa: PLC0415
        from bot.listening import Listening  # noqa: PLC0415

        self._connections = self._connections or BoundedConnections()
        self._listening = Listening(self._routes, self.health, self._connections)
        with _as_port_taken(self._host, self.port):
            self.port = await self._listening.open(self._host, self.port)

    async def _close(self) -> None:
        listening, self._listening = self._listening, None
        if listening:
            await listening.close()


async def try_address(host: str, port: int) -> None:
    """Listen at an address for a moment.

    Raises:
        PortTaken: the address cannot be had.
    """
    with _as_port_taken(host, port):
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
        server.close()
        await server.wait_closed()


@contextmanager
def _as_port_taken(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PortTaken(host, port, error) from error

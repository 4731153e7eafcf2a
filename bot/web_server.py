"""The one web server, for whatever wants HTTP: doors add their routes, and let it listen.

TLS is for the proxy in front. Where nobody adds a route no port is opened.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.operating.health import Health
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

HEALTH_PATH = "/healthz"
_MOST_BYTES = 1024 * 1024
_LONGEST_GOODBYE_S = 3.0
"""How long answers under way may take at the end; Slack does not wait longer for one either."""


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

    def __init__(self, host: str, port: int) -> None:
        self.port = port
        self.health = Health()
        """Doors say here whether they are connected."""
        self._host = host
        self._routes: list[web.RouteDef] = []
        self._runner: web.AppRunner | None = None

    def add_routes(self, routes: Iterable[web.RouteDef]) -> None:
        """Answer these too, from the next `start` on."""
        self._routes += routes

    async def start(self) -> None:
        """Listen, anew if it listens already; do nothing where there are no routes.

        Raises:
            PortTaken: the address cannot be had.
        """
        await self.close()
        if not self._routes:
            return
        application = web.Application(client_max_size=_MOST_BYTES)
        application.add_routes([web.get(HEALTH_PATH, self._tell_health), *self._routes])
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=_LONGEST_GOODBYE_S
        )
        await self._runner.setup()
        with _as_port_taken(self._host, self.port):
            await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Listen no more, after the answers that are under way."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    async def _tell_health(self, _request: web.Request) -> web.Response:
        ailing = await self.health.ailing()
        if ailing:
            return web.Response(status=503, text=f"not well: {', '.join(ailing)}")
        return web.Response(text="ok")


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

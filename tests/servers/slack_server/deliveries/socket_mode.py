"""Socket Mode: connections, and which of them an envelope takes."""

from __future__ import annotations

import asyncio
import contextlib
import uuid

from aiohttp import web

from tests.servers.slack_server.deliveries.connection import Connection
from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.deliveries.postman import Postman

MOST_CONNECTIONS = 10


class SocketMode:
    """All connections of the app."""

    def __init__(self, app_id: str, postman: Postman) -> None:
        self.ping_every_s = 5.0
        self.leave_within_s = 10.0
        """How long after a disconnect message Slack itself closes the connection."""
        self.is_enabled = True
        self.opened = 0
        """How many connections there have been."""
        self.connections: list[Connection] = []
        self._app_id = app_id
        self._postman = postman
        self._tickets: set[str] = set()
        self._turn = 0
        self._changed = asyncio.Event()
        self._refreshing: set[asyncio.TimerHandle] = set()

    @property
    def waits(self) -> bool:
        """Whether the app has just been told to connect anew."""
        return bool(self._refreshing)

    def ticket(self) -> str:
        """Give what lets one connection in."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    async def connected(self, timeout: float, at_least: int) -> None:  # noqa: ASYNC109
        """Wait for connections."""
        try:
            async with asyncio.timeout(timeout):
                while len(self._hearing()) < at_least:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            story = f"{len(self._hearing())} of {at_least} connections are open after {timeout} s"
            raise AssertionError(story) from None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Let a client connect."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, autoclose=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MOST_CONNECTIONS:
            self._tell_to_leave(connection, "too_many_websockets")
            connection.close_soon()
            await connection.run(self.ping_every_s, self._postman.acknowledge)
            return socket
        self._welcome(connection)
        try:
            with contextlib.suppress(ConnectionError):
                await connection.run(self.ping_every_s, self._postman.acknowledge)
        finally:
            self._forget(connection)
        return socket

    def send(self, delivery: Delivery, attempt: int, reason: str | None) -> bool:
        """Send an envelope to one connection, each in its turn."""
        known = self._open()
        if not known:
            return False
        self._turn += 1
        known[self._turn % len(known)].deliver(delivery, attempt, reason)
        return True

    def disconnect(self, reason: str) -> None:
        """Tell the connections to leave."""
        loop = asyncio.get_running_loop()
        for connection in self._open():
            self._tell_to_leave(connection, reason)
            if reason == "link_disabled":
                self.is_enabled = False
                connection.close_soon()
                continue
            self._wait_for_another(loop, connection)
        self._changed.set()

    def cut(self) -> None:
        """Break all connections off."""
        for connection in list(self.connections):
            connection.cut()
            self._forget(connection)
        for timer in self._refreshing:
            timer.cancel()
        self._refreshing.clear()

    def go_deaf(self, *, answers_pings: bool) -> None:
        """Neither hear nor send on the connections there are."""
        for connection in self._open():
            connection.go_deaf(answers_pings=answers_pings)

    def _open(self) -> list[Connection]:
        return [one for one in self.connections if not one.is_leaving]

    def _hearing(self) -> list[Connection]:
        return [one for one in self._open() if not one.is_deaf]

    def _welcome(self, connection: Connection) -> None:
        self.opened += 1
        self.connections.append(connection)
        connection.send(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {
                    "host": "applink-loopback",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
                "connection_info": {"app_id": self._app_id},
            }
        )
        self._changed.set()
        self._postman.flush()

    def _tell_to_leave(self, connection: Connection, reason: str) -> None:
        connection.is_leaving = True
        debug = {"host": "applink-loopback"}
        connection.send({"type": "disconnect", "reason": reason, "debug_info": debug})

    def _wait_for_another(self, loop: asyncio.AbstractEventLoop, connection: Connection) -> None:
        def leave() -> None:
            self._refreshing.discard(timer)
            connection.close_soon()

        timer = loop.call_later(self.leave_within_s, leave)
        self._refreshing.add(timer)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        self._changed.set()

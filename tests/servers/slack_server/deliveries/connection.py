"""One Socket Mode connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.servers.slack_server.kinds import Json

if TYPE_CHECKING:
    from tests.servers.slack_server.deliveries.delivery import Delivery

Acknowledge = Callable[[str, Json | None], None]
GONE = {WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR}


class Connection:
    """A WebSocket that the app has opened."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._request = request
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        self._released = asyncio.Event()
        self.is_leaving = False
        """Whether it was told to disconnect."""
        self.is_deaf = False
        """Whether nothing that comes is heard."""
        self.is_mute = False
        """Whether nothing is sent, pongs and pings neither unless `pings` says so."""
        self.pings = True
        self.sent = 0

    def send(self, message: Json) -> None:
        """Send a message; it is gone without a trace where the connection is mute."""
        if not self.is_mute:
            self._outgoing.put_nowait(json.dumps(message))

    def deliver(self, delivery: Delivery, attempt: int, reason: str | None) -> None:
        """Send an envelope."""
        envelope: Json = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": not delivery.is_event,
        }
        if delivery.is_event:
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        self.sent += 1
        self.send(envelope)

    def go_deaf(self, *, answers_pings: bool) -> None:
        """Neither hear nor send any more, while TCP stays open."""
        self.is_deaf = self.is_mute = True
        self.pings = answers_pings

    def cut(self) -> None:
        """Break the connection off."""
        self._released.set()
        if self._request.transport is not None:
            self._request.transport.abort()

    def close_soon(self) -> None:
        """Close it once everything is sent."""
        self._released.set()
        self._outgoing.put_nowait(None)

    async def run(self, ping_every_s: float, acknowledge: Acknowledge) -> None:
        """Read and write until it is closed."""
        helpers = [
            asyncio.create_task(self._write()),
            asyncio.create_task(self._ping(ping_every_s)),
        ]
        try:
            await self._read(acknowledge)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _read(self, acknowledge: Acknowledge) -> None:
        while True:
            message = await self._socket.receive()
            if message.type in GONE:
                return
            if message.type == WSMsgType.CLOSE:
                await self._answer_close()
                return
            if message.type == WSMsgType.PING and (self.pings or not self.is_deaf):
                await self._socket.pong(message.data)
            elif message.type == WSMsgType.TEXT and not self.is_deaf:
                _receive(message.data, acknowledge)

    async def _answer_close(self) -> None:
        if self.is_deaf and not self.pings:
            await self._released.wait()
        else:
            await self._socket.close()

    async def _write(self) -> None:
        while (text := await self._outgoing.get()) is not None:
            await self._socket.send_str(text)
        await self._socket.close()

    async def _ping(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            if not self.is_mute:
                await self._socket.ping(b"Ping from loopback Slack")


def _receive(text: str, acknowledge: Acknowledge) -> None:
    message = json.loads(text)
    acknowledge(str(message.get("envelope_id")), message.get("payload"))

"""One gateway socket."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord_server.gateways.packing import Packing
from tests.servers.discord_server.gateways.session import Session, frame

HELLO, ACK, RECONNECT, INVALID = 10, 11, 7, 9


class Line:
    """A socket with a queue before it, so that events keep their order."""

    def __init__(self, request: web.Request, packing: Packing) -> None:
        self.session: Session | None = None
        self.is_muted = False
        """Whether nothing goes out any more although the socket is open: a zombie."""
        self.socket = web.WebSocketResponse(timeout=1, autoping=True, compress=False)
        self._request = request
        self._packing = packing
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Shake hands."""
        await self.socket.prepare(self._request)
        self._writer = asyncio.create_task(self._write())

    def send(self, text: str) -> None:
        """Send a message after those before it."""
        self._queue.put_nowait(text)

    def say(self, op: int, data: Any = None) -> None:
        """Send a message that is no event."""
        self.send(frame(op, data))

    async def close(self, code: int) -> None:
        """Close after all that is still to be sent."""
        self._queue.put_nowait(None)
        if self._writer is not None:
            await asyncio.wait([self._writer])
        await self.socket.close(code=code)

    def abort(self) -> None:
        """Drop the connection with no word."""
        self.end()
        if self._request.transport is not None:
            self._request.transport.abort()

    def end(self) -> None:
        """Stop sending."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while (text := await self._queue.get()) is not None:
                # What is not sent is not packed either: the stream has to be whole.
                if not self.is_muted:
                    await self._put(self._packing.pack(text))

    async def _put(self, packed: str | bytes) -> None:
        if isinstance(packed, str):
            await self.socket.send_str(packed)
        else:
            await self.socket.send_bytes(packed)


def is_text(kind: WSMsgType) -> bool:
    """Say whether a message of the client has something to read."""
    return kind in (WSMsgType.TEXT, WSMsgType.BINARY)

"""A way to a server on loopback that breaks where a test says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

_MOST = 65_536


class Relay:
    """Passes on what both sides say."""

    breaks_at: bytes | None = None
    """Who says this is heard over there, and never learns what the answer was."""
    last_words: bytes = b""
    """What they are told instead."""
    stays_broken: bool = False
    is_broken: bool = False
    """Whether nobody is let in."""

    def __init__(self, port: int) -> None:
        """`port`: of the server."""
        self.port = 0
        self._behind = port

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Listen, at a port of its own."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, asks: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        if self.is_broken:
            asker.close()
            return
        answers, server = await asyncio.open_connection("127.0.0.1", self._behind)
        answering = asyncio.create_task(_pass_on(answers, asker))
        try:
            while said := await asks.read(_MOST):
                if self.breaks_at and self.breaks_at in said:
                    self.breaks_at, self.is_broken = None, self.stays_broken
                    answering.cancel()
                    await asyncio.wait({answering})
                    server.write(said)
                    await answers.read(_MOST)  # it is done
                    asker.write(self.last_words)
                    return
                server.write(said)
        finally:
            answering.cancel()
            server.close()
            asker.close()


async def _pass_on(answers: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
    while said := await answers.read(_MOST):
        asker.write(said)
    asker.close()

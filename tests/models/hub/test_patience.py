"""A server that drips headers holds nobody's place in the line of downloads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest

from models.hub import patience
from models.hub.client import Client, FetchError
from models.reasons import Reason

PATIENCE_S, DRIP_S = 0.4, 0.05
ALONE = httpx2.Limits(max_keepalive_connections=0)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEADERS_S", PATIENCE_S)


@contextlib.asynccontextmanager
async def dripping(before: bytes, drop: bytes) -> AsyncIterator[str]:
    """A server that says something at once, and then a little for ever."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(OSError, asyncio.CancelledError):  # the end of the test
            writer.write(before)
            while not writer.is_closing():
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(DRIP_S)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def get(url: str) -> httpx2.Response:
    with Client(follow_redirects=True, limits=ALONE) as client:
        return client.get(url)


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"{"),
    ],
)
async def test_who_drips_is_sent_away(short: None, before: bytes, drop: bytes) -> None:
    async with dripping(before, drop) as url:
        with pytest.raises(FetchError) as caught:
            await asyncio.to_thread(get, url)
    assert caught.value.cause is Reason.DRIPPING


async def test_a_body_that_comes_piece_by_piece_is_measured_elsewhere(short: None) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"

    def stream(url: str) -> bytes:
        with Client(limits=ALONE) as client, client.stream("GET", url) as response:
            return response.read()

    async with dripping(head, b"ab") as url:
        assert await asyncio.to_thread(stream, url) == b"ab" * 15


async def test_a_server_that_hangs_up_is_none_that_drips(short: None) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(httpx2.RemoteProtocolError):
            await asyncio.to_thread(get, f"http://127.0.0.1:{port}/")
    finally:
        server.close()

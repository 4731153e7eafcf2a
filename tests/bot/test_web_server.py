"""One server for all that wants HTTP: routes of several, one health path, one port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from bot.bounded_connections import BoundedConnections
from bot.listening import HEALTH_PATH
from bot.web_server import PortTaken, WebServer
from tests.waiting import within


def says(path: str, word: str) -> web.RouteDef:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=word)

    return web.get(path, answer)


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    server = WebServer("127.0.0.1", 0)
    yield server
    await server.close()


async def got(server: WebServer, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{server.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_without_routes_no_port_is_opened(server):
    await server.start()
    assert server.port == 0


async def test_it_says_that_it_is_there_beside_what_was_added(server):
    server.add_routes([says("/a", "A")])
    await server.start()
    assert await got(server, HEALTH_PATH) == (200, "ok")
    assert await got(server, "/a") == (200, "A")
    assert (await got(server, "/b"))[0] == 404


async def test_another_door_adds_its_own_and_the_port_stays(server):
    server.add_routes([says("/a", "A")])
    await server.start()
    port = server.port
    server.add_routes([says("/b", "B")])
    await server.start()
    assert server.port == port
    assert [await got(server, path) for path in ("/a", "/b")] == [(200, "A"), (200, "B")]


async def test_a_port_that_is_taken_is_told_with_its_reason():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        server = WebServer("127.0.0.1", other.getsockname()[1])
        server.add_routes([says("/a", "A")])
        with pytest.raises(PortTaken) as caught:
            await server.start()
        assert caught.value.port == other.getsockname()[1]
        assert "use" in str(caught.value.reason)
        await server.close()


async def test_closing_twice(server):
    server.add_routes([says("/a", "A")])
    await server.start()
    await server.close()
    await server.close()
    with pytest.raises(aiohttp.ClientError):
        await got(server, "/a")


async def connected(server: WebServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", server.port)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def test_who_never_says_what_it_wants_is_left():
    server = WebServer("127.0.0.1", 0, BoundedConnections(longest_header_s=0.05))
    server.add_routes([says("/a", "A")])
    await server.start()
    try:
        reader, writer = await connected(server)
        writer.write(b"GET /a HTTP/1.1\r\nHost: a\r\nX-Drop: by dr")
        async with within("the server hangs up"):
            assert await reader.read() == b""
        await closed(writer)
        assert await got(server, "/a") == (200, "A")
    finally:
        await server.close()


async def test_one_connection_too_many_is_hung_up_and_the_others_are_answered():
    server = WebServer("127.0.0.1", 0, BoundedConnections(most=1))
    server.add_routes([says("/a", "A")])
    await server.start()
    try:
        first, writer = await connected(server)
        writer.write(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await first.readline()).endswith(b"200 OK\r\n")
        second, other = await connected(server)
        async with within("the server hangs up"):
            assert await second.read() == b""
        await closed(writer)
        await closed(other)
    finally:
        await server.close()

"""Strangers cannot fill the log: real requests against the real web server."""

import asyncio
import contextlib
import logging
from pathlib import Path

import pytest
from aiohttp import web

from bot.logs import start_log
from bot.web_server import WebServer

HEAD = b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 1048575\r\n\r\n"


@pytest.fixture
def log_file(tmp_path: Path, restored_log: logging.Logger) -> Path:
    start_log(tmp_path, "INFO")
    return tmp_path / "tokki.log"


async def send(port: int, *parts: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):
        for part in parts:
            writer.write(part)
            await writer.drain()
        await reader.read(1)
    writer.close()


async def test_what_is_no_http_is_noted_in_a_line(log_file):
    async def hear(request: web.Request) -> web.Response:
        return web.Response(text="heard")

    server = WebServer("127.0.0.1", 0)
    server.add_routes([web.post("/events", hear)])
    await server.start()
    try:
        await send(server.port, b"GET / HTTP/1.1\r\nbad header MARKER\r\n\r\n")
        for _ in range(70):
            await send(server.port, b"x" * 50_000 + b"\r\n\r\n")
        await send(server.port, HEAD + b"x" * 1_048_575, b"x" * 200_000 + b"\r\n\r\n")
    finally:
        await server.close()
    said = log_file.read_text("utf-8")
    assert "not HTTP" in said
    assert "MARKER" not in said
    assert "Traceback" not in said
    assert said.count("\n") <= 60
    assert len(said) < 60 * 400


def test_a_long_record_keeps_its_beginning_and_its_end(log_file):
    logging.getLogger("tokki").error("begin %s end", "x" * 1_000_000)
    said = log_file.read_text("utf-8")
    assert "begin" in said and "end" in said and "984" in said
    assert len(said) < 20_000

"""Strangers cannot fill the log: real requests against the real web server."""

import asyncio
import contextlib
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from bot.process.logs import start_log
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


SAYS = """
import logging, pathlib, sys
from bot.process.logs import start_log
start_log(pathlib.Path(sys.argv[1]), "DEBUG")
logging.error(sys.argv[2])
"""


def test_each_process_has_a_file_of_its_own(log_file, tmp_path):
    logging.getLogger("tokki").error("the first")
    for said in ("the second", "the third"):
        subprocess.run([sys.executable, "-c", SAYS, tmp_path, said], check=True)
    second = tmp_path / "tokki-2.log"
    assert sorted(tmp_path.glob("*.log")) == [second, log_file]
    assert "the first" in log_file.read_text() and "the second" not in log_file.read_text()
    assert "the second" in second.read_text() and "the third" in second.read_text()


def test_a_log_that_begins_anew_is_the_same(log_file, tmp_path):
    logging.getLogger("tokki").error("before")
    start_log(tmp_path, "INFO")
    logging.getLogger("tokki").error("after")
    assert list(tmp_path.glob("*.log")) == [log_file]
    assert "before" in log_file.read_text() and "after" in log_file.read_text()

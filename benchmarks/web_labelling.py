"""How long the next card takes while 64 people label on the pages, beside a plain page of aiohttp.

    python -m benchmarks.web_labelling

Tokki runs as its operator runs it, before a loopback Discord, where each of them has typed `/web`.
Somebody thinks as long as one who reads a short text, presses as the page's script does, and has
the next card once all of it is here: their vote is on the disk by then. Right behind each press
they load a page of the same bytes that does nothing, from a server of aiohttp in another process,
so that whatever else the machine does falls on both alike.
"""

import asyncio
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil
from aiohttp import web

from tests.parity.process import TokkiRun
from tests.servers.browser import Browser
from tests.servers.discord_server import Channel, LoopbackDiscord, Person

PEOPLE, PRESSES, TEXTS = 64, 12, 4_000
NOT_COUNTED = 2
"""Of each person: all begin at once, and what is done for the first time takes longer."""
THINKS_S = (0.7, 1.7)
LABELS = ("bug", "idea", "praise", "question")
_GOAL_MS = 100
_PATIENCE_S = 120.0
_MANAGES = 1 << 5
_PLAIN = "--plain"
_LINK = re.compile(r"http://\S+/web/in/[0-9a-f]{64}")
_HIDDEN = re.compile(r'name="(token|once)" value="([^"]+)"')
_BUTTON = re.compile(r'value="(label:\d+:\d+:\d)"')


@dataclass(frozen=True)
class Press:
    """What somebody waited for, in seconds."""

    card: float
    plain: float


@dataclass(frozen=True)
class Found:
    """What one run has found."""

    presses: Sequence[Press]
    votes: int
    """On the disk."""
    size: int
    """Of a page, in bytes."""
    cpu_s: float
    """That Tokki's process took for all of them, whatever else went on."""


async def measure(folder: Path) -> Found:
    """Let everybody label."""
    port, plain = _free(), _free()
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Lab")
        channel, boss = guild.add_channel("general"), discord.add_person("boss")
        guild.join(boss, permissions=_MANAGES, roles=[])
        people = [discord.add_person(f"user{n}") for n in range(PEOPLE)]
        for person in people:
            guild.join(person, permissions=0, roles=[])
        settings = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        settings |= {"TOKKI_HTTP_PORT": f"{port}", "TOKKI_WEB_URL": f"http://127.0.0.1:{port}"}
        tokki = TokkiRun(folder, settings)
        try:
            await discord.ready()
            await _fill(boss, channel, folder / "tokki.sqlite3")
            browsers = [await _signed_in(one, channel, port) for one in people]
            size = len((await browsers[0].get("/web/label")).html.encode())
            before_s = _cpu_s(tokki.pid)
            with _plain_page(plain, size):
                every = await asyncio.gather(
                    *(_label(one, plain, n) for n, one in enumerate(browsers))
                )
            cpu_s = _cpu_s(tokki.pid) - before_s
            await asyncio.gather(*(one.session.close() for one in browsers))
        finally:
            await asyncio.to_thread(tokki.stop)
    with closing(sqlite3.connect(folder / "tokki.sqlite3")) as file:
        (votes,) = file.execute("SELECT count(*) FROM votes").fetchone()
    presses = [press for of_one in every for press in of_one[NOT_COUNTED:]]
    return Found(presses, votes, size, cpu_s)


def serve_plain(port: int, size: int) -> None:
    """Serve a page of so many bytes."""

    async def give(request: web.Request) -> web.Response:
        await request.post()
        return web.Response(text="x" * size, content_type="text/html")

    app = web.Application()
    app.router.add_post("/", give)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


@contextmanager
def _plain_page(port: int, size: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.web_labelling", _PLAIN, str(port), str(size)]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _cpu_s(pid: int) -> float:
    return sum(psutil.Process(pid).cpu_times()[:2])


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


async def _fill(boss: Person, channel: Channel, path: Path) -> None:
    options = {"name": "many", "labels": ", ".join(LABELS), "open_to": "members"}
    made = await (await boss.slash(channel, "dataset create", options)).answered(_PATIENCE_S)
    assert "ready to collect" in made.text
    with closing(sqlite3.connect(path)) as file:
        file.executemany(
            "INSERT INTO examples (dataset_id, text, canonical, group_key, source, user,"
            " created_at) VALUES (1, ?, ?, ?, 'typed', 'boss', '2026-11-01 00:00:00')",
            ((f"text number {n}", b"%d" % n, b"%d" % n) for n in range(TEXTS)),
        )
        file.commit()


async def _signed_in(person: Person, channel: Channel, port: int) -> Browser:
    answer = await (await person.slash(channel, "web")).answered(_PATIENCE_S)
    found = _LINK.search(answer.text.replace("\\", ""))
    assert found, answer.text
    browser = Browser(f"http://127.0.0.1:{port}")
    assert (await browser.sign_in(found[0])).path == "/web"
    return browser


async def _label(browser: Browser, plain: int, seed: int) -> Sequence[Press]:
    """Label as somebody does who reads."""
    dice = random.Random(seed)
    card = (await browser.get("/web/label")).html
    presses = []
    for _ in range(PRESSES):
        await asyncio.sleep(dice.uniform(*THINKS_S))
        sent = dict(_HIDDEN.findall(card)) | {"control": dice.choice(_BUTTON.findall(card))}
        began = perf_counter()
        answer = await browser.post("/web/label", sent, **{"X-Tokki": "at-once"})
        shown = perf_counter()
        await browser.post(f"http://127.0.0.1:{plain}/", sent)
        presses.append(Press(shown - began, perf_counter() - shown))
        assert answer.status == 200 and answer.html != card, answer.text
        card = answer.html
    return presses


def main() -> None:
    """Measure, and print what was found."""
    if sys.argv[1:2] == [_PLAIN]:
        serve_plain(*map(int, sys.argv[2:]))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder)))
    presses, every = found.presses, PEOPLE * PRESSES
    assert found.votes == every, f"{found.votes} votes are on the disk"
    cards, plain = (np.array([getattr(one, name) for one in presses]) for name in ("card", "plain"))
    (c50, c95), (p50, p95) = (1000 * np.percentile(each, (50, 95)) for each in (cards, plain))
    print(f"{PEOPLE} people, {len(presses)} presses counted, {every} votes on the disk")
    print(
        f"next card: median {c50:.1f} ms, p95 {c95:.1f} ms (goal {_GOAL_MS}), {found.size:,} bytes"
    )
    print(f"plain page of aiohttp: median {p50:.1f} ms, p95 {p95:.1f} ms")
    print(f"ratio: median {c50 / p50:.1f}, p95 {c95 / p95:.1f}; load {os.getloadavg()[0]:.1f}")
    print(f"Tokki's processor a press: {1000 * found.cpu_s / every:.1f} ms")


if __name__ == "__main__":
    main()

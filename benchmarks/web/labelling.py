"""How long the next card takes while many people label, beside a plain page of aiohttp.

Tokki runs as its operator runs it, before a loopback Discord, where each of them has typed `/web`.
They begin once it has done what it does after its first start: networks are prepared for this
processor, charts can be drawn.
Somebody thinks as long as one who reads a short text, presses as the page's script does, and has
the next card once all of it is here: their vote is on the disk by then. Right behind each press
they load a page of the same bytes that does nothing, from a server of aiohttp in another process,
so that whatever else the machine does falls on both alike.
"""

import asyncio
import random
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter

import psutil

from benchmarks.labelling.pressing import THINKS_S, a_lab, fill
from benchmarks.web.crowd import PEOPLE, Waits
from benchmarks.web.plain import plain_page
from tests.parity.doors.process import TokkiRun
from tests.servers.browser import Browser
from tests.servers.discord_server import Channel, LoopbackDiscord, Person
from tests.servers.ports import free_port

PRESSES, TEXTS = 12, 4_000
_CROWDS = 5
"""What is prepared meanwhile comes sooner to one than to another."""
NOT_COUNTED = 2
"""Of each person: all begin at once, and what is done for the first time takes longer."""
_PATIENCE_S = 120.0
_SETTLES_S = 600.0
_CALM_S, _CALM_PERCENT = 6, 10.0
"""Charts are made ready five seconds after the door is open."""
_LINK = re.compile(r"http://\S+/web/in/[0-9a-f]{64}")
_HIDDEN = re.compile(r'name="(token|once)" value="([^"]+)"')
_BUTTON = re.compile(r'value="(label:\d+:\d+:\d)"')


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody waited for, in milliseconds."""

    card: float
    plain: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a crowd that labels waited for, and what it cost."""

    cards: Waits
    plains: Waits
    press_ms: float
    """Of Tokki's processor, for each press, with all that goes on beside them."""
    plain_ms: float
    """Of that of the plain page."""


async def labelling(people: int = PEOPLE) -> Labelled:
    """Let everybody label, one crowd after another, each with a Tokki of its own."""
    found = []
    for _ in range(_CROWDS):
        with TemporaryDirectory() as folder:
            found.append(await _crowd(Path(folder), people))
    return Labelled(
        _pooled([one.cards for one in found]),
        _pooled([one.plains for one in found]),
        mean(one.press_ms for one in found),
        mean(one.plain_ms for one in found),
    )


def _pooled(each: Sequence[Waits]) -> Waits:
    return replace(each[0], ms=[ms for one in each for ms in one.ms])


async def _crowd(folder: Path, people: int) -> Labelled:
    port, plain = free_port(), free_port()
    async with LoopbackDiscord() as discord:
        channel, boss, persons = a_lab(discord, people)
        pages = {"TOKKI_HTTP_PORT": f"{port}", "TOKKI_WEB_URL": f"http://127.0.0.1:{port}"}
        tokki = TokkiRun(folder, discord.settings | pages)
        try:
            await discord.ready()
            await fill(boss, channel, folder / "tokki.sqlite3", TEXTS)
            browsers = [await _signed_in(one, channel, port) for one in persons]
            size = len((await browsers[0].get("/web/label")).html.encode())
            await _settled(tokki.pid)
            async with plain_page(plain, size) as other:
                before_s = [_cpu_s(one) for one in (tokki.pid, other)]
                every = await asyncio.gather(
                    *(_label(one, plain, n) for n, one in enumerate(browsers))
                )
                after_s = [_cpu_s(one) for one in (tokki.pid, other)]
            await asyncio.gather(*(one.session.close() for one in browsers))
        finally:
            await asyncio.to_thread(tokki.stop)
    with closing(sqlite3.connect(folder / "tokki.sqlite3")) as file:
        (votes,) = file.execute("SELECT count(*) FROM votes").fetchone()
    assert votes == people * PRESSES, f"{votes} votes are on the disk"
    presses = [press for of_one in every for press in of_one[NOT_COUNTED:]]
    cards = Waits("the next card of the queue", people, [one.card for one in presses])
    plains = Waits("a plain page of its bytes", people, [one.plain for one in presses])
    took_ms = [1000 * (b - a) / votes for a, b in zip(before_s, after_s, strict=True)]
    return Labelled(cards, plains, *took_ms)


async def _settled(pid: int) -> None:
    """Wait until a process has nothing to do by itself, and no child that prepares a network."""
    process, calm = psutil.Process(pid), 0
    async with asyncio.timeout(_SETTLES_S):
        process.cpu_percent()
        while calm < _CALM_S:
            await asyncio.sleep(1.0)
            is_calm = process.cpu_percent() < _CALM_PERCENT and not process.children()
            calm = calm + 1 if is_calm else 0


def _cpu_s(pid: int) -> float:
    return sum(psutil.Process(pid).cpu_times()[:2])


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
        presses.append(Press(1000 * (shown - began), 1000 * (perf_counter() - shown)))
        assert answer.status == 200 and answer.html != card, answer.text
        card = answer.html
    return presses

"""Many people at once, each with a session of their own: how long they wait for the next page."""

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from time import perf_counter

from bot.on_web.pages import PAGES
from handlers.types import Role
from tests.bot.on_web.conftest import TOWN, Tokki
from tests.servers.browser import Browser

PEOPLE = 64
_PAGES, _CARDS, _VOTES = 3, 5, 5
_THINK_S = (1.0, 3.0)
"""As long as somebody quick looks at what they see."""
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_BUTTON = re.compile(r'<button name="control" value="([^"]*)"[^>]*data-key="1"')


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for something."""

    name: str
    people: int
    ms: Sequence[float]

    def share(self, part: float) -> float:
        """Return what so large a part of the waits did not take longer than."""
        return sorted(self.ms)[min(len(self.ms) - 1, int(part * len(self.ms)))]


async def waits(tokki: Tokki, people: int = PEOPLE) -> Sequence[Waits]:
    """Let people read pages, and label where there is a page for it."""
    browsers = [await _signed_in(tokki, f"person{number}") for number in range(people)]
    try:
        read = [await _reading(browsers, path) for path in ("/web/models", "/web/ask/classify")]
        if any(page.name == "label" for page in PAGES):
            read.append(await _labelling(tokki, browsers))
        return read
    finally:
        for browser in browsers:
            await browser.session.close()


async def _signed_in(tokki: Tokki, user: str) -> Browser:
    tokki.town.settle(user, Role.MEMBER)
    browser = Browser(tokki.web_url)
    await browser.sign_in(await tokki.link(user))
    return browser


async def _reading(browsers: Sequence[Browser], path: str) -> Waits:
    async def read(browser: Browser) -> list[float]:
        return [await _timed(browser, path) for _ in range(_PAGES)]

    each = await asyncio.gather(*map(read, browsers))
    return Waits(path, len(browsers), [ms for one in each for ms in one])


async def _think() -> None:
    await asyncio.sleep(random.uniform(*_THINK_S))


async def _timed(browser: Browser, path: str) -> float:
    await _think()
    begun_s = perf_counter()
    shown = await browser.get(path)
    assert shown.status == 200, shown.text
    return (perf_counter() - begun_s) * 1000


async def _labelling(tokki: Tokki, browsers: Sequence[Browser]) -> Waits:
    """Everybody presses the first label of card after card, as fast as the pages let them."""
    assert tokki.bot
    boss = tokki.bot.by("boss", Role.ADMIN, replace(TOWN, is_private_property=True))
    await boss.ok(f"/dataset create name:crowd labels:bug, praise open_to:members votes:{_VOTES}")
    for number in range(1 + len(browsers) * _CARDS // _VOTES):
        await boss.ok(f"/dataset add text number {number} dataset:crowd")

    async def label(browser: Browser) -> list[float]:
        html, waited = (await browser.get("/web/label?dataset=crowd")).html, []
        assert _BUTTON.search(html), html
        while len(waited) < _CARDS and (button := _BUTTON.search(html)):
            sent = {name: unescape(value) for name, value in _HIDDEN.findall(html)}
            sent["control"] = unescape(button[1])
            await _think()
            begun_s = perf_counter()
            html = (await browser.post("/web/label", sent, **{"X-Tokki": "at-once"})).html
            waited.append((perf_counter() - begun_s) * 1000)
        return waited

    each = await asyncio.gather(*map(label, browsers))
    return Waits("the next card of the queue", len(browsers), [ms for one in each for ms in one])

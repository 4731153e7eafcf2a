"""Many people at once, each with a session of their own: how long they wait for the next page."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from handlers.types import Role
from tests.bot.on_web.conftest import Tokki
from tests.servers.browser import Browser

PEOPLE = 64
_PAGES = 3
_READ = ("/web/models", "/web/models/one/ours@2", "/web/ask/classify")
_THINK_S = (1.0, 3.0)
"""As long as somebody quick looks at what they see."""


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
    """Let people read pages."""
    browsers = [await signed_in(tokki, f"person{number}") for number in range(people)]
    try:
        return [await _reading(browsers, path) for path in _READ]
    finally:
        for browser in browsers:
            await browser.session.close()


async def signed_in(tokki: Tokki, user: str) -> Browser:
    """Return the browser of a member who has used their link."""
    tokki.town.settle(user, Role.MEMBER)
    browser = Browser(tokki.web_url)
    await browser.sign_in(await tokki.link(user))
    return browser


async def _reading(browsers: Sequence[Browser], path: str) -> Waits:
    async def read(browser: Browser) -> list[float]:
        return [await timed(browser, path) for _ in range(_PAGES)]

    each = await asyncio.gather(*map(read, browsers))
    return Waits(path, len(browsers), [ms for one in each for ms in one])


async def _think() -> None:
    await asyncio.sleep(random.uniform(*_THINK_S))


async def timed(browser: Browser, path: str) -> float:
    """Return for how long somebody waits for a page, in milliseconds, once they have looked on."""
    await _think()
    begun_s = perf_counter()
    shown = await browser.get(path)
    assert shown.status == 200, shown.text
    return (perf_counter() - begun_s) * 1000
